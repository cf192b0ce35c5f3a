namespace DriftWatch.Core.Support;

/// <summary>The metrics as a textbook writes them, over all pairs at once, in doubles: what the stream must equal.</summary>
/// <remarks>Shares no code with the product: bins are found by walking the edges i ÷ M, and sums are Neumaier's.</remarks>
internal static class Batch
{
    public static double Ece(IReadOnlyCollection<Pair> pairs, int bins) =>
        Bins(pairs, bins).Sum(bin => Math.Abs(Sum(bin, q => q.P) - bin.Count(q => q.Y))) / pairs.Count;

    public static double? Mce(IReadOnlyCollection<Pair> pairs, int bins, int minCount) =>
        Bins(pairs, bins).Where(bin => bin.Count >= minCount).Max(bin => (double?)Math.Abs(Gap(bin)));

    public static double Rmsce(IReadOnlyCollection<Pair> pairs, int bins) =>
        Math.Sqrt(Bins(pairs, bins).Where(bin => bin.Count > 0).Sum(bin => bin.Count * Gap(bin) * Gap(bin)) / pairs.Count);

    public static double Gap(IReadOnlyCollection<Pair> pairs) => (Sum(pairs, q => q.P) / pairs.Count) - ((double)pairs.Count(q => q.Y) / pairs.Count);

    public static double Brier(IReadOnlyCollection<Pair> pairs) => Sum(pairs, q => Math.Pow(q.P - (q.Y ? 1 : 0), 2)) / pairs.Count;

    public static double LogLoss(IReadOnlyCollection<Pair> pairs) =>
        Sum(pairs, q => -Math.Log(Math.Max(Math.Pow(2, -52), q.Y ? q.P : 1 - q.P))) / pairs.Count;

    public static double Accuracy(IReadOnlyCollection<Pair> pairs) => (double)pairs.Count(q => q.P >= 0.5 == q.Y) / pairs.Count;

    public static double MeanConfidence(IReadOnlyCollection<Pair> pairs) => Sum(pairs, q => q.P) / pairs.Count;

    public static double BaseRate(IReadOnlyCollection<Pair> pairs) => (double)pairs.Count(q => q.Y) / pairs.Count;

    public static double Variance(IReadOnlyCollection<Pair> pairs) => Sum(pairs, q => q.P * (1 - q.P));

    /// <summary>Share of (positive, negative) pairs in order, ties half: one by one.</summary>
    public static double Auroc(IReadOnlyCollection<Pair> pairs)
    {
        double[] positives = [.. pairs.Where(q => q.Y).Select(q => q.P)], negatives = [.. pairs.Where(q => !q.Y).Select(q => q.P)];
        double ordered = 0;
        foreach (double positive in positives)
        {
            foreach (double negative in negatives) ordered += positive > negative ? 1 : positive == negative ? 0.5 : 0;
        }

        return ordered / positives.Length / negatives.Length;
    }

    public static List<Pair>[] Bins(IReadOnlyCollection<Pair> pairs, int bins)
    {
        var result = Enumerable.Range(0, bins).Select(_ => new List<Pair>()).ToArray();
        foreach (var pair in pairs)
        {
            int bin = bins - 1;
            while (pair.P < (double)bin / bins) bin--;
            result[bin].Add(pair);
        }

        return result;
    }

    public static double Sum(IEnumerable<Pair> pairs, Func<Pair, double> term)
    {
        double sum = 0;
        double correction = 0;
        foreach (var pair in pairs)
        {
            double x = term(pair);
            double next = sum + x;
            correction += Math.Abs(sum) >= Math.Abs(x) ? sum - next + x : x - next + sum;
            sum = next;
        }

        return sum + correction;
    }
}

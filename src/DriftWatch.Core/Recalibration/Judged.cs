namespace DriftWatch.Core.Recalibration;

/// <summary>Labeled predictions of one claim and outcome: as they were, and under a map that was fitted to others.</summary>
/// <param name="Weight">What they stand for, together.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Fold">0 or 1.</param>
/// <param name="Block">The number of their day.</param>
/// <param name="Before">As the model claimed.</param>
/// <param name="After">As the map says.</param>
internal readonly record struct Judged(double Weight, long Count, int Fold, int Block, Look Before, Look After)
{
    /// <summary>Nats that the map saves on each.</summary>
    public double Gain => Before.LogLoss - After.LogLoss;

    /// <summary>Sum of their squared weights.</summary>
    public double Squares => Weight / Count * Weight;

    /// <summary>All outcomes of a set, each under the map that was fitted to the other fold.</summary>
    /// <param name="set">The outcomes.</param>
    /// <param name="firstFitted">What was fitted to the first fold.</param>
    /// <param name="secondFitted">What was fitted to the second.</param>
    /// <param name="over">What this gave for other maps, and is not needed any more: a million outcomes take 88 MB, and its room is taken again.</param>
    public static Judged[] Of(CalibrationSet set, CalibrationMap firstFitted, CalibrationMap secondFitted, Judged[]? over = null)
    {
        var all = over ?? new Judged[set.Rows.Sum(row => (row.Positive > 0 ? 1 : 0) + (row.Negative > 0 ? 1 : 0))];
        int count = 0;
        foreach (var row in set.Rows)
        {
            double mapped = (row.Fold == 0 ? secondFitted : firstFitted).Apply(row.Claim);
            if (row.Positive > 0) all[count++] = Of(row, true, row.Positive, mapped);
            if (row.Negative > 0) all[count++] = Of(row, false, row.Negative, mapped);
        }

        return all;
    }

    /// <summary>The same for vectors.</summary>
    public static Judged[] Of(VectorSet set, CalibrationMap firstFitted, CalibrationMap secondFitted, Judged[]? over = null)
    {
        var all = over ?? new Judged[set.Rows.Count(row => row.Weight != 0)];
        int count = 0;
        var mapped = new double[set.Classes];
        for (int i = 0; i < set.Rows.Count; i++)
        {
            var row = set.Rows[i];
            if (row.Weight == 0) continue;
            (row.Fold == 0 ? secondFitted : firstFitted).Apply(set[i], mapped);
            all[count++] = new(row.Weight, 1, row.Fold, row.Block, Look.Of(set[i], row.Actual), Look.Of(mapped, row.Actual));
        }

        return all;
    }

    private static Judged Of(in CalibrationRow row, bool outcome, double weight, double mapped) =>
        new(weight, Math.Max(1, (long)Math.Round(weight / row.Unit)), row.Fold, row.Block, Look.Of(row.Claim, outcome), Look.Of(mapped, outcome));
}

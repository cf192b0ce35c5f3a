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
    public static Judged[] Of(CalibrationSet set, CalibrationMap firstFitted, CalibrationMap secondFitted)
    {
        List<Judged> all = new(set.Rows.Count);
        foreach (var row in set.Rows)
        {
            double mapped = (row.Fold == 0 ? secondFitted : firstFitted).Apply(row.Claim);
            Add(all, row, true, row.Positive, mapped);
            Add(all, row, false, row.Negative, mapped);
        }

        return [.. all];
    }

    /// <summary>The same for vectors.</summary>
    public static Judged[] Of(VectorSet set, CalibrationMap firstFitted, CalibrationMap secondFitted)
    {
        List<Judged> all = new(set.Rows.Count);
        var mapped = new double[set.Classes];
        for (int i = 0; i < set.Rows.Count; i++)
        {
            var row = set.Rows[i];
            if (row.Weight == 0) continue;
            (row.Fold == 0 ? secondFitted : firstFitted).Apply(set[i], mapped);
            all.Add(new(row.Weight, 1, row.Fold, row.Block, Look.Of(set[i], row.Actual), Look.Of(mapped, row.Actual)));
        }

        return [.. all];
    }

    private static void Add(List<Judged> all, CalibrationRow row, bool outcome, double weight, double mapped)
    {
        if (weight <= 0) return;
        long count = Math.Max(1, (long)Math.Round(weight / row.Unit));
        all.Add(new(weight, count, row.Fold, row.Block, Look.Of(row.Claim, outcome), Look.Of(mapped, outcome)));
    }
}

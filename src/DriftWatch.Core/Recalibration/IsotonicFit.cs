namespace DriftWatch.Core.Recalibration;

/// <summary>The map that never decreases and fits best: pool adjacent violators.</summary>
/// <remarks>
/// A block is level from its first claim to its last; between blocks the map is a straight line. Values are kept off 0 and 1 by 1 ÷ (n + 2), n being what the weights are worth.
/// </remarks>
public static class IsotonicFit
{
    public static Fitted Of(FitPoints points)
    {
        if (points.Refusal is { } refusal) return Fitted.Refused(refusal);
        double least = 1 / (points.Effective + 2);
        List<double> claims = [], values = [];
        foreach (var (first, last, positive, weight) in Pool(points.All))
        {
            double value = Math.Clamp(positive / weight, least, 1 - least);
            claims.Add(first);
            values.Add(value);
            if (last <= first) continue;
            claims.Add(last);
            values.Add(value);
        }

        return Fitted.Of(new KnotMap([.. claims], [.. values]));
    }

    /// <summary>Stretches of claims, each with one frequency, that rise from one to the next.</summary>
    internal static List<(double First, double Last, double Positive, double Weight)> Pool(ReadOnlySpan<ClaimPoint> points)
    {
        List<(double First, double Last, double Positive, double Weight)> blocks = [];
        foreach (ref readonly var point in points)
        {
            var block = (First: point.Claim, Last: point.Claim, point.Positive, point.Weight);
            // Crosswise, so that whole numbers compare exactly.
            while (blocks.Count > 0 && blocks[^1] is var before && before.Positive * block.Weight >= block.Positive * before.Weight)
            {
                block = (before.First, block.Last, before.Positive + block.Positive, before.Weight + block.Weight);
                blocks.RemoveAt(blocks.Count - 1);
            }

            blocks.Add(block);
        }

        return blocks;
    }
}

using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Recalibration;

/// <summary>What a map is fitted to: outcomes by claim, ascending, each claim once.</summary>
public sealed class FitPoints
{
    private readonly ClaimPoint[] _points;

    private FitPoints(ClaimPoint[] points)
    {
        _points = points;
        foreach (ref readonly var point in points.AsSpan())
        {
            Positive += point.Positive;
            Negative += point.Negative;
            Squares += point.Squares;
            Count += point.Count;
        }
    }

    public ReadOnlySpan<ClaimPoint> All => _points;

    /// <summary>Weight of the outcomes that came true.</summary>
    public double Positive { get; }

    /// <summary>Weight of those that did not.</summary>
    public double Negative { get; }

    public double Squares { get; }

    /// <summary>Labeled predictions.</summary>
    public long Count { get; }

    /// <summary>How many labeled predictions of equal weight would be worth as much.</summary>
    public double Effective => Squares > 0 ? (Positive + Negative) * (Positive + Negative) / Squares : 0;

    /// <summary>In any order; equal claims become one. Those without weight say nothing.</summary>
    public static FitPoints Of(IEnumerable<ClaimPoint> points)
    {
        ClaimPoint[] sorted = [.. points.Where(point => point.Weight > 0)];
        // Stable: sums of one claim have the order of the rows, and with it their last bit.
        double[] claims = Array.ConvertAll(sorted, point => point.Claim);
        int[] order = new int[sorted.Length];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(order, (left, right) => claims[left] == claims[right] ? left.CompareTo(right) : claims[left].CompareTo(claims[right]));
        var merged = new ClaimPoint[sorted.Length];
        int count = 0;
        foreach (int i in order)
        {
            if (count > 0 && merged[count - 1].Claim == sorted[i].Claim) merged[count - 1] += sorted[i];
            else merged[count++] = sorted[i];
        }

        Array.Resize(ref merged, count);
        return new(merged);
    }

    /// <summary>The labeled predictions of a sketch, each fine bin at its mean claim.</summary>
    public static FitPoints Of(CalibrationSketch sketch) => new([.. CellsOf(sketch)]);

    internal static List<ClaimPoint> CellsOf(CalibrationSketch sketch)
    {
        List<ClaimPoint> cells = [];
        foreach (ref readonly var bin in FineBin.Of(sketch, new FineBin[sketch.Grid.Count]))
        {
            cells.Add(new(bin.Mean, bin.Positives, bin.Labeled - bin.Positives, bin.Labeled, (long)bin.Labeled));
        }

        return cells;
    }

    /// <summary>Why nothing can be fitted; null if something can.</summary>
    internal string? Refusal => Count == 0 ? "no labeled predictions"
        : Positive <= 0 || Negative <= 0 ? $"all {Count} outcomes are of one kind"
        : null;

    /// <summary>Whether some claim parts all that came true from all that did not: then no slope is steep enough.</summary>
    internal bool IsSeparated
    {
        get
        {
            var (highestNegative, lowestPositive) = (Array.FindLast(_points, point => point.Negative > 0).Claim, Array.Find(_points, point => point.Positive > 0).Claim);
            var (highestPositive, lowestNegative) = (Array.FindLast(_points, point => point.Positive > 0).Claim, Array.Find(_points, point => point.Negative > 0).Claim);
            return highestNegative <= lowestPositive || highestPositive <= lowestNegative;
        }
    }
}

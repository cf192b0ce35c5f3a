using System.Collections.Immutable;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;
using MathNet.Numerics;

namespace DriftWatch.Core.EarlyWarning.Statistics;

/// <summary>Labels of one tenth of the delays.</summary>
/// <param name="From">Least delay.</param>
/// <param name="To">Greatest.</param>
/// <param name="Labeled">How many.</param>
/// <param name="Gap">Mean confidence − observed frequency.</param>
/// <param name="Interval">For the gap, 95 %.</param>
public readonly record struct DelayBucket(TimeSpan From, TimeSpan To, long Labeled, double Gap, Interval Interval)
{
    internal static DelayBucket Exchange(StateExchange state, DelayBucket one) =>
        new(state.Kept(one.From), state.Kept(one.To), state.Kept(one.Labeled), state.Kept(one.Gap), Interval.Exchange(state, one.Interval));
}

/// <summary>Whether early labels tell the same story as late ones.</summary>
/// <remarks>
/// If they do not, the labels that are still out will change the numbers: what is known of young windows is selected, and so is what a time-out cuts off
/// (a label of a positive that arrives with probability s₁, of a negative with s₀, shifts the log-odds by ln(s₁ ÷ s₀)). X² = Σ (gap_d − gap)² ÷ var_d over up to ten
/// buckets of about equal numbers of labels, chi-square with buckets − 1 degrees of freedom if there is no selection. var_d = r Σp(1 − p) ÷ n_d², r being Σ(y − p)² ÷
/// Σp(1 − p) over all, so that a model which is off in the same way everywhere is no selection. It also shows where early labels belong to other
/// <em>confidences</em> than late ones and the gap depends on confidence.
/// </remarks>
/// <param name="Buckets">By delay.</param>
/// <param name="ChiSquare">X².</param>
/// <param name="DegreesOfFreedom">Buckets − 1.</param>
/// <param name="Spread">Standard deviation of the gap over buckets, less what chance adds.</param>
public sealed record LabelSelection(ImmutableArray<DelayBucket> Buckets, double ChiSquare, int DegreesOfFreedom, double Spread)
{
    private const int MostBuckets = 10;

    /// <summary>Standard deviations by which X² exceeds chance.</summary>
    public double Z => (ChiSquare - DegreesOfFreedom) / Math.Sqrt(2.0 * DegreesOfFreedom);

    /// <summary>Probability of an X² as large without selection.</summary>
    public double PValue => SpecialFunctions.GammaUpperRegularized(DegreesOfFreedom / 2.0, ChiSquare / 2);

    /// <summary>Null with fewer than two buckets that can be compared.</summary>
    internal static LabelSelection? Of(DelayTable table)
    {
        var parts = Cut(table);
        parts.RemoveAll(part => part.Cell.SumVariance <= 0);
        if (parts.Count < 2) return null;
        double ratio = Math.Max(1e-12, table.SumSquaredError / parts.Sum(part => part.Cell.SumVariance));

        double weights = 0, mean = 0, labeled = 0;
        var buckets = ImmutableArray.CreateBuilder<DelayBucket>(parts.Count);
        foreach (var (first, last, cell) in parts)
        {
            double gap = (cell.SumConfidence - cell.Positives) / cell.Labeled;
            double variance = ratio * cell.SumVariance / cell.Labeled / cell.Labeled;
            double half = Intervals.Z95 * Math.Sqrt(variance);
            buckets.Add(new(DelayBins.Lower(first), DelayBins.Lower(last + 1), cell.Labeled, gap, new(gap - half, gap + half)));
            weights += 1 / variance;
            mean += gap / variance;
            labeled += cell.Labeled;
        }

        mean /= weights;
        double chiSquare = 0, spread = 0;
        for (int i = 0; i < parts.Count; i++)
        {
            var cell = parts[i].Cell;
            double away = buckets[i].Gap - mean;
            chiSquare += away * away * cell.Labeled * cell.Labeled / (ratio * cell.SumVariance);
            spread += away * away * cell.Labeled / labeled;
        }

        int freedom = parts.Count - 1;
        double beyondChance = chiSquare > freedom ? (chiSquare - freedom) / chiSquare : 0;
        return new(buckets.MoveToImmutable(), chiSquare, freedom, Math.Sqrt(spread * beyondChance));
    }

    internal static LabelSelection Exchange(StateExchange state, LabelSelection? one) => new(
        state.Kept(one?.Buckets ?? [], MostBuckets, DelayBucket.Exchange), state.Kept(one?.ChiSquare ?? 0), state.Kept(one?.DegreesOfFreedom ?? 0), state.Kept(one?.Spread ?? 0));

    private static List<(int First, int Last, DelayCell Cell)> Cut(DelayTable table)
    {
        List<(int First, int Last, DelayCell Cell)> parts = [];
        long below = 0;
        long previous = -1;
        for (int bin = 0; bin < DelayBins.Count; bin++)
        {
            var cell = table[bin];
            if (cell.Labeled <= 0) continue;
            long wanted = ((2 * below) + cell.Labeled) * MostBuckets / (2 * table.Labeled);
            if (wanted != previous) parts.Add((bin, bin, cell));
            else parts[^1] = (parts[^1].First, bin, parts[^1].Cell + cell);
            previous = wanted;
            below += cell.Labeled;
        }

        return parts;
    }
}

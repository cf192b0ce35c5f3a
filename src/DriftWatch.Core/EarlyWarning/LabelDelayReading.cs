using DriftWatch.Core.EarlyWarning.Statistics;
using DriftWatch.Core.State;

namespace DriftWatch.Core.EarlyWarning;

/// <summary>How late labels are, against the reference.</summary>
/// <param name="Labeled">Labels looked at.</param>
/// <param name="Median">Half of them were not later.</param>
/// <param name="P95">19 of 20 were not later.</param>
/// <param name="ReferenceMedian">The median of the reference.</param>
/// <param name="ReferenceP95">Its 95 % quantile.</param>
/// <param name="Comparison">The distributions over tenths of the reference.</param>
/// <param name="Z">Standard deviations beyond what the reference's own windows differed.</param>
public sealed record LabelDelayReading(
    long Labeled, TimeSpan Median, TimeSpan P95, TimeSpan ReferenceMedian, TimeSpan ReferenceP95, HistogramComparison Comparison, double Z)
{
    /// <summary>The larger of the factors by which median and 95 % quantile moved, up or down; at least 1.</summary>
    public double Ratio => Math.Max(Factor(Median, ReferenceMedian), Factor(P95, ReferenceP95));

    internal static LabelDelayReading Exchange(StateExchange state, LabelDelayReading? one) => new(
        state.Kept(one?.Labeled ?? 0),
        state.Kept(one?.Median ?? default),
        state.Kept(one?.P95 ?? default),
        state.Kept(one?.ReferenceMedian ?? default),
        state.Kept(one?.ReferenceP95 ?? default),
        HistogramComparison.Exchange(state, one?.Comparison ?? default),
        state.Kept(one?.Z ?? 0));

    // A millisecond more on both sides: no delay at all is no reason to divide by zero.
    internal static double Factor(TimeSpan now, TimeSpan before)
    {
        double factor = (now.TotalMilliseconds + 1) / (before.TotalMilliseconds + 1);
        return Math.Max(factor, 1 / factor);
    }
}

/// <summary>The label delays of a reference, gathered and then kept.</summary>
internal sealed class DelayReference : IKeepsState
{
    private readonly DelayTable _table = new();
    private readonly Tenths _tenths = new(DelayBins.Count);
    private double _restlessness;

    public long Labeled => _table.Labeled;

    /// <summary>Takes another window of the reference; how it differs from those before is no news later.</summary>
    public void Add(DelayTable window)
    {
        if (_table.Labeled > 0 && Compare(window) is { } comparison) _restlessness = Math.Max(_restlessness, comparison.Distance);
        _table.Merge(window);
        Cut();
    }

    /// <summary>Null if either has no labels.</summary>
    public LabelDelayReading? Read(DelayTable window) => Compare(window) is not { } comparison
        ? null
        : new(window.Labeled, window.Quantile(0.5)!.Value, window.Quantile(0.95)!.Value, _table.Quantile(0.5)!.Value, _table.Quantile(0.95)!.Value, comparison, comparison.Z(_restlessness));

    /// <remarks>Regions follow from the table.</remarks>
    public void Exchange(StateExchange state)
    {
        _table.Exchange(state);
        state.Exchange(ref _restlessness);
        if (state.IsReading) Cut();
    }

    private HistogramComparison? Compare(DelayTable window)
    {
        Span<long> counts = stackalloc long[DelayBins.Count], reference = stackalloc long[DelayBins.Count];
        window.CountInto(counts);
        _table.CountInto(reference);
        return _tenths.Compare(counts, reference);
    }

    private void Cut()
    {
        Span<long> reference = stackalloc long[DelayBins.Count];
        _table.CountInto(reference);
        _tenths.Cut(reference);
    }
}

using DriftWatch.Core.EarlyWarning.Statistics;
using DriftWatch.Core.Serving;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.EarlyWarning.Watches;

/// <summary>How long answers took in a window, against the reference.</summary>
/// <param name="Start">Start of the window.</param>
/// <param name="End">Its end.</param>
/// <param name="Now">Its latencies.</param>
/// <param name="Reference">Those of the reference.</param>
/// <param name="Comparison">The distributions over tenths of the reference.</param>
/// <param name="Z">Standard deviations beyond what the reference's own windows differed.</param>
public sealed record LatencyReading(EventTime Start, EventTime End, LatencyQuantiles Now, LatencyQuantiles Reference, HistogramComparison Comparison, double Z)
{
    /// <summary>The larger of the factors by which median and 95 % quantile moved, up or down; at least 1.</summary>
    public double Ratio => Math.Max(LabelDelayReading.Factor(Now.P50, Reference.P50), LabelDelayReading.Factor(Now.P95, Reference.P95));

    internal static LatencyReading Exchange(StateExchange state, LatencyReading? one) => new(
        state.Kept(one?.Start ?? default),
        state.Kept(one?.End ?? default),
        LatencyQuantiles.Exchange(state, one?.Now),
        LatencyQuantiles.Exchange(state, one?.Reference),
        HistogramComparison.Exchange(state, one?.Comparison ?? default),
        state.Kept(one?.Z ?? 0));
}

/// <summary>Warns when answers take another time than in the reference: longer, or so short that something else must be answering.</summary>
/// <remarks>
/// Its reference is the first stretch with latencies, as long as <see cref="ReferenceOptions"/> says, or the configured one: no label is needed, and latencies may begin to come
/// when the reference of everything else is long complete. Windows are summed from those that <see cref="LatencyMonitor"/> closes, by where these start.
/// </remarks>
internal sealed class LatencyWatch(EarlyWarningOptions options, TimeSpan width, EventTime origin) : IKeepsState
{
    private readonly LatencySketch _window = new();
    private readonly LatencySketch _reference = new();
    private readonly Tenths _tenths = new(LatencySketch.Bins);
    private readonly WarningRun _moved = new(WarningKind.Latency, options.Windows);
    private TumblingWindow _open = new(width, origin);
    private EventTime? _from; // of the reference
    private EventTime _to;
    private bool _complete;
    private double _dispersion;

    /// <summary>The newest window that had enough latencies.</summary>
    public LatencyReading? Newest { get; private set; }

    public IEnumerable<Warning?> Warnings => [_moved.Current];

    /// <summary>Takes the next closed window of the monitor, in order of time.</summary>
    public void Add(EventTime start, LatencySketch part)
    {
        if (_open.MoveTo(start) is { } ended) Close(ended);
        _window.Merge(part);
    }

    /// <summary>Says that nothing that ends at or before <paramref name="watermark"/> will come any more.</summary>
    public void AdvanceTo(EventTime watermark)
    {
        if (_open.AdvanceTo(watermark) is { } ended) Close(ended);
    }

    /// <remarks>Regions follow from the reference.</remarks>
    public void Exchange(StateExchange state)
    {
        state.Mark("latency");
        state.Exchange(_window);
        state.Exchange(_reference);
        state.Exchange(_moved);
        _open.Exchange(state);
        state.Exchange(ref _from);
        state.Exchange(ref _to);
        state.Exchange(ref _complete);
        state.Exchange(ref _dispersion);
        Newest = state.Kept(Newest, LatencyReading.Exchange);
        if (state.IsReading) _tenths.Cut(Counts(_reference));
    }

    private void Close(EventTime start)
    {
        var end = start + width;
        if (!_complete && options.Reference.To is { } to && end > to) _complete = true;
        if (_complete) Judge(start, end);
        else Gather(start, end);
        _window.Clear();
    }

    private void Gather(EventTime start, EventTime end)
    {
        var terms = options.Reference;
        if (terms.From is { } from && start < from) return;
        // How a window differs from those before is no news later.
        if (_tenths.Compare(Counts(_window), Counts(_reference)) is { } comparison) _dispersion = Math.Max(_dispersion, comparison.Distance);
        _from ??= start;
        _to = end;
        _reference.Merge(_window);
        _tenths.Cut(Counts(_reference));
        var covered = end - _from.Value;
        if (terms.To is null) _complete = (covered >= terms.Least && _reference.Count >= options.MinPredictions) || covered >= terms.Longest;
    }

    private void Judge(EventTime start, EventTime end)
    {
        if (_window.Count < options.MinPredictions || _tenths.Compare(Counts(_window), Counts(_reference)) is not { } comparison) return;
        var reading = new LatencyReading(start, end, LatencyQuantiles.Of(_window)!, LatencyQuantiles.Of(_reference)!, comparison, comparison.Z(_dispersion));
        Newest = reading;
        bool moved = reading.Ratio >= options.LatencyRatio && reading.Z > options.Z;
        var (now, before) = (reading.Now, reading.Reference);
        _moved.Judge(start, moved ? $"Serving latency has moved: p50 {Words.Latency(now.P50)} and p95 {Words.Latency(now.P95)}, where {Words.Time(_from ?? _to)} – {Words.Time(_to)} had {Words.Latency(before.P50)} and {Words.Latency(before.P95)}." : null, reading.Ratio, reading.Z);
    }

    private static long[] Counts(LatencySketch sketch)
    {
        long[] counts = new long[LatencySketch.Bins];
        sketch.CountInto(counts);
        return counts;
    }
}

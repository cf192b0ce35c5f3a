using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>What is counted per model, over all its versions and slices.</summary>
internal sealed class ModelMonitor(string name, ModelOptions options) : IKeepsState
{
    private readonly long[] _delays = new long[LabelDelays.UpperBounds.Count + 1];
    private long _delayMilliseconds;
    private long _joined;

    public string Name => name;

    public long Predictions { get; set; }

    public long Expired { get; set; }

    public long Evicted { get; set; }

    /// <summary>Copies of predictions: the same id, model and version.</summary>
    public long Duplicates { get; set; }

    /// <summary>Predictions that came behind the watermark by more than the retention.</summary>
    public long Late { get; set; }

    public OrphanCounts Orphans { get; } = new();

    public long Unreadable { get; set; }

    /// <summary>What the labels said, where only the positive one is declared.</summary>
    public LabelReadings Readings { get; } = new();

    /// <summary>Whether it asks who labels.</summary>
    public bool AsksForSources => options.Join.Sources.Count > 0;

    public void Join(TimeSpan delay)
    {
        _delays[Buckets.Of(delay, LabelDelays.UpperBounds)]++;
        _delayMilliseconds += (long)delay.TotalMilliseconds;
        _joined++;
    }

    public void Exchange(StateExchange state)
    {
        state.Mark("model");
        state.Exchange(_delays);
        state.Exchange(ref _delayMilliseconds);
        state.Exchange(ref _joined);
        Predictions = state.Kept(Predictions);
        Expired = state.Kept(Expired);
        Evicted = state.Kept(Evicted);
        Orphans.Begin(state.Kept(Orphans.Total));
        Unreadable = state.Kept(Unreadable);
        if (state.Version < 3) return;
        state.Exchange(Readings);
        Duplicates = state.Kept(Duplicates);
        Late = state.Kept(Late);
        state.Exchange(Orphans);
    }

    public ModelSnapshot Capture() => new()
    {
        Model = name,
        Options = options,
        Labels = _joined + Orphans.Total,
        Pending = Predictions - _joined - Expired - Evicted,
        Expired = Expired,
        Duplicates = Duplicates,
        Late = Late,
        Orphans = Orphans.Capture(),
        Unreadable = Unreadable,
        Undeclared = options.Routing.NamesOnlyPositive ? Readings.Capture(options.Routing.PositiveLabel!) : null,
        DelayCounts = [.. _delays],
        DelaySumSeconds = _delayMilliseconds / 1000.0,
    };
}

using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>What is counted per model, over all its versions and slices.</summary>
internal sealed class ModelMonitor(string name, ModelOptions options) : IKeepsState
{
    private readonly long[] _delays = new long[LabelDelays.UpperBounds.Count + 1];
    private long _delayMilliseconds;
    private long _joined;

    public long Predictions { get; set; }

    public long Expired { get; set; }

    public long Evicted { get; set; }

    public long Orphaned { get; set; }

    public long Unreadable { get; set; }

    /// <summary>What the labels said, where only the positive one is declared.</summary>
    public LabelReadings Readings { get; } = new();

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
        Orphaned = state.Kept(Orphaned);
        Unreadable = state.Kept(Unreadable);
        if (state.Version > 2) state.Exchange(Readings);
    }

    public ModelSnapshot Capture() => new()
    {
        Model = name,
        Options = options,
        Labels = _joined + Orphaned,
        Pending = Predictions - _joined - Expired - Evicted,
        Orphaned = Orphaned,
        Unreadable = Unreadable,
        Undeclared = options.Routing.NamesOnlyPositive ? Readings.Capture(options.Routing.PositiveLabel!) : null,
        DelayCounts = [.. _delays],
        DelaySumSeconds = _delayMilliseconds / 1000.0,
    };
}

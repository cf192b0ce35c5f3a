using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Serving;

/// <summary>What is known of the serving latency of one model version.</summary>
public sealed record LatencySnapshot
{
    /// <summary>The newest window that event time has passed; null where none of the newest three had a latency.</summary>
    public LatencyWindow? Newest { get; init; }

    /// <summary>Everything since the start; null where nothing could be read.</summary>
    public LatencyQuantiles? Total { get; init; }

    /// <summary>Predictions whose latency could not be read.</summary>
    public long Unreadable { get; init; }

    /// <summary>Latencies that found no open window, as theirs was closed (or 64 were open): they count in <see cref="Total"/> alone.</summary>
    public long Late { get; init; }
}

/// <summary>The latencies of one window.</summary>
public sealed record LatencyWindow(EventTime Start, EventTime End, LatencyQuantiles Quantiles);

/// <summary>Latencies in numbers, each within 1/128.</summary>
/// <param name="Count">Predictions that carried one.</param>
/// <param name="P50">Half of the answers did not take longer.</param>
/// <param name="P95">95 % did not.</param>
/// <param name="P99">99 % did not.</param>
public sealed record LatencyQuantiles(long Count, TimeSpan P50, TimeSpan P95, TimeSpan P99)
{
    /// <summary>Null if the sketch is empty.</summary>
    internal static LatencyQuantiles? Of(LatencySketch sketch) =>
        sketch.Count == 0 ? null : new(sketch.Count, sketch.Quantile(0.5)!.Value, sketch.Quantile(0.95)!.Value, sketch.Quantile(0.99)!.Value);

    internal static LatencyQuantiles Exchange(StateExchange state, LatencyQuantiles? one) =>
        new(state.Kept(one?.Count ?? 0), state.Kept(one?.P50 ?? default), state.Kept(one?.P95 ?? default), state.Kept(one?.P99 ?? default));
}

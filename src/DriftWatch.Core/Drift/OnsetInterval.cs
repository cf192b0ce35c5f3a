using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift;

/// <summary>Where the onset of a drift lies: a 95 % interval from the evidence, in event time.</summary>
/// <param name="From">Start of the first data that may count against the model; the start of the series where nothing speaks for an earlier calm.</param>
/// <param name="To">End of the last data that may still have been calm.</param>
public readonly record struct OnsetInterval(EventTime From, EventTime To)
{
    /// <summary>In a part of state that keeps findings and episodes: those written before there was one have none.</summary>
    internal static OnsetInterval? Exchange(StateExchange state, OnsetInterval? interval) =>
        state.Version < ChunkFormat.OnsetIntervals ? null : state.Kept(interval, static (each, ends) => new(each.Kept(ends.From), each.Kept(ends.To)));
}

using DriftWatch.Core.Series;

namespace DriftWatch.Core.Monitoring;

/// <summary>What became of stored state when it was read.</summary>
/// <param name="Anything">Whether there was any.</param>
/// <param name="Anew">Parts of series that start over, since settings that they depend on have changed; everything else goes on.</param>
public sealed record Restored(bool Anything, IReadOnlyList<BegunAnew> Anew);

/// <summary>A part of a series that starts over.</summary>
/// <param name="Series">Which series.</param>
/// <param name="Part">Which part of it.</param>
/// <param name="Why">The settings that have changed, with both values.</param>
public readonly record struct BegunAnew(SeriesKey Series, StatePart Part, string Why);

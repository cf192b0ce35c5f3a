using DriftWatch.Core.Series;

namespace DriftWatch.Core.Monitoring;

/// <summary>What became of stored state when it was read.</summary>
/// <param name="Anything">Whether there was any.</param>
/// <param name="Rules">Series whose rule has other settings than the state that was stored for it: rule and episode begin anew, counts stay.</param>
/// <param name="EarlyWarnings">Series whose early warning begins anew, for the same reason.</param>
public sealed record Restored(bool Anything, IReadOnlyList<SeriesKey> Rules, IReadOnlyList<SeriesKey> EarlyWarnings);

namespace DriftWatch.Core.Joining;

/// <summary>What one record did to the join. Which counterparts it met is in <see cref="PredictionJoiner.Meetings"/>.</summary>
/// <param name="Kind">What became of the record; of a label that met several predictions, the best of its fates.</param>
/// <param name="Trace">What has to be remembered of it, so that reading it again does the same.</param>
/// <param name="Met">Whether a counterpart was known; of the copy of a label, whether the label had met one.</param>
public readonly record struct JoinResult(Arrival Kind, ReplayTrace Trace, bool Met);

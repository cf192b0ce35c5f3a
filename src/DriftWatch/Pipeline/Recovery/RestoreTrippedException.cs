namespace DriftWatch.Pipeline.Recovery;

/// <summary>A restore met something that must not happen: a mistake of ours, not of the state, which stays as it is.</summary>
internal sealed class RestoreTrippedException(Exception trip) : Exception(
    "A bug in DriftWatch stopped the restore of the state. The state is kept and was not changed: do not reset it. " +
    "Report this with the lines that follow, and run the version before this one until it is mended.", trip);

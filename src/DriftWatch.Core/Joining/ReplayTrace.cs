namespace DriftWatch.Core.Joining;

/// <summary>What has to be remembered of a record so that reading it again after a restart, when some of its counterparts are out of reach, does the same.</summary>
/// <remarks>
/// A restart rebuilds the table from the records whose deadline has not passed, in the order in which they were first read. Four things cannot be seen
/// from those alone: that a prediction was dropped (as a copy of an owner that is gone by now, or as late) and so told no label anything; that a label found nobody whom it addresses,
/// rather than one who is gone by now; that it saw predictions of others then; and that a prediction that is past its own deadline settled a label that is not.
/// </remarks>
/// <param name="NeededUntil">The last watermark, in epoch milliseconds, at which a restart must read the record again; <see cref="NotNeeded"/> if it need not be.</param>
/// <param name="Notes">How often the record goes into the journal by its offset. A prediction once: it was dropped. A label once: it found nobody whom it addresses; twice: but others. Three times: it was refused for want of something that may exist later.</param>
public readonly record struct ReplayTrace(long NeededUntil, int Notes = 0)
{
    public const long NotNeeded = 0;

    public const int Dropped = 1, FoundNobody = 1, FoundOthers = 2, Refused = 3;
}

namespace DriftWatch.Core.Joining;

/// <summary>What has to be remembered of a record so that reading it again after a restart, when some of its counterparts are out of reach, does the same.</summary>
/// <remarks>
/// A restart rebuilds the table from the records whose deadline has not passed, in the order in which they were first read. Three things cannot be seen
/// from those alone: that a copy was dropped because of an owner that is gone by now; that a label waited, and was not used up by a prediction that is gone
/// by now; and that a prediction that is past its own deadline used up a label that is not.
/// </remarks>
/// <param name="NeededUntil">The last watermark, in epoch milliseconds, at which a restart must read the record again; <see cref="NotNeeded"/> if it need not be.</param>
/// <param name="Exception">The record goes into the journal by its offset: a prediction that was dropped, a label that waited.</param>
public readonly record struct ReplayTrace(long NeededUntil, bool Exception)
{
    public const long NotNeeded = 0;
}

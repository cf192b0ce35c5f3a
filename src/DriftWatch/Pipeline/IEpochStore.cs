using DriftWatch.Options;

namespace DriftWatch.Pipeline;

/// <summary>Where epochs are committed, and who may commit them: at any time one instance, the owner.</summary>
/// <remarks>All members may be called from the loop's thread; none of them waits.</remarks>
internal interface IEpochStore : IDisposable
{
    /// <summary>Where this instance stands; changes in the background.</summary>
    StoreStatus Status { get; }

    /// <summary>Waits until this instance owns the task, shuts out every predecessor, and reads what they have committed.</summary>
    /// <returns>The newest committed checkpoint. Fails with <see cref="StartRefusedException"/> where going on would lose or double something.</returns>
    Task<CommittedCheckpoint> Acquire(CancellationToken cancel);

    /// <summary>Commits one epoch: all of it or nothing. One at a time, in order. Trouble that may pass is waited for and shown in <see cref="Status"/>.</summary>
    /// <returns>Fails with <see cref="FencedException"/> if this instance owns the task no more: nothing of the epoch was committed by it from then on.</returns>
    Task Commit(SealedEpoch epoch);

    /// <summary>Whether the group has given the task to another instance since it was acquired.</summary>
    bool Lost { get; }

    /// <summary>Gives the task up, so that a standby takes over at once; <see cref="Acquire"/> asks for it again. Waits a few seconds at most.</summary>
    /// <returns>Whether it may be asked for again; not while the last call still hangs.</returns>
    bool HandOver();

    /// <summary>Leaves, so that a standby takes over at once. Waits a few seconds at most.</summary>
    void Leave();
}

/// <summary>Where an instance stands with the task.</summary>
internal enum StoreRole
{
    /// <summary>No broker has answered yet, or topics are missing.</summary>
    Connecting,

    /// <summary>Another instance owns the task; this one waits.</summary>
    Standby,

    /// <summary>This instance shuts out its predecessor and reads the checkpoint.</summary>
    TakingOver,

    Owner,
}

/// <summary>Where an instance stands.</summary>
/// <param name="Role">Its role.</param>
/// <param name="Trouble">What is wrong, in one sentence with the fix; null if nothing is.</param>
/// <param name="Fenced">How many times it was fenced by another.</param>
/// <param name="Failures">Attempts to commit an epoch that failed; each was followed by another, or by being fenced.</param>
internal sealed record StoreStatus(StoreRole Role, string? Trouble = null, long Fenced = 0, long Failures = 0)
{
    /// <summary>Whether brokers answered when they were last asked.</summary>
    public bool Answered { get; init; } = true;

    /// <summary>Of a standby: where the owner is, as the brokers see it; null: not known.</summary>
    public string? Owner { get; init; }

    /// <summary>Dead letters that were not sent, since their topic does not take them however short they are.</summary>
    public long DroppedLetters { get; init; }

    /// <summary>What is not as it should be and does not keep us from going on, one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>What the predecessors have committed.</summary>
internal sealed record CommittedCheckpoint
{
    /// <summary>State chunks and journal by key; none: the first start, or the state was reset.</summary>
    public IReadOnlyDictionary<string, byte[]> Chunks { get; init; } = new Dictionary<string, byte[]>();

    /// <summary>The parts that the topics play that are to be read.</summary>
    public IReadOnlyDictionary<string, StreamPart> Parts { get; init; } = new Dictionary<string, StreamPart>();

    /// <summary>Offsets that the group holds for partitions of the inputs: of the next record.</summary>
    public IReadOnlyDictionary<(string Topic, int Partition), long> Offsets { get; init; } = new Dictionary<(string, int), long>();
}

/// <summary>One epoch on its way: everything that belongs to the records read since the one before.</summary>
/// <param name="Number">Counts from 1 and never again the same.</param>
/// <param name="Records">Events and dead letters, in order.</param>
/// <param name="Chunks">Pieces of the checkpoint by key; null: it is gone. Of any size: the store cuts them up.</param>
/// <param name="Positions">The next record of every partition of the inputs.</param>
internal sealed record SealedEpoch(
    long Number, IReadOnlyList<OutgoingRecord> Records, IReadOnlyList<KeyValuePair<string, byte[]?>> Chunks, IReadOnlyList<NextOffset> Positions)
{
    /// <summary>The next record of every partition of the topic of answers that was read. No input: nothing is read again from there.</summary>
    public IReadOnlyList<AnswerOffset> Answers { get; init; } = [];
}

/// <summary>Where reading of a partition goes on.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">Its number.</param>
/// <param name="Offset">Offset of the next record.</param>
/// <param name="Part">The part its topic plays.</param>
internal readonly record struct NextOffset(string Topic, int Partition, long Offset, StreamPart Part);

/// <summary>Where reading of a partition of the topic of answers goes on.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Partition">The partition's number.</param>
/// <param name="Offset">Offset of the next record.</param>
internal readonly record struct AnswerOffset(string Topic, int Partition, long Offset);

/// <summary>Another instance owns the task now, or this one was silent for too long; both look the same to it.</summary>
internal sealed class FencedException(string message) : Exception(message);

/// <summary>Starting would lose or double something. The message names what, where, and the ways out.</summary>
internal sealed class StartRefusedException(string message, Exception? cause = null) : Exception(message, cause);

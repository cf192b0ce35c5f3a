namespace DriftWatch.Pipeline;

/// <summary>The topics as the loop sees them: partitions that are read one at a time, and a place for positions.</summary>
/// <remarks>
/// Partitions are read separately, so that one that runs ahead in event time is simply not read for a while: its records wait in
/// the client's bounded buffer, nothing is thrown away and fetched again. All members are called by the loop's thread alone.
/// </remarks>
internal interface IRecordSource : IDisposable
{
    /// <summary>What is read; grows when topics do, never shrinks. Empty until the topics are known.</summary>
    IReadOnlyList<SourcePartition> Partitions { get; }

    /// <summary>Whether brokers answer, and what is wrong.</summary>
    SourceHealth Health { get; }

    /// <summary>Takes over what has been learned in the background: partitions, log ends, trouble. Never waits.</summary>
    void Refresh();

    /// <summary>The next records of a partition, or null if none are at hand. Never waits. Ends the life of the batch before.</summary>
    RecordBatch? Read(SourcePartition partition, int most);

    /// <summary>Waits until there may be something to read, at most <paramref name="most"/>.</summary>
    void Wait(TimeSpan most);

    /// <summary>Stores positions; the task fails if they could not be stored. One at a time.</summary>
    Task Commit(IReadOnlyList<CommittedPosition> positions);
}

/// <summary>How the source stands with its brokers.</summary>
/// <param name="Connected">Whether they answer.</param>
/// <param name="Trouble">What is wrong, in one sentence with the fix; null if nothing is.</param>
internal readonly record struct SourceHealth(bool Connected, string? Trouble);

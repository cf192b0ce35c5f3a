namespace DriftWatch.Pipeline;

/// <summary>The topics as the loop sees them: partitions that are read one at a time.</summary>
/// <remarks>
/// Partitions are read separately, so that one that runs ahead in event time is simply not read for a while: its records wait in
/// the client's bounded buffer, nothing is thrown away and fetched again. All members are called by the loop's thread alone.
/// </remarks>
internal interface IRecordSource : IDisposable
{
    /// <summary>What is read: first what was planned, in that order, then what came since. Grows when topics do, never shrinks. Empty until the topics are known.</summary>
    IReadOnlyList<SourcePartition> Partitions { get; }

    /// <summary>Whether brokers answer, and what is wrong.</summary>
    SourceHealth Health { get; }

    /// <summary>Why the topics are not those any more that the state was made of, with the way out; null: they are. Nothing more is read then, and nothing may be committed.</summary>
    string? Broken => null;

    /// <summary>Takes over what has been learned in the background: partitions, log ends, trouble. Never waits.</summary>
    /// <exception cref="StartRefusedException">The topics no longer hold what was planned.</exception>
    void Refresh();

    /// <summary>The next records of a partition, or null if none are at hand. Never waits. Ends the life of the batch before.</summary>
    RecordBatch? Read(SourcePartition partition, int most);

    /// <summary>Gives back the records of the newest batch from <paramref name="from"/> on: the next <see cref="Read"/> of the partition begins with them.</summary>
    void Unread(SourcePartition partition, int from);

    /// <summary>Goes on behind what was read and never shows as records (markers of transactions); does nothing where it is there already.</summary>
    void SkipTo(SourcePartition partition, long offset) => partition.Position = Math.Max(partition.Position, offset);

    /// <summary>Asks, in the background, whether all that was read up to now came from the topics that the state was made of.</summary>
    /// <returns>Whether it did. If not, it is <see cref="Broken"/>, or could not be told: ask again.</returns>
    Task<bool> Verify() => Task.FromResult(true);

    /// <summary>Waits until there may be something to read, at most <paramref name="most"/>.</summary>
    void Wait(TimeSpan most);
}

/// <summary>How the source stands with its brokers.</summary>
/// <param name="Connected">Whether they answer.</param>
/// <param name="Trouble">What is wrong, in one sentence with the fix; null if nothing is.</param>
internal readonly record struct SourceHealth(bool Connected, string? Trouble);

/// <summary>A topic is not the one any more that the state was made of: whatever is read of it belongs to no number that we have.</summary>
internal sealed class TopicsChangedException(string message) : Exception(message);

using DriftWatch.Messages;

namespace DriftWatch.Pipeline;

/// <summary>The part a topic plays.</summary>
internal enum StreamPart
{
    Predictions,
    Labels,
}

/// <summary>One partition that is read: where reading stands, and what is known of the log's end. Owned by the loop's thread.</summary>
internal sealed class SourcePartition(int index, StreamPart part, string topic, int partition, long start)
{
    /// <summary>Its place in <see cref="IRecordSource.Partitions"/>.</summary>
    public int Index { get; } = index;
    public StreamPart Part { get; } = part;
    public string Topic { get; } = topic;
    public int Partition { get; } = partition;

    /// <summary>Offset of the next record to read.</summary>
    public long Position { get; set; } = start;

    /// <summary>Offset past the newest record; −1 before it is known.</summary>
    public long LogEnd { get; set; } = -1;

    /// <summary>When a broker last said that nothing lay beyond <see cref="Position"/>; null while there is something to read, or nobody answers.</summary>
    /// <remarks>The moment of the question, not of the answer: a record written in between may be older than the answer.</remarks>
    public DateTimeOffset? EmptyAt { get; set; }

    /// <summary>Whether everything has been read: only then may the partition not hold the watermark.</summary>
    public bool Idle => EmptyAt is not null;

    /// <summary>Where the previous run had been, and what it had sent; null if nothing is committed.</summary>
    public CommittedPosition? Previous { get; init; }

    /// <summary>Kafka's timestamp of the last record read, in epoch milliseconds; negative if unknown.</summary>
    public long LastTimestamp { get; set; } = -1;

    /// <summary>Records that the log deleted before they were read: what they held is in no number.</summary>
    public long LostRecords { get; set; }

    /// <summary>Whether the reader needs <see cref="RecordView.KafkaTimestamp"/> of each record.</summary>
    public bool NeedsKafkaTime { get; set; }

    /// <summary>The header that the reader needs of each record; null: none.</summary>
    public string? NeedsHeader { get; set; }

    public override string ToString() => $"{Topic}[{Partition}]";
}

/// <summary>What is stored for one partition: the safe offset, and how far the run that stored it had been.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">Its number.</param>
/// <param name="SafeOffset">Lowest offset that a restart needs.</param>
/// <param name="Note">How far the run had been and what it had sent.</param>
internal sealed record CommittedPosition(string Topic, int Partition, long SafeOffset, PositionNote Note);

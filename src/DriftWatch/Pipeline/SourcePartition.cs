using DriftWatch.Core.Input;
using DriftWatch.Options;

namespace DriftWatch.Pipeline;

/// <summary>Where reading of one partition is to begin, as a checkpoint says.</summary>
/// <param name="Part">The part its topic plays.</param>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">Its number.</param>
/// <param name="Offset">The first offset to read: what lies between it and <paramref name="Counted"/> only fills the join table.</param>
/// <param name="Counted">The first offset that is not in the counts of the stored state.</param>
/// <param name="Next">The first offset that nobody has read yet: what lies before it is done again, with nothing sent.</param>
internal sealed record PlannedPartition(StreamPart Part, string Topic, int Partition, long Offset, long Counted, long Next)
{
    /// <summary>A partition of which nothing is known but where to begin.</summary>
    public PlannedPartition(StreamPart part, string topic, int partition, long start)
        : this(part, topic, partition, start, start, start)
    {
    }

    /// <summary>The id of the topic that the state was made of; null if it is not known.</summary>
    public string? TopicId { get; init; }

    /// <summary>A partition that no state has read. The log may not reach the offset: it may be of a topic of the same name that was there before.</summary>
    public static PlannedPartition AtGroupsOffset(StreamPart part, string topic, int partition, long offset) => new(part, topic, partition, offset, offset, Next: 0);
}

/// <summary>One partition that is read: where reading stands, and what is known of the log's end. Owned by the loop's thread.</summary>
/// <remarks>Written by its <see cref="IRecordSource"/> alone; whoever reads its records only asks for more of each (<see cref="Need"/>).</remarks>
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

    /// <summary>The id that the brokers gave the topic when it was made; null if they do not tell.</summary>
    public string? TopicId { get; set; }

    /// <summary>Up to which offset there is something to read, as a broker said after nothing had come for a while; null if something comes, or no leader answers.</summary>
    /// <remarks>Not <see cref="LogEnd"/>: what lies past an open transaction cannot be read yet.</remarks>
    public long? Readable { get; set; }

    /// <summary>When a broker last said that nothing lay beyond <see cref="Position"/>; null while there is something to read, or nobody answers.</summary>
    /// <remarks>The moment of the question, not of the answer: a record written in between may be older than the answer.</remarks>
    public DateTimeOffset? EmptyAt { get; set; }

    /// <summary>Whether everything has been read: only then may the partition not hold the watermark.</summary>
    public bool Idle => EmptyAt is not null;

    /// <summary>Kafka's timestamp of the last record read, in epoch milliseconds; negative if unknown.</summary>
    public long LastTimestamp { get; set; } = -1;

    /// <summary>Records that the log deleted before they were read: what they held is in no number.</summary>
    public long LostRecords { get; set; }

    /// <summary>Whether the reader needs <see cref="RecordView.KafkaTimestamp"/> of each record.</summary>
    public bool NeedsKafkaTime { get; private set; }

    /// <summary>The headers that the reader may ask for, by their index (<see cref="RecordView.Header"/>).</summary>
    public IReadOnlyList<string> NeedsHeaders { get; private set; } = [];

    /// <summary>Asks for what fields of this topic's records are taken from, where that is not the record itself.</summary>
    public void Need(FieldMapping mapping)
    {
        NeedsKafkaTime = mapping.TimeFrom == TimeSource.Kafka;
        NeedsHeaders = mapping.Headers;
    }

    public override string ToString() => $"{Topic}[{Partition}]";
}

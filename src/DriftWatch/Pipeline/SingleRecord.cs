namespace DriftWatch.Pipeline;

/// <summary>A record as it came, in memory of its own: one that was read outside of a batch.</summary>
/// <param name="Topic">Whence.</param>
/// <param name="Partition">Whence.</param>
/// <param name="Offset">Whence.</param>
/// <param name="Key">Its key; null: none.</param>
/// <param name="Value">Its value; null: a tombstone.</param>
/// <param name="Headers">Its headers.</param>
internal sealed record SingleRecord(string Topic, int Partition, long Offset, byte[]? Key, byte[]? Value, IReadOnlyList<RecordHeader> Headers)
{
    /// <summary>Kafka's timestamp in epoch milliseconds; negative if it has none.</summary>
    public long Timestamp { get; init; } = -1;

    /// <summary>What that tells: <c>CreateTime</c> or <c>LogAppendTime</c>; null if there is none.</summary>
    public string? TimestampType { get; init; }
}

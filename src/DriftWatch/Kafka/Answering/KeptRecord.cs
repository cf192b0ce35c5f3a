using Confluent.Kafka;
using DriftWatch.Pipeline;

namespace DriftWatch.Kafka.Answering;

/// <summary>A record as it lies in a topic.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset.</param>
/// <param name="Key">Its key.</param>
/// <param name="Value">Null: a tombstone.</param>
/// <param name="Headers">In order.</param>
/// <param name="Timestamp">Kafka's, in milliseconds since 1970; −1: it has none.</param>
internal sealed record KeptRecord(string Topic, int Partition, long Offset, byte[]? Key, byte[]? Value, IReadOnlyList<RecordHeader> Headers, long Timestamp)
{
    /// <summary>As <c>topic[partition]@offset</c>.</summary>
    public string Place => $"{Topic}[{Partition}]@{Offset}";

    public static KeptRecord Of(ConsumeResult<byte[], byte[]> read) => new(
        read.Topic, read.Partition.Value, read.Offset.Value, read.Message.Key, read.Message.Value, [.. (read.Message.Headers ?? []).Select(header => new RecordHeader(header.Key, header.GetValueBytes()))],
        read.Message.Timestamp is { Type: not TimestampType.NotAvailable } time ? time.UnixTimestampMs : -1);
}

/// <summary>A record on its way to a topic.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Key">Its key.</param>
/// <param name="Value">What it says.</param>
/// <param name="Headers">In order.</param>
internal sealed record AnswerRecord(string Topic, byte[]? Key, byte[]? Value, IReadOnlyList<RecordHeader> Headers);

using DriftWatch.Core.Input;

namespace DriftWatch.Pipeline;

/// <summary>Some records of one partition, in order. Valid until the source is read again: what outlives that must be copied.</summary>
internal abstract class RecordBatch : IHeaderSource
{
    public int Count { get; protected set; }

    public abstract RecordView this[int index] { get; }

    /// <summary>Hints that these records are read next.</summary>
    public virtual void Prefetch(int from, int to)
    {
    }

    public abstract long OffsetOf(int index);

    /// <inheritdoc/>
    public abstract ReadOnlySpan<byte> HeaderOf(int record, int header);

    /// <summary>Kafka's timestamp in epoch milliseconds; negative if the record has none.</summary>
    public abstract long TimestampOf(int index);

    /// <summary>What Kafka's timestamp tells: <c>CreateTime</c> or <c>LogAppendTime</c>; null if the record has none.</summary>
    public abstract string? TimestampTypeOf(int index);

    /// <summary>A copy of the headers: for dead letters only, since it allocates.</summary>
    public abstract IReadOnlyList<RecordHeader> HeadersOf(int index);
}

/// <summary>A header as it lies in Kafka: names may repeat, values may be null.</summary>
internal readonly record struct RecordHeader(string Name, byte[]? Value);

namespace DriftWatch.Core.Input;

/// <summary>One record of a topic as the reader needs it: views into memory that the source owns, valid until it polls again.</summary>
public readonly ref struct RecordView
{
    /// <summary>The record's value; empty for a tombstone, see <see cref="IsTombstone"/>.</summary>
    public ReadOnlySpan<byte> Value { get; init; }

    /// <summary>Whether the record has no value at all.</summary>
    public bool IsTombstone { get; init; }

    /// <summary>The record's key; empty if it has none.</summary>
    public ReadOnlySpan<byte> Key { get; init; }

    /// <summary>Whether the record has a key; it may be empty.</summary>
    public bool HasKey { get; init; }

    /// <summary>Kafka's timestamp in epoch milliseconds; negative if the record has none.</summary>
    public long KafkaTimestamp { get; init; }

    /// <summary>Where the headers are that the mapping reads; null: the record has none.</summary>
    public IHeaderSource? Headers { get; init; }

    /// <summary>Which record this is of <see cref="Headers"/>.</summary>
    public int Index { get; init; }

    /// <summary>The last header of a name; empty if there is none.</summary>
    /// <param name="header">Index of the name in <see cref="FieldMapping.Headers"/>.</param>
    public ReadOnlySpan<byte> Header(int header) => Headers is null ? default : Headers.HeaderOf(Index, header);
}

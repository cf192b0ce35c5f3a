namespace DriftWatch.Core.Input;

/// <summary>Why a record was not accepted. Each has its own count, and its <see cref="RejectReasons.Name"/> is a metric tag and a dead-letter header.</summary>
public enum RejectReason : byte
{
    /// <summary>Accepted.</summary>
    None = 0,

    /// <summary>Not JSON: syntax, trailing bytes, truncated text.</summary>
    Malformed,

    /// <summary>Not valid UTF-8.</summary>
    Encoding,

    /// <summary>Valid JSON of the wrong shape: not an object, or a field of the wrong type.</summary>
    Schema,

    /// <summary>A mapped field stands twice in one object.</summary>
    DuplicateKey,

    /// <summary>Nested deeper than the reader goes.</summary>
    TooDeep,

    /// <summary>Larger than the configured bound (record, string, number of classes or of slices).</summary>
    Oversize,

    /// <summary>A record with a value of zero length.</summary>
    Empty,

    /// <summary>A record without a value (Kafka's deletion marker).</summary>
    Tombstone,

    /// <summary>No id, or an empty one.</summary>
    MissingId,

    /// <summary>No event time where the mapping says it is.</summary>
    MissingTimestamp,

    /// <summary>A time that cannot be read, or outside 1970 to 2109.</summary>
    TimestampRange,

    /// <summary>A time further ahead of the clock than the bound; it never moves the watermark.</summary>
    TimestampFuture,

    /// <summary>No model, and no default for the topic.</summary>
    MissingModel,

    /// <summary>A model that the configuration does not name, where it says that only named ones are watched; or one model too many.</summary>
    UnknownModel,

    /// <summary>None of probability, predicted + confidence, probabilities.</summary>
    MissingProbability,

    /// <summary>NaN, infinite, or outside [0,1].</summary>
    ProbabilityRange,

    /// <summary>A vector of probabilities that does not sum to 1 within 1e-3.</summary>
    ProbabilitySum,

    /// <summary>No label and no correctness.</summary>
    MissingLabel,

    /// <summary>A label that the prediction's view cannot read (a class name for a binary model without a positive class).</summary>
    LabelValue,

    /// <summary>Does not meet the topic's filter: nothing is wrong with it, it is counted and passed over.</summary>
    Filtered,

    /// <summary>Not of the topic's format: without its framing, or bytes that its schema cannot read.</summary>
    Format,

    /// <summary>Names a schema that the registry does not have.</summary>
    SchemaId,

    /// <summary>A probability of being labeled that is no number above 0 up to 1.</summary>
    SamplingProbability,
}

public static class RejectReasons
{
    /// <summary>All that make a record a dead letter.</summary>
    public static readonly IReadOnlyList<RejectReason> All = [.. Enum.GetValues<RejectReason>().Where(r => r is not (RejectReason.None or RejectReason.Filtered))];

    /// <summary>Room for a count of each, also of those that are no dead letters.</summary>
    public static readonly int Count = Enum.GetValues<RejectReason>().Max(r => (int)r) + 1;

    private static readonly string[] Names = [.. Enum.GetValues<RejectReason>().Select(r => SnakeCase(r.ToString()))];

    /// <summary>The reason in snake case: the metric tag and the dead-letter header.</summary>
    public static string Name(this RejectReason reason) => Names[(int)reason];

    private static string SnakeCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString()));
}

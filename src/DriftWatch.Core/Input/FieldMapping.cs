using DriftWatch.Core.Time;

namespace DriftWatch.Core.Input;

/// <summary>Where the fields of one topic's records are, as JSON pointers (RFC 6901).</summary>
/// <remarks>The defaults are the input contract: a flat object with the fields named as here.</remarks>
public sealed record FieldMapping
{
    public string Id { get; init; } = "/id";
    public string Model { get; init; } = "/model";
    public string Version { get; init; } = "/version";
    public string Timestamp { get; init; } = "/timestamp";
    public string Probability { get; init; } = "/probability";
    public string Predicted { get; init; } = "/predicted";
    public string Confidence { get; init; } = "/confidence";
    public string Probabilities { get; init; } = "/probabilities";

    /// <summary>An object whose members are slices: names and scalar values.</summary>
    public string Slices { get; init; } = "/slices";
    public string Label { get; init; } = "/label";
    public string Correct { get; init; } = "/correct";

    /// <summary>Where event time comes from; the default is <see cref="TimeSource.Payload"/>.</summary>
    public TimeSource TimeFrom { get; init; } = TimeSource.Payload;

    /// <summary>The header that carries event time (epoch ms or RFC 3339) when <see cref="TimeFrom"/> is <see cref="TimeSource.Header"/>.</summary>
    public string? TimeHeader { get; init; }

    /// <summary>What a number in the time's place counts; null: milliseconds, and times before <see cref="EarliestTime"/> are refused, as they are most likely numbers in another unit.</summary>
    public TimestampUnit? TimestampUnit { get; init; }

    /// <summary>The earliest time that is taken where no <see cref="TimestampUnit"/> is stated.</summary>
    public EventTime EarliestTime { get; init; } = EventTime.Year2000;

    /// <summary>Model and version of records that name none; null: they must.</summary>
    public string? DefaultModel { get; init; }
    public string? DefaultVersion { get; init; }
}

public enum TimeSource
{
    /// <summary>The field at <see cref="FieldMapping.Timestamp"/>.</summary>
    Payload,

    /// <summary>The header <see cref="FieldMapping.TimeHeader"/>.</summary>
    Header,

    /// <summary>The record's Kafka timestamp.</summary>
    Kafka,
}

/// <summary>Bounds of the reader.</summary>
public sealed record ReadLimits
{
    /// <summary>Longest record value in bytes, at most <see cref="Field.MaxLength"/>; longer ones are <see cref="RejectReason.Oversize"/>.</summary>
    public int MaxRecordBytes { get; init => field = Math.Min(value, Field.MaxLength); } = 1 << 20;

    /// <summary>Longest model or version in bytes. Fixed: they are the values of metric tags, and an event names the model whole or not at all.</summary>
    public const int MaxNameBytes = 128;

    /// <summary>Longest id, class or slice value in bytes.</summary>
    public int MaxStringBytes { get; init; } = 1024;

    /// <summary>Most classes in a vector of probabilities.</summary>
    public int MaxClasses { get; init; } = 10_000;

    /// <summary>Most slices of one prediction.</summary>
    public int MaxSlices { get; init; } = 16;

    /// <summary>Deepest nesting.</summary>
    public int MaxDepth { get; init; } = 64;

    /// <summary>How far ahead of the clock an event time may lie.</summary>
    public TimeSpan MaxFuture { get; init; } = TimeSpan.FromMinutes(10);
}

using DriftWatch.Core.Time;

namespace DriftWatch.Core.Events;

/// <summary>What an event says besides the decision: where its data lie, and where people look next.</summary>
public sealed record EventContext
{
    /// <summary>The records that hold the evidence, per source partition; offsets inclusive to exclusive. Empty without Kafka.</summary>
    public IReadOnlyList<DataRange> DataRange { get; init; } = [];

    /// <summary>Where the evidence begins earlier than offsets are remembered: from when on <see cref="DataRange"/> holds it; null: it holds all.</summary>
    public EventTime? DataRangeCutAt { get; init; }

    /// <summary>The topic for answers; null: nobody waits for one.</summary>
    public string? AnswerTopic { get; init; }

    /// <summary>After how long a request is not worth acting on any more; null: nobody says.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>The label that means "came true" for a binary model, in its canonical form; null: not asked for.</summary>
    public string? PositiveClass { get; init; }

    /// <summary>The input topics and where the fields of their records are, for whoever reads them again. Empty without Kafka.</summary>
    public IReadOnlyList<ReadTopic> Reading { get; init; } = [];

    /// <summary>Templates with <c>{model}</c> and <c>{version}</c>; null leaves the field out.</summary>
    public string? ModelUri { get; init; }
    public string? DashboardUrl { get; init; }
    public string? RunbookUrl { get; init; }

    /// <summary>Owner of the model, from its policy.</summary>
    public string? Team { get; init; }
}

/// <summary>A stretch of one partition: a reproducible training set is made of these.</summary>
public readonly record struct DataRange(string Topic, int Partition, long StartOffset, long EndOffset);

/// <summary>How records of a topic are read.</summary>
/// <param name="Topic">Which.</param>
/// <param name="Role">Of what: <c>predictions</c> or <c>labels</c>.</param>
/// <param name="Format">How values are written, as the configuration says it.</param>
/// <param name="Fields">Where each field is, as the configuration says it.</param>
public sealed record ReadTopic(string Topic, string Role, string Format, IReadOnlyList<KeyValuePair<string, string>> Fields);

using DriftWatch.Core.Time;

namespace DriftWatch.Core.Events;

/// <summary>What an event says besides the decision: where its data lie, and where people look next.</summary>
public sealed record EventContext
{
    /// <summary>The records that hold the evidence, per source partition; offsets inclusive to exclusive. Empty without Kafka.</summary>
    public IReadOnlyList<DataRange> DataRange { get; init; } = [];

    /// <summary>Where the evidence begins earlier than offsets are remembered: from when on <see cref="DataRange"/> holds it; null: it holds all.</summary>
    public EventTime? DataRangeCutAt { get; init; }

    /// <summary>Templates with <c>{model}</c> and <c>{version}</c>; null leaves the field out.</summary>
    public string? ModelUri { get; init; } = "models:/{model}/{version}";
    public string? DashboardUrl { get; init; }
    public string? RunbookUrl { get; init; }

    /// <summary>Owner of the model, from its policy.</summary>
    public string? Team { get; init; }
}

/// <summary>A stretch of one partition: a reproducible training set is made of these.</summary>
public readonly record struct DataRange(string Topic, int Partition, long StartOffset, long EndOffset);

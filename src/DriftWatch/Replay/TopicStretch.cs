using DriftWatch.Core.Events;
using DriftWatch.Core.Input;
using DriftWatch.Core.Time;
using DriftWatch.Options;

namespace DriftWatch.Replay;

/// <summary>Which topics are replayed, and from when to when.</summary>
/// <param name="Kafka">The cluster and its topics.</param>
/// <param name="Fields">Where the fields of each topic's records are.</param>
/// <param name="From">By the records' Kafka timestamps; null: from the oldest that is kept.</param>
/// <param name="To">Without that moment; null: up to the newest.</param>
internal sealed record TopicStretch(KafkaOptions Kafka, PipelineOptions Fields, EventTime? From, EventTime? To)
{
    /// <summary>The predictions by their offsets; <see cref="From"/> and <see cref="To"/> concern labels alone, then. Null: by time.</summary>
    public IReadOnlyList<DataRange>? Predictions { get; init; }

    /// <summary>Of which ids predictions and labels are kept; null: of all.</summary>
    public Func<PredictionId, bool>? Keeps { get; init; }
}

using DriftWatch.Kafka.Causes;
using DriftWatch.Options;
using DriftWatch.Pipeline;

namespace DriftWatch.Kafka.Consuming;

/// <summary>What <see cref="ClusterWatch"/> last learned from the brokers.</summary>
/// <param name="Connected">Whether they answer.</param>
/// <param name="Trouble">What is wrong, in one sentence; null if nothing is.</param>
/// <param name="Consumer">The consumer, made when the topics are known.</param>
/// <param name="Partitions">Partitions of the inputs; only ever appended to.</param>
/// <param name="Looks">How many times topics and rights were looked at and found as they should be.</param>
internal sealed record ClusterSnapshot(bool Connected, string? Trouble, KafkaConsumer? Consumer, IReadOnlyList<PartitionPicture> Partitions, long Looks)
{
    public static readonly ClusterSnapshot Unknown = new(false, null, null, [], 0);
}

/// <summary>One partition of an input.</summary>
/// <param name="Part">The part its topic plays.</param>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">Its number.</param>
/// <param name="Low">Its oldest offset when it was first seen.</param>
/// <param name="End">Offset past its newest record, aborted and not yet committed ones included.</param>
/// <param name="AskedAt">When the question for <paramref name="End"/> was asked; null if its leader did not answer the last time.</param>
internal sealed record PartitionPicture(
    StreamPart Part, string Topic, int Partition, long Low, long End, DateTimeOffset? AskedAt)
{
    /// <summary>What its leader said when it was asked more closely, because nothing had come of it; null if it was not, or did not answer.</summary>
    public ReadableRange? Readable { get; init; }
}

/// <summary>What can be read of a partition.</summary>
/// <param name="Low">Its oldest offset.</param>
/// <param name="Stable">Up to which offset: the log's end, or the oldest transaction that is still open.</param>
/// <param name="AskedAt">When the question was asked.</param>
internal readonly record struct ReadableRange(long Low, long Stable, DateTimeOffset AskedAt);

using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;
using DriftWatch.Kafka.Answering;

namespace DriftWatch.Kafka.Consuming;

/// <summary>Brings the records of several partitions into the order of their timestamps, a partition's own order kept.</summary>
/// <remarks>Law: a record comes out when every partition that is not read to its end has shown one that is no older. What waits for that is bounded by whoever reads: <see cref="IsFull"/>.</remarks>
/// <param name="partitions">All that are read.</param>
internal sealed class TimeOrder(IEnumerable<TopicPartition> partitions)
{
    /// <summary>Records of a partition that may wait for those of others.</summary>
    public const int Most = 500;

    private readonly Dictionary<TopicPartition, Queue<KeptRecord>> _waiting = partitions.ToDictionary(partition => partition, _ => new Queue<KeptRecord>());
    private readonly HashSet<TopicPartition> _unread = [.. partitions];

    /// <summary>Whether a partition should be read on only when some of its records have come out.</summary>
    public bool IsFull(TopicPartition partition) => _waiting[partition].Count >= Most;

    /// <summary>Whether all is read and has come out.</summary>
    public bool IsEmpty => _unread.Count == 0 && _waiting.Values.All(queue => queue.Count == 0);

    /// <summary>A record was read.</summary>
    public void Add(TopicPartition partition, KeptRecord record) => _waiting[partition].Enqueue(record);

    /// <summary>A partition was read to the end that it had.</summary>
    public void End(TopicPartition partition) => _unread.Remove(partition);

    /// <summary>The next record, if it is known which that is.</summary>
    public bool TryTake([NotNullWhen(true)] out KeptRecord? record)
    {
        record = null;
        Queue<KeptRecord>? oldest = null;
        foreach (var (partition, queue) in _waiting)
        {
            if (queue.TryPeek(out var head))
            {
                if (oldest is null || head.Timestamp < oldest.Peek().Timestamp) oldest = queue;
            }
            else if (_unread.Contains(partition))
            {
                return false;
            }
        }

        return oldest?.TryDequeue(out record) == true;
    }
}

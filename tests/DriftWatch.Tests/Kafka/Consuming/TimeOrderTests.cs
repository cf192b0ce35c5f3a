using Confluent.Kafka;
using DriftWatch.Kafka.Answering;
using Xunit;

namespace DriftWatch.Kafka.Consuming;

public sealed class TimeOrderTests
{
    /// <summary>Against a stable sort of everything, whichever partition is read first, with partitions that are empty.</summary>
    [Fact]
    public void Records_of_many_partitions_come_out_as_if_they_had_been_sorted_by_time()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        for (int round = 0; round < 200; round++)
        {
            TopicPartition[] partitions = [.. Enumerable.Range(0, random.Next(1, 5)).Select(number => new TopicPartition("t", number))];
            var left = partitions.ToDictionary(partition => partition, partition => new Queue<KeptRecord>(Records(partition, random)));
            var expected = left.Values.SelectMany(queue => queue).OrderBy(record => record.Timestamp).ThenBy(record => record.Partition).ToList();
            var order = new TimeOrder(partitions);
            List<KeptRecord> taken = [];
            while (left.Count > 0)
            {
                var (partition, queue) = left.ElementAt(random.Next(left.Count));
                if (queue.TryDequeue(out var record)) order.Add(partition, record);
                else
                {
                    order.End(partition);
                    left.Remove(partition);
                }

                while (order.TryTake(out var next)) taken.Add(next);
            }

            Assert.True(order.IsEmpty, $"seed {seed}, {round}");
            Assert.True(expected.SequenceEqual(taken), $"seed {seed}, {round}");
        }
    }

    [Fact]
    public void Nothing_comes_out_before_every_partition_has_shown_a_record_or_its_end()
    {
        TopicPartition near = new("t", 0), far = new("t", 1);
        var order = new TimeOrder([near, far]);
        for (int i = 0; i < TimeOrder.Most; i++) order.Add(near, Record(near, i, i));
        Assert.False(order.TryTake(out _));
        Assert.True(order.IsFull(near));
        Assert.False(order.IsFull(far));
        order.End(far);
        Assert.True(order.TryTake(out var first));
        Assert.Equal(0, first.Offset);
        Assert.False(order.IsFull(near));
    }

    private static IEnumerable<KeptRecord> Records(TopicPartition partition, Random random)
    {
        long time = 0;
        int count = random.Next(0, 8);
        for (int i = 0; i < count; i++) yield return Record(partition, i, time += random.Next(0, 3));
    }

    private static KeptRecord Record(TopicPartition partition, long offset, long time) => new(partition.Topic, partition.Partition.Value, offset, null, null, [], time);
}

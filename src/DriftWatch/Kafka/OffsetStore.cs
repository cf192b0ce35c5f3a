using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using DriftWatch.Pipeline;

namespace DriftWatch.Kafka;

/// <summary>Positions in the consumer group, each with its note. Confluent.Kafka offers no notes, so without the native handle there are none.</summary>
internal sealed unsafe class OffsetStore(IConsumer<byte[], byte[]> consumer, NativeConsumer? native)
{
    /// <summary>What is stored for these partitions; those without a position are left out. Waits for the broker.</summary>
    /// <exception cref="KafkaException">The group's coordinator did not answer.</exception>
    public IReadOnlyList<CommittedPosition> Load(IReadOnlyList<TopicPartition> partitions, TimeSpan timeout)
    {
        if (native is null)
        {
            return [.. consumer.Committed(partitions, timeout).Where(p => p.Offset.Value >= 0)
                .Select(p => new CommittedPosition(p.Topic, p.Partition, p.Offset, PositionNote.None))];
        }

        using var lease = native.Hold();
        var list = NativeMethods.rd_kafka_topic_partition_list_new(partitions.Count);
        try
        {
            foreach (var partition in partitions) NativeMethods.rd_kafka_topic_partition_list_add(list, partition.Topic, partition.Partition);
            Check(NativeMethods.rd_kafka_committed(native.Pointer, list, (int)timeout.TotalMilliseconds));
            List<CommittedPosition> positions = [];
            for (int i = 0; i < list->Count; i++)
            {
                ref var element = ref list->Elements[i];
                Check(element.Error);
                if (element.Offset < 0) continue;
                string? note = element.Metadata == null ? null : Encoding.UTF8.GetString(element.Metadata, (int)element.MetadataSize);
                positions.Add(new CommittedPosition(Marshal.PtrToStringUTF8((nint)element.Topic)!, element.Partition, element.Offset, PositionNote.Parse(note)));
            }

            return positions;
        }
        finally
        {
            NativeMethods.rd_kafka_topic_partition_list_destroy(list);
        }
    }

    /// <summary>Stores the positions. Waits for the broker.</summary>
    /// <exception cref="KafkaException">They could not be stored.</exception>
    public void Save(IReadOnlyList<CommittedPosition> positions)
    {
        if (native is null)
        {
            consumer.Commit(positions.Select(p => new TopicPartitionOffset(p.Topic, p.Partition, p.SafeOffset)));
            return;
        }

        using var lease = native.Hold();
        var list = NativeMethods.rd_kafka_topic_partition_list_new(positions.Count);
        try
        {
            foreach (var position in positions)
            {
                var element = NativeMethods.rd_kafka_topic_partition_list_add(list, position.Topic, position.Partition);
                byte[] note = Encoding.UTF8.GetBytes(position.Note.ToString());
                element->Offset = position.SafeOffset;
                // librdkafka frees the note with the list, so it must come from its allocator.
                element->Metadata = (byte*)NativeMethods.rd_kafka_mem_malloc(native.Pointer, (nuint)note.Length);
                element->MetadataSize = (nuint)note.Length;
                note.CopyTo(new Span<byte>(element->Metadata, note.Length));
            }

            Check(NativeMethods.rd_kafka_commit(native.Pointer, list, 0));
            for (int i = 0; i < list->Count; i++) Check(list->Elements[i].Error);
        }
        finally
        {
            NativeMethods.rd_kafka_topic_partition_list_destroy(list);
        }
    }

    private static void Check(int error)
    {
        if (error != 0) throw new KafkaException((ErrorCode)error);
    }
}

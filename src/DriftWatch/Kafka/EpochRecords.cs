using System.Text;
using Confluent.Kafka;
using DriftWatch.Pipeline;

namespace DriftWatch.Kafka;

/// <summary>The records of one epoch as they go to Kafka, and what is made of those that turn out to be too large for it.</summary>
/// <remarks>Of a dead letter as large as the record that it was, a broker may want less: it is cut, and the header <c>dw_value_truncated</c> says how long it was. State is never cut short, but into smaller parts.</remarks>
internal sealed class EpochRecords(KafkaOptions options, SealedEpoch epoch, IReadOnlyDictionary<string, int> partCounts, int partBytes)
{
    public const string Truncated = "dw_value_truncated";

    private const int FirstCut = 64 * 1024;
    private const int LeastPart = 1024;

    /// <summary>Length that the value of each record is cut to; absent: it is sent whole.</summary>
    private readonly Dictionary<int, int> _cuts = [];

    /// <summary>Most bytes of a chunk in one record: smaller after a broker refused some.</summary>
    public int PartBytes { get; private set; } = partBytes;

    /// <summary>Parts of each of the epoch's chunks; 0: it is gone.</summary>
    public IEnumerable<(string Name, int Parts)> NewPartCounts() => epoch.Chunks.Select(c => (c.Key, c.Value is null ? 0 : ChunkParts.Count(c.Value.Length, PartBytes)));

    /// <summary>Every record with where it goes, and its number among the dead letters and events; −1: it is a part of a chunk.</summary>
    public IEnumerable<(TopicPartition To, Message<byte[]?, byte[]?> Message, int Number)> All()
    {
        for (int number = 0; number < epoch.Records.Count; number++)
        {
            var record = epoch.Records[number];
            string topic = record.Topic == OutputTopic.DeadLetters ? options.DeadLetterTopic : options.RequestTopic;
            yield return (new TopicPartition(topic, Partition.Any), MessageOf(record, number), number);
        }

        var checkpoints = new TopicPartition(options.CheckpointTopic, 0);
        foreach (var (name, value) in epoch.Chunks)
        {
            byte[][] parts = value is null ? [] : ChunkParts.Cut(value, PartBytes, epoch.Number);
            for (int part = 0; part < Math.Max(parts.Length, partCounts.GetValueOrDefault(name)); part++)
            {
                byte[]? bytes = part < parts.Length ? parts[part] : null;
                yield return (checkpoints, new Message<byte[]?, byte[]?> { Key = ChunkParts.Key(options.GroupId, name, part), Value = bytes }, -1);
            }
        }
    }

    /// <summary>Makes smaller what was refused as too large.</summary>
    /// <returns>Whether anything could be: if not, the same would be refused again.</returns>
    public bool Shrink(IReadOnlyCollection<int> refused)
    {
        bool smaller = false;
        foreach (int number in refused.Where(n => n >= 0))
        {
            // Several may be refused because one in their batch is too large: cutting starts at a length that no ordinary record has.
            int length = Math.Min(epoch.Records[number].Value?.Length ?? 0, _cuts.GetValueOrDefault(number, int.MaxValue));
            if (length > FirstCut) (_cuts[number], smaller) = (FirstCut, true);
        }

        if (refused.Contains(-1) && PartBytes > LeastPart) (PartBytes, smaller) = (Math.Max(LeastPart, PartBytes / 4), true);
        if (smaller) return true;
        foreach (int number in refused.Where(n => n >= 0))
        {
            int length = Math.Min(epoch.Records[number].Value?.Length ?? 0, _cuts.GetValueOrDefault(number, int.MaxValue));
            if (length > 0) (_cuts[number], smaller) = (length / 4, true);
        }

        return smaller;
    }

    private Message<byte[]?, byte[]?> MessageOf(OutgoingRecord record, int number)
    {
        var headers = new Headers();
        foreach (var header in record.Headers) headers.Add(header.Name, header.Value);
        byte[]? value = record.Value;
        if (value is not null && _cuts.TryGetValue(number, out int cut))
        {
            headers.Add(Truncated, Encoding.UTF8.GetBytes(value.Length.ToString()));
            value = value[..cut];
        }

        return new() { Key = record.Key, Value = value, Headers = headers };
    }
}

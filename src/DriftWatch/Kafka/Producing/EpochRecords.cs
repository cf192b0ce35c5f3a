using System.Diagnostics;
using Confluent.Kafka;
using DriftWatch.Options;
using DriftWatch.Pipeline;

namespace DriftWatch.Kafka.Producing;

/// <summary>A record that the brokers will not take as it is.</summary>
/// <param name="Number">Its number among the dead letters and events of its epoch; −1: it is a part of a chunk.</param>
/// <param name="Code">Why.</param>
internal readonly record struct Refusal(int Number, ErrorCode Code);

/// <summary>One record as it goes to Kafka.</summary>
/// <param name="To">Where it goes.</param>
/// <param name="Message">What goes there.</param>
/// <param name="Number">Its number, see <see cref="Refusal.Number"/>.</param>
/// <param name="Alone">Whether it must be in no batch with others.</param>
internal readonly record struct EpochRecord(TopicPartition To, Message<byte[]?, byte[]?> Message, int Number, bool Alone);

/// <summary>The records of one epoch as they go to Kafka, and what is made of those that turn out to be too large for it.</summary>
/// <remarks>Dead letters are cut, and dropped in the end (<see cref="LetterFits"/>). State is never cut short, but into smaller parts. Events are sent whole: half an event tells nothing.</remarks>
internal sealed class EpochRecords(KafkaOptions options, SealedEpoch epoch, IReadOnlyDictionary<string, int> partCounts, int partBytes, LetterLimit letterLimit)
{
    private const int LeastPart = 1024;

    private readonly LetterFits _letters = new(epoch.Records, letterLimit);

    /// <summary>Most bytes of a chunk in one record: smaller after a broker refused some.</summary>
    public int PartBytes { get; private set; } = partBytes;

    /// <summary>What was learned of the size of dead letters.</summary>
    public LetterLimit LetterLimit => _letters.Limit;

    /// <summary>Dead letters that are not sent, since the topic does not take them however short they are.</summary>
    public IEnumerable<OutgoingRecord> DroppedLetters => _letters.Dropped;

    /// <summary>Parts of each of the epoch's chunks; 0: it is gone.</summary>
    public IEnumerable<(string Name, int Parts)> NewPartCounts() => epoch.Chunks.Select(c => (c.Key, c.Value is null ? 0 : ChunkParts.Count(c.Value.Length, PartBytes)));

    /// <summary>Every record that is to be sent.</summary>
    public IEnumerable<EpochRecord> All()
    {
        for (int number = 0; number < epoch.Records.Count; number++)
        {
            if (_letters[number] is { } record) yield return new(new TopicPartition(TopicOf(record), Partition.Any), MessageOf(record), number, _letters.IsAlone(number));
        }

        var checkpoints = new TopicPartition(options.CheckpointTopic, 0);
        foreach (var (name, value) in epoch.Chunks)
        {
            byte[][] parts = value is null ? [] : ChunkParts.Cut(value, PartBytes, epoch.Number);
            for (int part = 0; part < Math.Max(parts.Length, partCounts.GetValueOrDefault(name)); part++)
            {
                byte[]? bytes = part < parts.Length ? parts[part] : null;
                yield return new(checkpoints, new Message<byte[]?, byte[]?> { Key = ChunkParts.Key(options.GroupId, name, part), Value = bytes }, -1, Alone: false);
            }
        }
    }

    /// <summary>Makes smaller what was refused.</summary>
    /// <returns>Whether anything was done: if not, the same would be refused again.</returns>
    public bool Shrink(IReadOnlyCollection<Refusal> refused)
    {
        bool changed = _letters.Refuse(refused);
        if (refused.Any(r => r.Number < 0) && PartBytes > LeastPart) (PartBytes, changed) = (Math.Max(LeastPart, PartBytes / 4), true);
        return changed;
    }

    /// <summary>The topic that a refused record was for.</summary>
    public string TopicOf(Refusal refusal) => refusal.Number < 0 ? options.CheckpointTopic : TopicOf(epoch.Records[refusal.Number]);

    private string TopicOf(OutgoingRecord record) => record.Topic switch
    {
        OutputTopic.Requests => options.RequestTopic,
        OutputTopic.Updates => options.UpdateTopic ?? options.RequestTopic,
        OutputTopic.DeadLetters => options.DeadLetterTopic,
        OutputTopic.State => options.StateTopic ?? throw new UnreachableException("What stands is told only where there is a topic for it."),
        _ => throw new UnreachableException(),
    };

    private static Message<byte[]?, byte[]?> MessageOf(OutgoingRecord record)
    {
        var headers = new Headers();
        foreach (var header in record.Headers) headers.Add(header.Name, header.Value);
        return new() { Key = record.Key, Value = record.Value, Headers = headers };
    }
}

using System.Globalization;
using System.Numerics;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Kafka.Producing;
using DriftWatch.Kafka.Topics;
using DriftWatch.Options;

namespace DriftWatch.Kafka.Answering;

/// <summary>Says of a record that was refused how large it is, what stands against it, and the fix.</summary>
internal static class RefusedRecord
{
    /// <summary>Of a record in its batch: what is neither key, value nor header.</summary>
    private const int Frame = 80;

    /// <summary>What the brokers or the client said no to.</summary>
    /// <param name="records">Of the transaction.</param>
    /// <param name="refused">Those that were not taken, by their place among <paramref name="records"/>; not empty.</param>
    /// <param name="admin">Asked for the topic's limit.</param>
    /// <param name="options">The cluster.</param>
    public static RecordRefusedException Of(IReadOnlyList<AnswerRecord> records, IReadOnlyCollection<Refusal> refused, IAdminClient admin, KafkaOptions options)
    {
        // Where two share a topic they share a batch, and its largest is to blame.
        var (record, code) = refused.Select(one => (Record: records[one.Number], one.Code)).MaxBy(one => SizeOf(one.Record));
        return new(record.Topic, code == ErrorCode.MsgSizeTooLarge ? TooLarge(record, admin, options) : $"Topic {record.Topic} does not take the record ({code}): it has to be a plain topic for records with a key.");
    }

    private static string TooLarge(AnswerRecord record, IAdminClient admin, KafkaOptions options)
    {
        long size = SizeOf(record), client = long.Parse(ClientSettings.Producer(options)["message.max.bytes"], CultureInfo.InvariantCulture), room = Room(size);
        string said = $"The record has about {size} bytes";
        if (size > client) return $"{said}, more than kafka.properties.message.max.bytes ({client}) lets the client send to topic {record.Topic}. Raise it, and max.message.bytes of the topic, to {room}.";
        string limit = LimitOf(record.Topic, admin, options) is { } bytes ? $" of {bytes}" : "";
        return $"{said}, more than topic {record.Topic} takes by its max.message.bytes{limit}. Raise it: kafka-configs.sh --bootstrap-server {options.BootstrapServers} --alter --entity-type topics --entity-name {record.Topic} --add-config max.message.bytes={room}.";
    }

    /// <summary>The topic's own limit; null: it may not be asked.</summary>
    private static string? LimitOf(string topic, IAdminClient admin, KafkaOptions options)
    {
        try
        {
            return StartChecks.Describe(admin, [new ConfigResource { Type = ResourceType.Topic, Name = topic }], options)?[topic]?.GetValueOrDefault("max.message.bytes");
        }
        catch (KafkaException)
        {
            return null;
        }
    }

    private static long SizeOf(AnswerRecord record) => Frame + (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0) + record.Headers.Sum(header => Encoding.UTF8.GetByteCount(header.Name) + (header.Value?.Length ?? 0));

    /// <summary>The power of two above twice the size: the next map may be larger.</summary>
    private static long Room(long size) => (long)BitOperations.RoundUpToPowerOf2((ulong)size * 2);
}

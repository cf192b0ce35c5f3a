using Confluent.Kafka;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Formats;
using DriftWatch.Formats.Registry;
using DriftWatch.Kafka.Topics;
using DriftWatch.Options;

namespace DriftWatch.Kafka.Consuming;

/// <summary>Reads the newest record of each input topic and says what each field came to, for <c>check-config --connect</c>. Changes nothing.</summary>
internal static class SampleCheck
{
    /// <summary>Beyond the registry's time: it is asked a second time if it does not know a schema.</summary>
    private static readonly TimeSpan AsSoonAsThat = SchemaCache.BelieveAfter + TimeSpan.FromSeconds(3);

    /// <summary>What was seen of each topic, in one sentence, and whether its record can be read.</summary>
    public static IEnumerable<(bool Good, string Finding)> Run(DriftWatchOptions options)
    {
        foreach (var (topic, part) in new TopicPlan(options.Kafka).Parts) yield return Look(options, topic, part);
    }

    private static (bool, string) Look(DriftWatchOptions options, string topic, StreamPart part)
    {
        try
        {
            using var range = TopicRange.Newest(options.Kafka, topic);
            if (!range.Read()) return (true, $"topic {topic} holds no record to look at yet");
            var mapping = options.Pipeline.MappingOf(part, topic);
            using var formats = new ValueFormats(options.Pipeline, TimeProvider.System);
            var reader = new MessageReader(mapping, options.Pipeline.Limits, new RouteTable(options.Monitor.Routing), new byte[16], topic, formats.Of(mapping, part));
            var record = range.View(mapping.Headers);
            if (ValueFormats.Await(reader, record, options.Pipeline.SchemaRegistry.Timeout + AsSoonAsThat, untilTrouble: true) is { } trouble) return (false, $"{range.Place} cannot be read yet: {trouble}");
            var now = new EventTime(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
            var (reason, time) = part == StreamPart.Predictions
                ? (reader.ReadPrediction(record, now, out var prediction), prediction.Time)
                : (reader.ReadLabel(record, now, out var label), label.Time);
            if (reason != RejectReason.None) return (false, $"{range.Place} would be rejected as {reason.Name()}: {reader.LastFault}");
            string what = part == StreamPart.Predictions ? "prediction" : "label";
            return (true, $"{range.Place} {(reader.Row < 0 ? $"is a {what}" : $"holds {reader.RowCount} rows; the first is a {what}")} of {time}: {string.Join(", ", reader.Found(record).Select(found => $"{found.Field} = {found.Text}"))}");
        }
        catch (KafkaRangeException failure) when (failure.IsMissing && options.Kafka.CreateInputTopics)
        {
            return (true, $"topic {topic} holds no record to look at yet");
        }
        catch (FormatSetupException unusable)
        {
            return (false, unusable.Message);
        }
        catch (KafkaRangeException failure)
        {
            return (false, $"topic {topic} cannot be read: {failure.Message}");
        }
    }
}

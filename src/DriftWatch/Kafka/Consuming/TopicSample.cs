using DriftWatch.Inspection;
using DriftWatch.Options;

namespace DriftWatch.Kafka.Consuming;

/// <summary>The newest records of a topic, read without a group: nothing is committed and nobody is disturbed.</summary>
internal static class TopicSample
{
    /// <param name="kafka">The brokers.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="most">How many records at most, of all partitions alike.</param>
    /// <exception cref="SampleException">No broker answers, there is no such topic, or it is empty: what to do.</exception>
    public static IReadOnlyList<SampledRecord> Newest(KafkaOptions kafka, string topic, int most)
    {
        try
        {
            using var range = TopicRange.Newest(kafka, topic, most);
            List<SampledRecord> records = [];
            while (records.Count < most && range.Read())
            {
                var message = range.Message;
                records.Add(new SampledRecord(message.Key, message.Value, [.. (message.Headers ?? []).Select(header => (header.Key, header.GetValueBytes() ?? []))], message.Timestamp.UnixTimestampMs));
            }

            return records.Count > 0 ? records : throw new SampleException($"Topic {topic} is empty: there is nothing to look at yet.");
        }
        catch (KafkaRangeException failure)
        {
            throw new SampleException(failure.IsMissing ? $"{failure.Message} There is no file of that name either." : failure.Message);
        }
    }
}

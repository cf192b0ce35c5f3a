using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace DriftWatch.Kafka.Consuming;

/// <summary>Asks where logs begin and end.</summary>
/// <param name="admin">Asks; stays its owner's.</param>
/// <param name="patience">How long an answer may take.</param>
internal sealed class OffsetLists(IAdminClient admin, TimeSpan patience)
{
    /// <summary>The offsets of those partitions whose leader answered.</summary>
    /// <remarks>
    /// The client keeps what it knows of leaders for a quarter of an hour, and goes on asking by it when a broker refuses it as outdated, as all do after a restart.
    /// Only new metadata mends that; and if nobody gives any, that is what is wrong.
    /// </remarks>
    public Dictionary<TopicPartition, long> Ask(List<TopicPartition> partitions, OffsetSpec which, IsolationLevel level = IsolationLevel.ReadUncommitted)
    {
        var (results, outdated) = AskOnce(partitions, which, level);
        if (outdated)
        {
            admin.GetMetadata(patience);
            (results, _) = AskOnce(partitions, which, level);
        }

        return results.Where(r => !r.Error.IsError && r.Offset.Value >= 0).ToDictionary(r => r.TopicPartition, r => r.Offset.Value);
    }

    private (List<TopicPartitionOffsetError> Results, bool Outdated) AskOnce(List<TopicPartition> partitions, OffsetSpec which, IsolationLevel level)
    {
        IEnumerable<ListOffsetsResultInfo> answer;
        try
        {
            answer = admin.ListOffsetsAsync(
                partitions.Select(p => new TopicPartitionOffsetSpec { TopicPartition = p, OffsetSpec = which }),
                new ListOffsetsOptions { RequestTimeout = patience, IsolationLevel = level }).GetAwaiter().GetResult().ResultInfos;
        }
        catch (ListOffsetsException partly) when (partly.Result.ResultInfos is { Count: > 0 } some)
        {
            answer = some;
        }
        catch (KafkaException nobody) when (nobody.Error.Code == ErrorCode.Local_NoEnt)
        {
            // librdkafka 2.16 forgets the brokers it cannot reach, and then knows no leader at all.
            return ([], true);
        }

        List<TopicPartitionOffsetError> results = [.. answer.Select(r => r.TopicPartitionOffsetError)];
        return (results, results.Exists(r => r.Error.Code is ErrorCode.FencedLeaderEpoch or ErrorCode.UnknownLeaderEpoch));
    }
}

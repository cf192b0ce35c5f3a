using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Options;

namespace DriftWatch.Kafka.Owning;

/// <summary>Asks the group, now and then, where the member is that owns the task: whoever reaches a standby wants to know where to go.</summary>
/// <remarks>The address is the one that brokers see: that of the pod or host, unless something translates it on the way. Used by one thread, which never waits for the answer.</remarks>
internal sealed class OwnerLookup(KafkaOptions options, TimeProvider time, ClientLog clientLog) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly IAdminClient _admin = new AdminClientBuilder(ClientSettings.Admin(options)).SetErrorHandler((_, error) => clientLog.Error(error)).SetLogHandler((_, message) => clientLog.Write(message)).Build();
    private Task<DescribeConsumerGroupsResult>? _asked;
    private DateTimeOffset _due;

    /// <summary>Address and client id; null: not known, or not known any more.</summary>
    public string? Owner { get; private set; }

    /// <summary>Takes in an answer, and asks again when it is time.</summary>
    public void Look()
    {
        if (_asked is { IsCompleted: true } answered)
        {
            // Not to be known is no trouble: whoever may not ask is not told.
            Owner = answered.IsCompletedSuccessfully ? OwnerOf(answered.Result.ConsumerGroupDescriptions[0].Members) : null;
            _ = answered.Exception;
            _asked = null;
        }

        if (_asked is not null || time.GetUtcNow() < _due) return;
        _due = time.GetUtcNow() + Interval;
        _asked = _admin.DescribeConsumerGroupsAsync([options.GroupId], new DescribeConsumerGroupsOptions { RequestTimeout = options.ProbeTimeout });
    }

    public void Dispose() => _admin.Dispose();

    private string? OwnerOf(IEnumerable<MemberDescription> members) => members
        .Where(member => member.Assignment.TopicPartitions.Any(one => one.Topic == options.CheckpointTopic && one.Partition.Value == 0))
        .Select(member => $"at {member.Host.TrimStart('/')} (client.id {member.ClientId})").FirstOrDefault();
}

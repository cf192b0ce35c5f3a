using Confluent.Kafka;

namespace DriftWatch.Kafka;

/// <summary>What went wrong with the cluster, in one sentence that names the fix.</summary>
internal static class Trouble
{
    public static string Describe(Error error, KafkaOptions options) => error.Code switch
    {
        ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Transport or ErrorCode.Local_TimedOut or ErrorCode.Local_Resolve or ErrorCode.RequestTimedOut =>
            $"No broker answers at {options.BootstrapServers}; reading goes on by itself when one does.",
        ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed =>
            $"The brokers at {options.BootstrapServers} refuse our credentials ({error.Reason}); check the sasl.* properties.",
        ErrorCode.Local_Ssl =>
            $"TLS to {options.BootstrapServers} fails ({error.Reason}); check security.protocol and the ssl.* properties.",
        ErrorCode.TopicAuthorizationFailed =>
            $"We may not read or write a topic ({error.Reason}); grant Read and Describe on the inputs, Write and Describe on requests and dead letters, all three on checkpoints.",
        ErrorCode.GroupAuthorizationFailed =>
            $"We may not use the group {options.GroupId}; grant Read on it.",
        ErrorCode.TransactionalIdAuthorizationFailed =>
            $"We may not commit as {options.TransactionalId}; grant Write and Describe on that transactional id.",
        ErrorCode.InvalidSessionTimeout =>
            "The brokers do not allow kafka.sessionTimeout; set it between their group.min.session.timeout.ms and group.max.session.timeout.ms.",
        ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId or ErrorCode.RebalanceInProgress =>
            $"Group {options.GroupId} is being rearranged.",
        ErrorCode.MsgSizeTooLarge =>
            "A record is larger than its topic takes.",
        ErrorCode.ClusterAuthorizationFailed =>
            $"We may not write idempotently ({error.Reason}); grant IdempotentWrite on the cluster.",
        ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic =>
            $"A topic has gone ({error.Reason}).",
        ErrorCode.NotCoordinatorForGroup or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.GroupLoadInProgress =>
            $"The coordinator of group {options.GroupId} is moving; reading goes on by itself.",
        _ => $"Kafka: {error.Reason}.",
    };

    /// <summary>Whether the sentence means that we cannot reach the cluster at all.</summary>
    public static bool IsDisconnect(Error error) => error.Code is
        ErrorCode.Local_AllBrokersDown or ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed or ErrorCode.Local_Ssl;
}

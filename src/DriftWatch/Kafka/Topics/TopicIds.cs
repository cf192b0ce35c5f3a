using System.Collections.Concurrent;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka.Topics;

/// <summary>Which topics the state was made of: a topic that is deleted and re-created keeps its name, and gets another id.</summary>
/// <remarks>
/// Offsets say nothing then: the new topic may hold other records at each of them. The client reads on without a word where the new topic is long enough
/// (librdkafka 2.15), so the ids are asked for before each epoch is committed.
/// </remarks>
internal sealed partial class TopicIds
{
    /// <summary>Questions without an answer in a row, while brokers answer others, after which they are taken not to tell ids.</summary>
    private const int MostUnanswered = 2;

    private const string Zero = "AAAAAAAAAAAAAAAAAAAAAA";

    private readonly KafkaOptions _options;
    private readonly ILogger _logger;
    private readonly string[] _topics;
    private readonly ConcurrentDictionary<string, string> _known;
    private int _saidUnknown;
    private volatile int _unanswered;
    private volatile string? _changed;
    private volatile string? _checkpointChanged;

    public TopicIds(KafkaOptions options, IReadOnlyList<PlannedPartition> plan, ILogger logger)
    {
        (_options, _logger) = (options, logger);
        _topics = [.. new TopicPlan(options).Inputs.Append(options.CheckpointTopic).Distinct()];
        _known = new(plan.Where(p => p.TopicId is not null).DistinctBy(p => p.Topic).Select(p => KeyValuePair.Create(p.Topic, p.TopicId!)));
    }

    /// <summary>Which topic is another one now, with the way out; null: none is, as far as anybody told.</summary>
    public string? Changed => _changed;

    /// <summary>That the checkpoint topic is another one than a while ago; null: it is not. Counting goes on, but what the new one holds is not the whole state.</summary>
    public string? CheckpointChanged => _checkpointChanged;

    /// <summary>The id of a topic; null if nobody has told it.</summary>
    public string? Of(string topic) => _known.GetValueOrDefault(topic);

    /// <summary>Asks right after brokers have answered another question: if they do not answer this one time after time, it is no outage, and they tell no ids.</summary>
    /// <exception cref="KafkaException">They did not answer, for the first time.</exception>
    public void Learn(IAdminClient admin)
    {
        // librdkafka's mock cluster does not answer it.
        if (_options.Embedded) return;
        try
        {
            Ask(admin).GetAwaiter().GetResult();
            _unanswered = 0;
        }
        catch (KafkaException failure)
        {
            if (++_unanswered < MostUnanswered) throw;
            SayUnknown(string.Join(", ", _topics), failure.Error.Reason);
        }
    }

    /// <summary>Asks for the ids of all inputs and compares them with those that are known.</summary>
    /// <returns>Whether all are as they were; ids that brokers do not tell count as such, and that is said once. False also if a topic is not there at the moment.</returns>
    /// <exception cref="KafkaException">No broker answered.</exception>
    public async Task<bool> Compare(IAdminClient admin) =>
        _options.Embedded || _unanswered >= MostUnanswered ? _changed is null : await Ask(admin).ConfigureAwait(false);

    private async Task<bool> Ask(IAdminClient admin)
    {
        bool there = true;
        foreach (var topic in await Describe(admin).ConfigureAwait(false))
        {
            if (topic.Error.Code is ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed) SayUnknown(topic.Name, topic.Error.Reason);
            else if (topic.Error.IsError) there &= topic.Name == _options.CheckpointTopic;
            else if (topic.TopicId?.ToString() is not { Length: > 0 } id || id.StartsWith(Zero, StringComparison.Ordinal)) SayUnknown(topic.Name, "they are older than Kafka 2.8");
            else if (_known.GetOrAdd(topic.Name, id) is var known && known != id) Change(topic.Name, known, id);
        }

        return there && _changed is null;
    }

    private async Task<IReadOnlyList<TopicDescription>> Describe(IAdminClient admin)
    {
        try
        {
            var answer = await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames(_topics), new DescribeTopicsOptions { RequestTimeout = _options.ProbeTimeout }).ConfigureAwait(false);
            return answer.TopicDescriptions;
        }
        catch (DescribeTopicsException partly)
        {
            return partly.Results.TopicDescriptions;
        }
        catch (KafkaException failure) when (failure.Error.Code is ErrorCode.Local_UnsupportedFeature or ErrorCode.UnsupportedVersion)
        {
            SayUnknown(string.Join(", ", _topics), failure.Error.Reason);
            return [];
        }
    }

    private void Change(string topic, string before, string now)
    {
        if (topic != _options.CheckpointTopic) ChangeInput(topic, before, now);
        else _checkpointChanged ??=
            $"The checkpoint topic {topic} was deleted and re-created while this instance worked: its numbers are right, but the new topic holds only what was written since, and the next start is refused where that is not the whole state. " +
            "When you can do without the numbers, stop all instances and start once with --reset-state: it goes on at the group's offsets.";
    }

    private void ChangeInput(string topic, string before, string now) => _changed ??=
        $"Topic {topic} was deleted and re-created: the state was made of the one with id {before}, there is now one with id {now}. Nothing of the new one is counted. " +
        "If that was wanted, stop all instances and start once with --reset-state: the state is dropped (counters, windows and evidence start over), the new topic is read " +
        $"as on a first start (kafka.startFrom: {_options.StartFrom.ToString().ToLowerInvariant()}), the others go on at the group's offsets. To keep the state, run the new topic under another kafka.groupId.";

    private void SayUnknown(string topic, string reason)
    {
        if (Interlocked.Exchange(ref _saidUnknown, 1) == 0 && !_options.Embedded) Log.IdUnknown(_logger, topic, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The brokers do not return the id of topic {Topic} ({Reason}): if the topic is deleted and re-created with as many records as were read, that is not noticed. Grant this principal DESCRIBE on the topic")]
        public static partial void IdUnknown(ILogger logger, string topic, string reason);
    }
}

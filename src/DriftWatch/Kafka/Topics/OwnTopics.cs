using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Kafka.Causes;
using DriftWatch.Options;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka.Topics;

/// <summary>Looks whether all topics are there, and makes those that we may make.</summary>
internal sealed partial class OwnTopics(KafkaOptions options, ILogger logger)
{
    /// <summary>Looks without the question for rights, after brokers that could not tell: it may have cost a time-out.</summary>
    private const int Pause = 20;

    private readonly TopicPlan _plan = new(options);
    private int _pause;

    /// <summary>Partitions of every topic there is, and what is missing in one sentence; null if nothing is.</summary>
    /// <param name="admin">Asks the brokers.</param>
    /// <param name="read">Partitions of the topics that we read already. Then the topic of the stored state is not made again, for only what changes from now on would come into it.</param>
    /// <exception cref="KafkaException">No broker answered, or it refused to make a topic.</exception>
    public (IReadOnlyDictionary<string, int> Partitions, string? Missing) Look(IAdminClient admin, IReadOnlyDictionary<string, int>? read = null)
    {
        // All topics: a question for one by name would make it on brokers that create topics when asked.
        var there = admin.GetMetadata(options.ProbeTimeout).Topics.Where(t => t.Partitions.Count > 0).ToDictionary(t => t.Topic, t => t.Partitions.Count);
        if (_pause > 0) _pause--;
        else
        {
            var (rights, told) = Rights.Look(admin, options);
            if (rights is not null) return (there, rights);
            if (!told) _pause = Pause;
        }

        string[] missing = [.. _plan.All.Where(t => !there.ContainsKey(t))];
        string[] ours = [.. missing.Where(topic => _plan.MayCreate(topic) && !(read is { Count: > 0 } && topic == options.CheckpointTopic))];
        if (ours.Length > 0) Create(admin, [.. ours.Select(_plan.Specify)], options, logger);
        if (missing.Length > ours.Length) return (there, _plan.Describe([.. missing.Except(ours)], read));
        return (there, missing.Length > 0 ? $"Waiting for the new topics {string.Join(", ", ours)}." : null);
    }

    /// <summary>Makes topics; one that is there by now is no failure.</summary>
    /// <exception cref="KafkaException">No broker answered, or it refused to make a topic.</exception>
    public static void Create(IAdminClient admin, IReadOnlyList<TopicSpecification> topics, KafkaOptions options, ILogger logger)
    {
        try
        {
            admin.CreateTopicsAsync(topics, new CreateTopicsOptions { RequestTimeout = options.ProbeTimeout }).GetAwaiter().GetResult();
            string names = string.Join(", ", topics.Select(topic => topic.Name));
            Log.CreatedTopics(logger, names);
        }
        catch (CreateTopicsException refused) when (refused.Results.All(r => r.Error.Code is ErrorCode.NoError or ErrorCode.TopicAlreadyExists))
        {
            // Another instance, or another thread of this one, was faster.
        }
        catch (CreateTopicsException refused)
        {
            var first = refused.Results.First(r => r.Error.IsError);
            throw new KafkaException(new Error(first.Error.Code, $"topic {first.Topic} could not be created: {first.Error.Reason}"));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Created topics {Topics}")]
        public static partial void CreatedTopics(ILogger logger, string topics);
    }
}

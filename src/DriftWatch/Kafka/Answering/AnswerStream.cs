using System.Collections.Concurrent;
using Confluent.Kafka;
using DriftWatch.Kafka.Causes;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Kafka.Topics;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka.Answering;

/// <summary>The topic of answers, read on a thread of its own from where the state has read up to; where the state knows nothing, from the group's offsets, else from the oldest record.</summary>
/// <remarks>
/// No input: it is read beside them, by a client that joins no group, so that a topic that is missing, re-created or forbidden keeps nobody from counting. An answer that is read twice is told by its episode, so
/// reading a topic again that has begun anew is safe.
/// </remarks>
internal sealed partial class AnswerStream : IAnswerSource
{
    /// <summary>Records that wait for the loop: more stay with the brokers.</summary>
    private const int Most = 1000;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly KafkaOptions _options;
    private readonly ILogger _logger;
    private readonly ClientLog _clientLog;
    private readonly Dictionary<int, long> _next;
    private readonly BlockingCollection<SingleRecord> _records = new(Most);
    private readonly CancellationTokenSource _end = new();
    private readonly Thread _thread;
    private volatile string? _trouble;

    /// <param name="options">The cluster.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="read">Where reading goes on, as far as the state knows.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it tells what happens.</param>
    public AnswerStream(KafkaOptions options, string topic, IReadOnlyList<AnswerOffset> read, TimeProvider time, ILogger logger)
    {
        (_options, Topic, _logger) = (options, topic, logger);
        _clientLog = new ClientLog(logger, time, options);
        _next = read.Where(one => one.Topic == topic).ToDictionary(one => one.Partition, one => one.Offset);
        _thread = new Thread(Run) { Name = "driftwatch-answers", IsBackground = true };
        _thread.Start();
    }

    private string Topic { get; }

    public string? Trouble => _trouble;

    public SingleRecord? Take() => _records.TryTake(out var record) ? record : null;

    public void Dispose()
    {
        _end.Cancel();
        // A client that hangs is left behind; it holds no group and nobody waits for it.
        if (_thread.Join(Patience)) _records.Dispose();
    }

    private void Run()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                Read();
            }
            catch (KafkaException failure)
            {
                Say(failure.Error.Code == ErrorCode.TopicAuthorizationFailed
                    ? $"Answers cannot be read: not authorized on topic {Topic}. Grant it: {Rights.Command(_options, "Read", [Topic])}"
                    : $"Answers cannot be read: {_clientLog.Causes.Describe(failure.Error)}");
                _end.Token.WaitHandle.WaitOne(_options.ProbeTimeout);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Read()
    {
        var settings = ClientSettings.Checkpoint(_options);
        // A topic that was emptied or re-created begins anew; that is noticed by the offset of what comes.
        settings["auto.offset.reset"] = "earliest";
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(settings)
            .SetErrorHandler((_, error) => _clientLog.Error(error))
            .SetLogHandler((_, message) => _clientLog.Write(message))
            .Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        HashSet<int> assigned = [];
        var looked = DateTime.MinValue; // real time: whom it waits for knows no other
        while (!_end.IsCancellationRequested)
        {
            if (DateTime.UtcNow - looked >= (assigned.Count > 0 ? _options.MetadataInterval : _options.ProbeTimeout))
            {
                looked = DateTime.UtcNow;
                Assign(consumer, admin, assigned);
            }

            if (assigned.Count == 0) _end.Token.WaitHandle.WaitOne(Poll);
            else if (consumer.Consume(Poll) is { Message: not null } record) Hand(record);
        }
    }

    private void Assign(IConsumer<byte[]?, byte[]?> consumer, IAdminClient admin, HashSet<int> assigned)
    {
        // All topics: a question for one by name would make it on brokers that create topics when asked.
        int partitions = admin.GetMetadata(_options.ProbeTimeout).Topics.Find(topic => topic.Topic == Topic)?.Partitions.Count ?? 0;
        if (partitions == 0)
        {
            Create(admin);
            return;
        }

        TopicPartition[] added = [.. Enumerable.Range(0, partitions).Where(partition => !assigned.Contains(partition)).Select(partition => new TopicPartition(Topic, partition))];
        if (added.Length == 0) return;
        var ofGroup = consumer.Committed(added.Where(partition => !_next.ContainsKey(partition.Partition.Value)), _options.ProbeTimeout).ToDictionary(one => one.Partition.Value, one => one.Offset);
        consumer.IncrementalAssign(added.Select(partition => new TopicPartitionOffset(partition,
            _next.TryGetValue(partition.Partition.Value, out long known) ? known : ofGroup.GetValueOrDefault(partition.Partition.Value, Offset.Unset) is { IsSpecial: false } committed ? committed : Offset.Beginning)));
        assigned.UnionWith(added.Select(partition => partition.Partition.Value));
        Say(null);
        Log.Reads(_logger, Topic, assigned.Count);
    }

    private void Create(IAdminClient admin)
    {
        // The embedded broker makes what it is asked for by name, and knows no other way.
        if (_options.Embedded) admin.GetMetadata(Topic, _options.ProbeTimeout);
        else if (_options.CreateTopics) OwnTopics.Create(admin, [AnswerTopics.OfAnswers(_options, Topic)], _options, _logger);
        else Say(AnswerTopics.MissingAnswers(_options, Topic));
    }

    private void Hand(ConsumeResult<byte[]?, byte[]?> record)
    {
        int partition = record.Partition.Value;
        if (_next.TryGetValue(partition, out long expected) && record.Offset.Value < expected) Log.BeganAnew(_logger, Topic, partition, expected, record.Offset.Value);
        _next[partition] = record.Offset.Value + 1;
        var timestamp = record.Message.Timestamp;
        _records.Add(
            new(Topic, partition, record.Offset.Value, record.Message.Key, record.Message.Value, [.. record.Message.Headers.Select(header => new RecordHeader(header.Key, header.GetValueBytes()))])
            {
                Timestamp = timestamp.Type == TimestampType.NotAvailable ? -1 : timestamp.UnixTimestampMs,
                TimestampType = timestamp.Type == TimestampType.NotAvailable ? null : timestamp.Type.ToString(),
            },
            _end.Token);
    }

    private void Say(string? trouble)
    {
        if (trouble is not null && trouble != _trouble) Log.Silent(_logger, trouble);
        _trouble = trouble;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Reading answers from {Topic}, {Partitions} partitions")]
        public static partial void Reads(ILogger logger, string topic, int partitions);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Trouble}")]
        public static partial void Silent(ILogger logger, string trouble);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}[{Partition}] was read up to {Expected} and goes on at {Found}: the topic was deleted and re-created, or has lost records. Answers that come again change nothing")]
        public static partial void BeganAnew(ILogger logger, string topic, int partition, long expected, long found);
    }
}

using Confluent.Kafka;
using DriftWatch.Kafka.Causes;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Kafka.Producing;
using DriftWatch.Options;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka.Owning;

/// <summary>What the group says about the task.</summary>
internal enum Ownership
{
    /// <summary>We are no member, or no broker tells: someone else may be given the task, or it stays ours.</summary>
    Unknown,

    Ours,

    Others,
}

/// <summary>A member of the group, on a thread of its own, that does nothing but be one: who is given partition 0 of the checkpoint topic owns the task.</summary>
/// <remarks>
/// What it says is late by nature: a process that slept believes for a moment that it still owns. So it only ever decides who should work;
/// that no two do is the transactional producer's promise.
/// </remarks>
internal sealed partial class Coordinator : IDisposable
{
    /// <summary>In real time: heartbeats and the session are librdkafka's, which knows no other.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly KafkaOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IConsumer<Ignore, Ignore> _consumer;
    private readonly Thread _thread;
    private readonly Lock _alive = new();
    private volatile bool _stop;
    private bool _closed;
    private bool _pauseDue;
    private volatile int _ownership;
    private long _turns;
    private volatile Error? _error;
    private DateTimeOffset _lookDue;

    public Coordinator(KafkaOptions options, TimeProvider time, ILogger logger, ClientLog clientLog)
    {
        (_options, _time, _logger) = (options, time, logger);
        _consumer = new ConsumerBuilder<Ignore, Ignore>(ClientSettings.Coordination(options))
            .SetErrorHandler((_, error) =>
            {
                clientLog.Error(error);
                if (Causes.Trouble.IsDisconnect(error)) _error = error;
            })
            .SetLogHandler((_, message) => clientLog.Write(message))
            .SetPartitionsAssignedHandler(Assigned)
            .SetPartitionsRevokedHandler((_, partitions) => Taken(partitions, Ownership.Others))
            .SetPartitionsLostHandler((_, partitions) => Taken(partitions, Ownership.Unknown))
            .Build();
        _thread = new Thread(Run) { Name = "driftwatch-coordination", IsBackground = true };
        _thread.Start();
    }

    public Ownership Ownership => (Ownership)_ownership;

    /// <summary>Counts each time the task came to us or left us: the same number twice means that the group never took it in between.</summary>
    public long Turns => Interlocked.Read(ref _turns);

    /// <summary>Why we are no member; null if we are one, or are about to be.</summary>
    public Error? Trouble => _error;

    /// <summary>Who we are in the group, for a transaction that stores its offsets.</summary>
    /// <exception cref="OperationCanceledException">We have left it.</exception>
    public IConsumerGroupMetadata Member()
    {
        lock (_alive)
        {
            return _closed ? throw new OperationCanceledException("This instance has left the group.") : _consumer.ConsumerGroupMetadata;
        }
    }

    /// <summary>Leaves the group, so that another member is given the task at once.</summary>
    /// <param name="most">How long it may take; afterwards the brokers find out by the session time-out.</param>
    public bool Leave(TimeSpan most)
    {
        _stop = true;
        return _thread.Join(most);
    }

    public void Dispose() => Leave(TimeSpan.FromSeconds(3));

    private void Run()
    {
        try
        {
            _consumer.Subscribe(_options.CheckpointTopic);
            while (!_stop) Turn();
        }
        finally
        {
            lock (_alive)
            {
                _closed = true;
                _ownership = (int)Ownership.Unknown;
                _consumer.Close();
                _consumer.Dispose();
            }
        }
    }

    private void Turn()
    {
        try
        {
            _consumer.Consume(Poll);
            if (_error is not null && Ownership != Ownership.Unknown) LookAgain();
            if (!_pauseDue) return;
            _consumer.Pause(_consumer.Assignment);
            _pauseDue = false;
        }
        catch (KafkaException failure)
        {
            // It tries again by itself; what it needs from the operator is shown.
            _error = failure.Error;
            Thread.Sleep(Poll);
        }
    }

    /// <summary>A member that had no connection for a moment and kept its place is not told that all is well again, so it asks.</summary>
    private void LookAgain()
    {
        var now = _time.GetUtcNow();
        if (now < _lookDue) return;
        _lookDue = now + TimeSpan.FromSeconds(1);
        _consumer.Committed([new TopicPartition(_options.CheckpointTopic, 0)], TimeSpan.FromMilliseconds(500));
        _error = null;
    }

    // Comes after every rebalance, with what is new: nothing, if all stays as it was.
    private List<TopicPartitionOffset> Assigned(IConsumer<Ignore, Ignore> consumer, List<TopicPartition> added)
    {
        _error = null;
        _pauseDue = added.Count > 0;
        if (added.Any(IsTask)) Become(Ownership.Ours);
        else if (Ownership != Ownership.Ours) Become(Ownership.Others);
        return [.. added.Select(p => new TopicPartitionOffset(p, Offset.End))];
    }

    private void Taken(List<TopicPartitionOffset> partitions, Ownership then)
    {
        if (partitions.Any(p => IsTask(p.TopicPartition))) Become(then);
    }

    private void Become(Ownership now)
    {
        var before = Ownership;
        if (now == before) return;
        if (now == Ownership.Ours || before == Ownership.Ours) Interlocked.Increment(ref _turns);
        _ownership = (int)now;
        if (_stop) return;
        if (now == Ownership.Ours) Log.Given(_logger, _options.GroupId);
        else if (before == Ownership.Ours) Log.Gone(_logger, _options.GroupId, now == Ownership.Others ? "another instance was assigned" : "session timeout, the brokers received no heartbeat");
        else if (now == Ownership.Others) Log.StandingBy(_logger, _options.GroupId);
    }

    private bool IsTask(TopicPartition partition) => partition.Topic == _options.CheckpointTopic && partition.Partition.Value == 0;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Gained ownership of consumer group {Group}")]
        public static partial void Given(ILogger logger, string group);

        [LoggerMessage(Level = LogLevel.Information, Message = "Another instance owns consumer group {Group}; standing by")]
        public static partial void StandingBy(ILogger logger, string group);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Lost ownership of consumer group {Group}: {Why}")]
        public static partial void Gone(ILogger logger, string group, string why);
    }
}

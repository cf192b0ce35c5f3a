using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Kafka.Causes;
using DriftWatch.Kafka.Producing;
using DriftWatch.Kafka.Topics;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka.Consuming;

/// <summary>Asks the brokers, on a thread of its own, for everything that must be waited for: topics, stored positions, and once a second where the logs end.</summary>
/// <remarks>
/// The probe for the log ends is also the heartbeat: if it is not answered, the cluster counts as lost. And it is what makes a
/// partition idle: that the client's buffer is empty proves nothing while a leader is away.
/// </remarks>
internal sealed partial class ClusterWatch : IDisposable
{
    private readonly KafkaOptions _options;
    private readonly IReadOnlyList<PlannedPartition> _planned;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TopicPlan _plan;
    private readonly OwnTopics _topics;
    private readonly TopicIds _ids;
    private readonly IAdminClient _admin;
    private readonly OffsetLists _offsets;
    private readonly CauseMemory _causes;
    private readonly Func<int, KafkaConsumer> _makeConsumer;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private volatile ClusterSnapshot _snapshot = ClusterSnapshot.Unknown;
    private volatile Error? _lost;
    private volatile StartRefusedException? _refusal;
    private int _looksWithoutState;
    private List<PartitionPicture> _partitions = [];
    private KafkaConsumer? _consumer;
    private DateTimeOffset _topicsDue;
    private volatile bool _lookAgain;
    private long _looks;
    private string? _saidTrouble;

    public ClusterWatch(KafkaOptions options, IReadOnlyList<PlannedPartition> plan, TimeProvider time, ILogger logger, ClientLog clientLog, Func<int, KafkaConsumer> makeConsumer)
    {
        (_options, _planned, _time, _logger, _makeConsumer) = (options, plan, time, logger, makeConsumer);
        _causes = clientLog.Causes;
        _plan = new TopicPlan(options);
        _topics = new OwnTopics(options, logger);
        _ids = new TopicIds(options, plan, logger);
        _admin = new AdminClientBuilder(ClientSettings.Admin(options))
            .SetErrorHandler((_, error) =>
            {
                clientLog.Error(error);
                if (Trouble.IsDisconnect(error)) Lose(error);
            })
            .SetLogHandler((_, message) => clientLog.Write(message))
            .Build();
        _offsets = new OffsetLists(_admin, options.ProbeTimeout);
        _thread = new Thread(Run) { Name = "driftwatch-cluster-watch", IsBackground = true };
        _thread.Start();
    }

    public ClusterSnapshot Snapshot => _snapshot;

    /// <summary>Why going on is worth nothing; null: nothing was found.</summary>
    public StartRefusedException? Refusal => _refusal;

    public TopicIds Ids => _ids;

    /// <summary>Partitions of which nothing comes although they hold something: the next question is also for what can be read of them.</summary>
    public IReadOnlyList<int> Doubtful { get; set; } = [];

    /// <summary>Whether all inputs are still the topics that they were, as a broker says that is asked now.</summary>
    /// <returns>False also if none answers.</returns>
    public async Task<bool> Verify()
    {
        try
        {
            return await Task.Run(() => _ids.Compare(_admin)).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is KafkaException || _stop.IsSet)
        {
            await Task.Delay(_options.ProbeInterval).ConfigureAwait(false);
            return false;
        }
    }

    /// <summary>Looks at topics and rights with the next probe, rather than when it is time.</summary>
    public void LookAgain() => _lookAgain = true;

    /// <summary>Waits for the client: not to be called on the loop's thread.</summary>
    public void Dispose()
    {
        _stop.Set();
        // A question may be under way; it ends by its time-out, and the thread is a background one.
        if (_thread.Join(TimeSpan.FromSeconds(1))) _admin.Dispose();
    }

    private void Run()
    {
        do
        {
            try
            {
                _lost = null;
                Probe();
            }
            catch (KafkaException failure)
            {
                Publish(false, _causes.Describe(_lost ?? failure.Error));
                _topicsDue = default;
            }
            catch (StartRefusedException refusal)
            {
                _refusal = refusal;
                return;
            }
        }
        while (!_stop.Wait(_options.ProbeInterval));
    }

    private void Probe()
    {
        var now = _time.GetUtcNow();
        if (now >= _topicsDue || _lookAgain)
        {
            _lookAgain = false;
            if (LearnTopics() is { } missing)
            {
                _causes.Forget();
                _topicsDue = default;
                Publish(true, missing);
                return;
            }

            _looks++;
            _topicsDue = now + _options.MetadataInterval;
        }

        LearnEnds();
    }

    /// <summary>Finds new partitions, makes missing topics that we may make; says which are missing otherwise.</summary>
    private string? LearnTopics()
    {
        var (there, missing) = _topics.Look(_admin, _partitions.GroupBy(p => p.Topic).ToDictionary(topic => topic.Key, topic => topic.Count()));
        RefuseWithoutState(there);
        if (missing is not null) return missing;
        _ids.Learn(_admin);
        if (_ids.Changed is { } changed) return changed;

        string[] gone =
        [
            .. _planned.Select(p => (p.Topic, p.Partition)).Union(_partitions.Select(p => (p.Topic, p.Partition)))
                .Where(p => there.GetValueOrDefault(p.Topic) <= p.Partition).Select(p => $"{p.Topic}[{p.Partition}]"),
        ];
        if (gone.Length > 0) return $"{string.Join(", ", gone)} was read before and is not there any more. Make it again, or start once with --reset-state to drop the state.";
        // What was planned comes first, in its order.
        List<TopicPartition> added = _partitions.Count > 0 ? [] : [.. _planned.Select(p => new TopicPartition(p.Topic, p.Partition))];
        foreach (string topic in _plan.Inputs)
        {
            int known = _partitions.Count(p => p.Topic == topic);
            known = Math.Max(known, added.Count(p => p.Topic == topic));
            for (int partition = known; partition < there[topic]; partition++) added.Add(new TopicPartition(topic, partition));
        }

        if (added.Count > 0) Add(added);
        return null;
    }

    /// <summary>The stored state is gone, and nothing can be stored that makes sense without it. Three looks: a broker that has just started may know less than there is.</summary>
    private void RefuseWithoutState(IReadOnlyDictionary<string, int> there)
    {
        _looksWithoutState = _partitions.Count == 0 || there.ContainsKey(_options.CheckpointTopic) ? 0 : _looksWithoutState + 1;
        if (_looksWithoutState < 3) return;
        throw new StartRefusedException(
            $"The checkpoint topic {_options.CheckpointTopic} was deleted while this instance worked, and with it the stored state of group {_options.GroupId}. " +
            "Start once with --reset-state to go on at the group's offsets with nothing known; to count again what the inputs still hold, move the group's offsets back before.");
    }

    private void Add(List<TopicPartition> added)
    {
        _consumer ??= _makeConsumer(added.Count);
        var lows = _offsets.Ask(added, OffsetSpec.Earliest());
        var ends = _offsets.Ask(added, OffsetSpec.Latest());
        if (lows.Count < added.Count || ends.Count < added.Count) throw new KafkaException(new Error(ErrorCode.LeaderNotAvailable, "a partition has no leader"));
        var asked = _time.GetUtcNow();
        // A new list: the old one is in others' hands.
        _partitions = [.. _partitions, .. added.Select(p => new PartitionPicture(
            _options.PredictionTopics.Contains(p.Topic) ? StreamPart.Predictions : StreamPart.Labels,
            p.Topic, p.Partition.Value, lows[p], ends[p], asked))];
    }

    private void LearnEnds()
    {
        var asked = _time.GetUtcNow();
        var ends = _offsets.Ask([.. _partitions.Select(p => new TopicPartition(p.Topic, p.Partition))], OffsetSpec.Latest());
        _partitions = [.. _partitions.Select(p => ends.TryGetValue(new TopicPartition(p.Topic, p.Partition), out long end)
            ? p with { End = end, AskedAt = asked, Readable = null }
            : p with { AskedAt = null, Readable = null })];
        AskClosely();
        var silent = _partitions.Where(p => p.AskedAt is null).Select(p => $"{p.Topic}[{p.Partition}]").ToList();
        if (silent.Count == _partitions.Count) throw new KafkaException(_lost ?? new Error(ErrorCode.Local_TimedOut));
        if (silent.Count == 0) _causes.Forget();
        Publish(true, silent.Count == 0 ? null : $"No leader answers for {string.Join(", ", silent.Take(5))}{(silent.Count > 5 ? ", …" : "")}; event time waits for it. {_causes.NewestOfBroker}".TrimEnd());
    }

    private void AskClosely()
    {
        var doubtful = Doubtful.Where(i => i < _partitions.Count && _partitions[i].AskedAt is not null).ToList();
        if (doubtful.Count == 0 || !TryCompareIds()) return;
        var asked = _time.GetUtcNow();
        List<TopicPartition> partitions = [.. doubtful.Select(i => new TopicPartition(_partitions[i].Topic, _partitions[i].Partition))];
        var lows = _offsets.Ask(partitions, OffsetSpec.Earliest());
        var stable = _offsets.Ask(partitions, OffsetSpec.Latest(), IsolationLevel.ReadCommitted);
        for (int i = 0; i < doubtful.Count; i++)
        {
            if (lows.TryGetValue(partitions[i], out long low) && stable.TryGetValue(partitions[i], out long end))
                _partitions[doubtful[i]] = _partitions[doubtful[i]] with { Readable = new(low, end, asked) };
        }
    }

    /// <summary>First, because a log that is shorter than what was read of it is most often another topic's, and its id says so.</summary>
    private bool TryCompareIds()
    {
        try
        {
            _ids.Compare(_admin).GetAwaiter().GetResult();
            return true;
        }
        catch (KafkaException)
        {
            // Asked again with the next probe, which also says what is wrong.
            return false;
        }
    }

    /// <summary>The client noticed before the probe did.</summary>
    private void Lose(Error error)
    {
        _lost = error;
        var picture = _snapshot;
        _snapshot = picture with { Connected = false, Trouble = _causes.Describe(error) };
    }

    private void Publish(bool connected, string? trouble)
    {
        trouble ??= _ids.CheckpointChanged;
        _snapshot = new ClusterSnapshot(connected, trouble, _consumer, _partitions, _looks);
        if (trouble == _saidTrouble) return;
        if (trouble is not null) Log.Troubled(_logger, trouble);
        else if (_saidTrouble is not null) Log.Recovered(_logger);
        _saidTrouble = trouble;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Trouble}")]
        public static partial void Troubled(ILogger logger, string trouble);

        [LoggerMessage(Level = LogLevel.Information, Message = "All brokers and topics answer again")]
        public static partial void Recovered(ILogger logger);
    }
}

using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;

namespace DriftWatch.Chaos;

/// <summary>Sends traffic in lockstep: nothing of the next step is sent before everything of this one is stored, so that an outage delays all partitions alike.</summary>
internal sealed class TrafficSender : IDisposable
{
    private const int StepMilliseconds = 100;
    private static readonly Dictionary<string, string> NoHeaders = [];

    private readonly RoundPlan _plan;
    private readonly string _bootstrap;
    private readonly Dictionary<(bool, string), int> _partitionOf = [];
    private readonly ConcurrentQueue<StoredRecord> _sent = new();
    private readonly ManualResetEventSlim _open = new(initialState: true);
    private readonly SemaphoreSlim _step = new(1);
    private IProducer<byte[], byte[]> _producer;
    private readonly Traffic _traffic;
    private readonly Thread _thread;
    private readonly CancellationTokenSource _enough = new();
    private readonly Tally _tally;
    private long _now;

    public TrafficSender(RoundPlan plan, string bootstrap, int seed, int rate, Tally tally)
    {
        (_plan, _tally, _bootstrap) = (plan, tally, bootstrap);
        _now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 10_000 * 10_000;
        _traffic = new Traffic(plan, seed, _now, rate);
        _producer = Producer();
        _thread = new Thread(Run) { Name = "traffic", IsBackground = true };
    }

    /// <summary>Event time up to which all that was sent lies, but for what ends the round.</summary>
    public long End { get; private set; }

    /// <summary>Event time that has been reached.</summary>
    public long Now => _now;

    /// <summary>How many partitions ids that are new from now on are shared out to.</summary>
    public (int Predictions, int Labels) Partitions { get; set; } = (RoundPlan.PredictionPartitions, RoundPlan.LabelPartitions);

    /// <summary>All that a broker has taken, whether or not it still has it.</summary>
    public IReadOnlyCollection<StoredRecord> Sent => _sent;

    public void Start() => _thread.Start();

    /// <summary>Returns when everything that was sent is stored, and sends nothing more until <see cref="Resume"/>.</summary>
    public void Pause()
    {
        _open.Reset();
        _step.Wait();
        _step.Release();
    }

    public void Resume() => _open.Set();

    /// <summary>While paused, and after topics have changed: the old producer knows them as they were.</summary>
    public void Renew()
    {
        _producer.Dispose();
        _producer = Producer();
    }

    /// <summary>While paused: sends records of one's own to one partition.</summary>
    public void Send(string topic, int partition, IEnumerable<(string Id, string Value)> records)
    {
        foreach (var (id, value) in records) Produce(topic, partition, id, Encoding.UTF8.GetBytes(value));
        Flush();
    }

    /// <summary>Makes no new predictions, sends what is due to come, and moves event time of every partition past all of it.</summary>
    public void Finish()
    {
        _open.Set();
        _enough.Cancel();
        _thread.Join();
        long last = Math.Max(_now, _traffic.LastDue + 1);
        if (!_plan.WallClock)
        {
            while (_now < last) Step(more: false);
        }
        else
        {
            for (; _now < last; Thread.Sleep(StepMilliseconds)) Step(more: false);
        }

        End = _now;
        long after = _now + (3 * (long)_plan.Retention.TotalMilliseconds);
        for (int p = 0; p < Partitions.Predictions; p++) Produce(_plan.Predictions, p, null, Encoding.UTF8.GetBytes($"{{\"id\":\"end-{p}\",\"model\":\"end\",\"version\":\"1\",\"timestamp\":{after},\"probability\":0.5}}"));
        for (int p = 0; p < Partitions.Labels; p++) Produce(_plan.Labels, p, null, Encoding.UTF8.GetBytes($"{{\"id\":\"end-label-{p}\",\"timestamp\":{after},\"label\":1}}"));
        Flush();
    }

    public void Dispose()
    {
        _open.Set();
        _enough.Cancel();
        if (_thread.IsAlive) _thread.Join();
        _producer.Dispose();
        _enough.Dispose();
        _open.Dispose();
        _step.Dispose();
    }

    private void Run()
    {
        while (!_enough.IsCancellationRequested)
        {
            _open.Wait();
            _step.Wait();
            if (_open.IsSet) Step(more: true);
            _step.Release();
            _enough.Token.WaitHandle.WaitOne(_plan.WallClock ? StepMilliseconds : StepMilliseconds / 2);
        }
    }

    private void Step(bool more)
    {
        _now = _plan.WallClock ? DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() : _now + StepMilliseconds;
        foreach (var record in _traffic.Until(_now, more))
        {
            Produce(record.IsLabel ? _plan.Labels : _plan.Predictions, PartitionOf(record), record.Id, record.Value);
        }

        Flush();
    }

    private void Flush()
    {
        while (_producer.Flush(TimeSpan.FromSeconds(1)) > 0)
        {
            // A broker is away. What was sent is kept and comes first.
        }
    }

    private void Produce(string topic, int partition, string? id, byte[]? value) => _producer.Produce(
        new TopicPartition(topic, partition),
        new Message<byte[], byte[]> { Key = id is null ? null! : Encoding.UTF8.GetBytes(id), Value = value! },
        report =>
        {
            if (report.Error.IsError) _tally.Fault($"the harness could not send: {report.Error}");
            else _sent.Enqueue(new(topic, partition, report.Offset.Value, report.Message.Key, report.Message.Value, NoHeaders));
        });

    // All copies of an id meet in one partition, also of those that were first seen when there were fewer.
    private int PartitionOf(Outgoing record)
    {
        if (!_partitionOf.TryGetValue((record.IsLabel, record.Id), out int partition))
            _partitionOf[(record.IsLabel, record.Id)] = partition = (int)(Hash(record.Id) % (uint)(record.IsLabel ? Partitions.Labels : Partitions.Predictions));
        return partition;
    }

    private IProducer<byte[], byte[]> Producer() => new ProducerBuilder<byte[], byte[]>(new ProducerConfig
    {
        BootstrapServers = _bootstrap,
        EnableIdempotence = true,
        Acks = Acks.All,
        LingerMs = 2,
        MessageTimeoutMs = 300_000,
        ReconnectBackoffMaxMs = 1000,
    }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    // Only that all copies meet matters; of the runtime's own hash every process has another.
    private static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char letter in text) hash = unchecked((hash ^ letter) * 16777619);
        return hash;
    }
}

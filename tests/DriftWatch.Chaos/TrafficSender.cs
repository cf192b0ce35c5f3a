using System.Text;
using Confluent.Kafka;

namespace DriftWatch.Chaos;

/// <summary>Sends traffic in lockstep: nothing of the next step is sent before everything of this one is stored, so that an outage delays all partitions alike.</summary>
internal sealed class TrafficSender : IDisposable
{
    private const int StepMilliseconds = 100;

    private readonly RoundPlan _plan;
    private readonly IProducer<byte[], byte[]> _producer;
    private readonly Traffic _traffic;
    private readonly Thread _thread;
    private readonly CancellationTokenSource _enough = new();
    private readonly Tally _tally;
    private long _now;

    public TrafficSender(RoundPlan plan, string bootstrap, int seed, int rate, Tally tally)
    {
        (_plan, _tally) = (plan, tally);
        _now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 10_000 * 10_000;
        _traffic = new Traffic(plan, seed, _now, rate);
        _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = bootstrap,
            EnableIdempotence = true,
            Acks = Acks.All,
            LingerMs = 2,
            MessageTimeoutMs = 300_000,
            ReconnectBackoffMaxMs = 1000,
        }).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        _thread = new Thread(Run) { Name = "traffic" };
    }

    /// <summary>Event time up to which all that was sent lies, but for what ends the round.</summary>
    public long End { get; private set; }

    public void Start() => _thread.Start();

    /// <summary>Makes no new predictions, sends what is due to come, and moves event time of every partition past all of it.</summary>
    public void Finish()
    {
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
        for (int p = 0; p < RoundPlan.PredictionPartitions; p++) Produce(_plan.Predictions, p, null, Encoding.UTF8.GetBytes($"{{\"id\":\"end-{p}\",\"model\":\"end\",\"version\":\"1\",\"timestamp\":{after},\"probability\":0.5}}"));
        for (int p = 0; p < RoundPlan.LabelPartitions; p++) Produce(_plan.Labels, p, null, Encoding.UTF8.GetBytes($"{{\"id\":\"end-label-{p}\",\"timestamp\":{after},\"label\":1}}"));
        Flush();
    }

    public void Dispose()
    {
        _enough.Cancel();
        if (_thread.IsAlive) _thread.Join();
        _producer.Dispose();
        _enough.Dispose();
    }

    private void Run()
    {
        while (!_enough.IsCancellationRequested)
        {
            Step(more: true);
            _enough.Token.WaitHandle.WaitOne(_plan.WallClock ? StepMilliseconds : StepMilliseconds / 2);
        }
    }

    private void Step(bool more)
    {
        _now = _plan.WallClock ? DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() : _now + StepMilliseconds;
        foreach (var record in _traffic.Until(_now, more))
        {
            int partition = (int)(Hash(record.Id) % (uint)(record.IsLabel ? RoundPlan.LabelPartitions : RoundPlan.PredictionPartitions));
            Produce(record.IsLabel ? _plan.Labels : _plan.Predictions, partition, record.Id, record.Value);
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
        });

    // Only that all copies meet matters; of the runtime's own hash every process has another.
    private static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char letter in text) hash = unchecked((hash ^ letter) * 16777619);
        return hash;
    }
}

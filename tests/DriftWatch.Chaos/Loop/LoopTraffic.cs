using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace DriftWatch.Chaos.Loop;

/// <summary>Predictions and their labels, ten minutes of event time at once: models that drift and recover by turns, so that there is always an episode about to begin. The same seed gives the same.</summary>
internal sealed class LoopTraffic : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(25);

    private readonly Random _random;
    private readonly IProducer<Null, byte[]> _producer;
    private readonly Tally _tally;
    private readonly CancellationTokenSource _enough = new();
    private readonly Thread _thread;
    private readonly Func<int, bool> _mayGoOn;

    // Old enough for all that a run sends, young enough for the broker to keep it.
    private readonly long _start = DateTimeOffset.UtcNow.AddDays(-5).ToUnixTimeMilliseconds() / 600_000 * 600_000;
    private int _steps;

    /// <param name="bootstrap">The brokers.</param>
    /// <param name="seed">Decides claims and outcomes.</param>
    /// <param name="mayGoOn">Whether there may be more than so many steps by now: drift that is over before anybody could answer tests little.</param>
    /// <param name="tally">Is told what could not be sent.</param>
    public LoopTraffic(string bootstrap, int seed, Func<int, bool> mayGoOn, Tally tally)
    {
        (_random, _mayGoOn, _tally) = (new(seed), mayGoOn, tally);
        _producer = new ProducerBuilder<Null, byte[]>(new ProducerConfig { BootstrapServers = bootstrap, EnableIdempotence = true, Acks = Acks.All, LingerMs = 5, MessageTimeoutMs = 300_000, QueueBufferingMaxMessages = 500_000 })
            .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        _thread = new Thread(Run) { Name = "traffic", IsBackground = true };
    }

    /// <summary>Event time in milliseconds up to which there is traffic.</summary>
    public long End => Time(_steps);

    public void Start() => _thread.Start();

    /// <summary>Sends no more predictions, and moves event time of every partition past all that was sent.</summary>
    public void Finish()
    {
        _enough.Cancel();
        _thread.Join();
        for (int i = 1; i <= 4; i++)
        {
            long time = End + (i * (long)LoopPlan.Step.TotalMilliseconds);
            for (int p = 0; p < LoopPlan.Partitions; p++)
            {
                Send(LoopPlan.Predictions, p, time, Prediction($"end-{i}-{p}", "end", time, 0.5));
                Send(LoopPlan.Labels, p, time, Label($"end-{i}-{p}", time, true));
            }
        }

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
        do
        {
            SendStep(_steps);
            Flush();
            Interlocked.Increment(ref _steps);
            for (var at = DateTime.UtcNow; !_enough.Token.WaitHandle.WaitOne(Pause) && DateTime.UtcNow - at < MostWait && !_mayGoOn(_steps);)
            {
                // Looks again.
            }
        }
        while (!_enough.IsCancellationRequested);
    }

    private void SendStep(int step)
    {
        double spacing = LoopPlan.Step.TotalMilliseconds / LoopPlan.PerStep;
        for (int i = 0; i < LoopPlan.PerStep; i++)
        {
            long time = Time(step) + (long)(i * spacing), labeled = time + (long)LoopPlan.LabelDelay.TotalMilliseconds;
            for (int m = 0; m < LoopPlan.Models.Length; m++)
            {
                double claim = Math.Round(_random.NextDouble(), 4);
                bool drifts = (step + (m * LoopPlan.Between)) % LoopPlan.Turn >= LoopPlan.Turn / 2, outcome = _random.NextDouble() < (drifts ? claim * claim : claim);
                string id = $"{LoopPlan.Models[m]}-{step}-{i}";
                Send(LoopPlan.Predictions, i % LoopPlan.Partitions, time, Prediction(id, LoopPlan.Models[m], time, claim));
                Send(LoopPlan.Labels, i % LoopPlan.Partitions, labeled, Label(id, labeled, outcome));
            }
        }
    }

    private long Time(int step) => _start + (step * (long)LoopPlan.Step.TotalMilliseconds);

    private static string Prediction(string id, string model, long time, double claim) =>
        $"{{\"id\":\"{id}\",\"model\":\"{model}\",\"version\":\"1\",\"timestamp\":{time},\"probability\":{claim.ToString(CultureInfo.InvariantCulture)}}}";

    private static string Label(string id, long time, bool outcome) => $"{{\"id\":\"{id}\",\"timestamp\":{time},\"label\":{(outcome ? 1 : 0)}}}";

    private void Send(string topic, int partition, long time, string json) => _producer.Produce(
        new TopicPartition(topic, partition),
        new Message<Null, byte[]> { Value = Encoding.UTF8.GetBytes(json), Timestamp = new Timestamp(time, TimestampType.CreateTime) },
        report =>
        {
            if (report.Error.IsError) _tally.Fault($"the harness could not send: {report.Error}");
        });

    private void Flush()
    {
        while (_producer.Flush(TimeSpan.FromSeconds(1)) > 0)
        {
            // A broker is away. What was sent is kept and comes first.
        }
    }
}

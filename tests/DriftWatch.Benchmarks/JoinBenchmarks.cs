using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using DriftWatch.Benchmarks;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>One pair through the join while a million or ten of entries are in the table: a prediction, its label, and the expiry of an old one.</summary>
/// <remarks>
/// The table is in its steady state: event time moves with every pair, so for each entry that comes one goes. A label follows its prediction
/// half a table later, at a random place in memory as far as caches can tell. Bytes per entry are printed at set-up.
/// Run with <c>make bench BENCH="--filter '*Join*'"</c>.
/// </remarks>
[MemoryDiagnoser]
[Config(typeof(OneProcess))]
public class JoinBenchmarks
{
    private const int Pairs = 500_000;

    private static readonly LabelValue One = LabelValue.Class("1");

    private PredictionJoiner _joiner = null!;
    private long _next;

    [Params(1_000_000, 10_000_000)]
    public int Pending { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        // One prediction a millisecond, kept for as many milliseconds as there are to be entries.
        var rule = new JoinRule { Horizon = TimeSpan.FromMilliseconds(Pending - 1000) };
        var options = new MonitorOptions
        {
            Default = new ModelOptions { Join = rule },
            OutOfOrderness = TimeSpan.FromSeconds(1),
            MaxPending = 2 * Pending, // a matched id stays half as long again, for its label
            Pane = TimeSpan.FromSeconds(1),
        };
        var routes = new RouteTable(options.Routing);
        routes.TryRegister(1, new RouteDescription("m", "1", View.Binary, null, []), out _);
        _joiner = new PredictionJoiner(options.Joining, routes, new Uninterested());
        for (int i = 0; i < 2 * Pending; i++) Step();
        Console.WriteLine($"// {_joiner.Entries:N0} entries, {(double)_joiner.Bytes / _joiner.Entries:F1} bytes each");
    }

    [Benchmark(OperationsPerInvoke = Pairs)]
    public long Pair()
    {
        for (int i = 0; i < Pairs; i++) Step();
        return _joiner.Counts.Matched;
    }

    private void Step()
    {
        long time = ++_next;
        _joiner.Add(new Prediction(Id(time), new(time), 0, 0.8));
        long earlier = time - (Pending / 2);
        if (earlier > 0) _joiner.Add(new Label(Id(earlier), new(time), One));
        if (time % 1000 == 0) _joiner.AdvanceTo(new(Math.Max(0, time - 1000)));
    }

    private static PredictionId Id(long number)
    {
        ulong x = (ulong)number * 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        return new((ulong)number, x ^ (x >> 31));
    }

    private sealed class OneProcess : ManualConfig
    {
        public OneProcess() => AddJob(Job.Default.WithWarmupCount(3).WithIterationCount(10).WithInvocationCount(1).WithUnrollFactor(1));
    }
}

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
    private const int Pairs = 500_000, Block = 50;

    private readonly PredictionId[] _ids = new PredictionId[Block];

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
        for (int i = 0; i < 2 * Pending; i += Block) Step();
        Console.WriteLine($"// {_joiner.Entries:N0} entries, {(double)_joiner.Bytes / _joiner.Entries:F1} bytes each");
    }

    [Benchmark(OperationsPerInvoke = Pairs)]
    public long Pair()
    {
        for (int i = 0; i < Pairs; i += Block) Step();
        return _joiner.Counts.Matched;
    }

    // As the service does it: the entries of a block of records are asked for before the first is joined.
    private void Step()
    {
        Ask(_next + 1);
        for (int i = 0; i < Block; i++) _joiner.Add(new Prediction(_ids[i], new(_next + 1 + i), 0, 0.8));
        long earlier = _next - (Pending / 2);
        if (earlier >= 0)
        {
            Ask(earlier + 1);
            for (int i = 0; i < Block; i++) _joiner.Add(new Label(_ids[i], new(_next + 1 + i), One));
        }

        _next += Block;
        if (_next % 1000 == 0) _joiner.AdvanceTo(new(Math.Max(0, _next - 1000)));
    }

    private void Ask(long first)
    {
        for (int i = 0; i < Block; i++) _ids[i] = Id(first + i);
        _joiner.Prefetch(_ids);
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

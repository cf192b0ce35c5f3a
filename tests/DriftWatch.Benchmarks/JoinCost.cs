using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;

namespace DriftWatch.Benchmarks;

/// <summary>
/// <c>join [PENDING [MODELS …]]</c>: what an id costs in the join whose predictions come from one, two or four models, and whose label comes late or soon: nanoseconds from its first prediction to the
/// leave of its last entry, entries, bytes. Time of the processor, not of the clock: what else the machine does counts little. Look at ratios of one run.
/// </summary>
/// <remarks>
/// One id a millisecond, kept for PENDING of them; event time moves with every id, so that for each that comes one goes. Its label comes half a horizon later, or a twentieth.
/// </remarks>
internal sealed class JoinCost
{
    private const int Block = 50, Round = 250_000, Rounds = 8;
    private readonly PredictionId[] _ids = new PredictionId[Block];

    private static readonly LabelValue One = LabelValue.Class("1");

    private readonly PredictionJoiner _joiner;
    private readonly int _models;
    private readonly int _delay;
    private long _next;

    private JoinCost(int pending, int models, int delay)
    {
        (_models, _delay) = (models, delay);
        var options = new MonitorOptions
        {
            Default = new ModelOptions { Join = new JoinRule { Horizon = TimeSpan.FromMilliseconds(pending - 1000) } },
            OutOfOrderness = TimeSpan.FromSeconds(1),
            MaxPending = 2 * pending * models,
            Pane = TimeSpan.FromSeconds(1),
        };
        var routes = new RouteTable(options.Routing);
        for (int model = 0; model < models; model++) routes.TryRegister((UInt128)model, new RouteDescription($"m{model}", "1", View.Binary, null, []), out _);
        _joiner = new PredictionJoiner(options.Joining, routes, new Uninterested());
        for (int i = 0; i < 3 * pending; i += Block) Step();
    }

    public static int Run(string[] args)
    {
        int pending = args.Length > 0 ? int.Parse(args[0]) : 1_000_000;
        int[] models = args.Length > 1 ? [.. args[1..].Select(int.Parse)] : [1, 2, 4];
        Console.WriteLine($"{pending:N0} ids inside the horizon");
        Console.WriteLine("models  label after   ns an id (median, least)   entries an id   bytes an entry   bytes an id");
        foreach (int share in (int[])[2, 20])
        {
            foreach (int of in models) new JoinCost(pending, of, pending / share).Measure(pending, share);
        }

        return 0;
    }

    private void Measure(int pending, int share)
    {
        List<double> times = [];
        for (int round = 0; round < Rounds; round++)
        {
            var started = Environment.CpuUsage.TotalTime;
            for (int i = 0; i < Round; i += Block) Step();
            times.Add((Environment.CpuUsage.TotalTime - started).TotalNanoseconds / Round);
        }

        times.Sort();
        double entries = _joiner.Entries, bytes = _joiner.Bytes;
        Console.WriteLine($"{_models,6}   horizon/{share,-5} {times[Rounds / 2],12:0} {times[0],9:0} {entries / pending,19:0.00} {bytes / entries,16:0.0} {bytes / pending,13:0.0}");
    }

    private void Step()
    {
        for (int i = 0; i < Block; i++) _ids[i] = Id(_next + 1 + i);
        _joiner.Prefetch(_ids);
        for (int i = 0; i < Block; i++)
        {
            for (int model = 0; model < _models; model++) _joiner.Add(new Prediction(_ids[i], new(_next + 1 + i), model, 0.8));
        }

        if (_next > _delay)
        {
            for (int i = 0; i < Block; i++) _ids[i] = Id(_next + 1 + i - _delay);
            _joiner.Prefetch(_ids);
            for (int i = 0; i < Block; i++) _joiner.Add(new Label(_ids[i], new(_next + 1 + i), One));
        }

        _next += Block;
        if (_next % 1000 == 0) _joiner.AdvanceTo(new(Math.Max(0, _next - 1000)));
    }

    private static PredictionId Id(long number)
    {
        ulong x = (ulong)number * 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        return new((ulong)number, x ^ (x >> 31));
    }
}

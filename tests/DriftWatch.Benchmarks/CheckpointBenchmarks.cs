using BenchmarkDotNet.Attributes;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Benchmarks;

/// <summary>What it costs the loop to write its state: 100 series of 1440 live panes each, of which 1 % were touched; and to read all of it after a restart.</summary>
[MemoryDiagnoser]
public class CheckpointBenchmarks
{
    private const int Versions = 10, Slices = 9, Minutes = 1440, Touched = Minutes / 100;
    private static readonly EventTime Start = new(1_767_225_600_000);

    private readonly Dictionary<string, byte[]> _topic = [];
    private readonly ChunkWriter _writer = new();
    private readonly Random _random = new(42);
    private MonitorOptions _options = null!;
    private CalibrationMonitor _monitor = null!;
    private ulong _id;

    /// <summary>Chunks and bytes of the newest write.</summary>
    public (int Chunks, long Bytes) Written { get; private set; }

    public int Stored => _topic.Count;

    public long StoredBytes => _topic.Values.Sum(bytes => (long)bytes.Length);

    [GlobalSetup]
    public void Fill()
    {
        _options = new MonitorOptions { Default = new ModelOptions { Join = new JoinRule { Horizon = TimeSpan.FromDays(1) } } };
        _monitor = new CalibrationMonitor(_options, new RouteTable(_options.Routing), keepsState: true);
        for (int version = 0; version < Versions; version++)
        {
            for (int slice = 0; slice < Slices; slice++)
                _monitor.Routes.TryRegister((UInt128)((version * Slices) + slice), new RouteDescription("m", $"{version}", View.Binary, null, [new("region", $"{slice}")]), out _);
        }

        for (int minute = 0; minute < 2 * Minutes; minute++)
        {
            for (int route = 0; route < Versions * Slices; route++)
            {
                for (int i = 0; i < 3; i++) Pair(route, minute, i > 0);
            }

            _monitor.AdvanceTo(Start + TimeSpan.FromMinutes(minute - 1));
            _monitor.TakeRequests();
            if (minute % 60 == 0) Write();
        }

        Write();
    }

    [IterationSetup(Target = nameof(Write))]
    public void Touch()
    {
        for (int route = 0; route < Versions * Slices; route++)
        {
            for (int i = 0; i < Touched; i++) Pair(route, Minutes + _random.Next(Minutes), true);
        }
    }

    [Benchmark]
    public int Write()
    {
        _monitor.WriteChunks(_writer);
        var changes = _writer.Take();
        long bytes = 0;
        foreach (var (key, value) in changes)
        {
            bytes += value?.Length ?? 0;
            if (value is null) _topic.Remove(key);
            else _topic[key] = value;
        }

        Written = (changes.Count, bytes);
        return changes.Count;
    }

    [Benchmark]
    public Restored Read() => new CalibrationMonitor(_options, new RouteTable(_options.Routing), keepsState: true)
        .ReadChunks(_topic.Select(chunk => (chunk.Key, new ReadOnlyMemory<byte>(chunk.Value))), new ChunkWriter());

    [GlobalCleanup]
    public void Tell() => Console.WriteLine($"// {Stored} chunks of {StoredBytes / 1e6:0.0} MB are stored; the newest write had {Written.Chunks} of {Written.Bytes / 1e6:0.00} MB.");

    private void Pair(int route, int minute, bool labeled)
    {
        var time = Start + TimeSpan.FromSeconds((minute * 60) + _random.Next(60));
        double confidence = _random.NextDouble();
        var id = new PredictionId(++_id * 0x9E3779B97F4A7C15, _id);
        _monitor.Add(new Prediction(id, time, route, confidence));
        if (labeled) _monitor.Add(new Label(id, time + TimeSpan.FromSeconds(30), LabelValue.Class(_random.NextDouble() < confidence ? "1" : "0")));
    }
}

using BenchmarkDotNet.Attributes;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;
using DriftWatch.Evaluation.Exact;

namespace DriftWatch.Benchmarks;

/// <summary>What it costs to count a labeled prediction, and to read what was counted.</summary>
/// <remarks>Targets: AddOutcome ≤ 50 ns (30 later), 0 B. Confidences are spread over all 188 bins, which is the worst case for the caches.</remarks>
[MemoryDiagnoser]
public class SketchBenchmarks
{
    private const int Count = 4096;
    private readonly double[] _confidences = new double[Count];
    private readonly bool[] _outcomes = new bool[Count];
    private readonly CalibrationSketch _sketch = new();
    private readonly CalibrationSketch _window = new();
    private readonly CalibrationSketch _small = new();
    private readonly EventTime _start = new(1_700_000_000_000);
    private SeriesCalibration _series = null!;

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(42);
        _series = new SeriesCalibration(new MonitorOptions().WindowsOf("m"), View.Binary);
        for (int i = 0; i < Count; i++)
        {
            double z = 4 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
            _confidences[i] = 1 / (1 + Math.Exp(-z));
            _outcomes[i] = random.NextDouble() < _confidences[i];
            _window.AddPrediction(_confidences[i]);
            _window.AddOutcome(_confidences[i], _outcomes[i]);
            if (i < 12) _small.AddOutcome(_confidences[i], _outcomes[i]);
        }
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int BinOf()
    {
        int sum = 0;
        foreach (double p in _confidences) sum += Grid.H188.BinOf(p);
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public void AddPrediction()
    {
        foreach (double p in _confidences) _sketch.AddPrediction(p);
    }

    [Benchmark(OperationsPerInvoke = Count, Baseline = true)]
    public void AddOutcome()
    {
        for (int i = 0; i < Count; i++) _sketch.AddOutcome(_confidences[i], _outcomes[i]);
    }

    /// <summary>Both, into pane, three windows, total and exported bins.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void AddPairToSeries()
    {
        for (int i = 0; i < Count; i++)
        {
            _series.AddPrediction(_start, _confidences[i]);
            _series.AddOutcome(_start, _confidences[i], _outcomes[i]);
        }
    }

    [Benchmark]
    public void MergeSmallPane() => _sketch.Merge(_small);

    [Benchmark]
    public void MergeFullWindow() => _sketch.Merge(_window);

    [Benchmark]
    public CalibrationReport Report() => _window.Report(View.Binary);

    [Benchmark]
    public IReadOnlyList<ThresholdReliability> Thresholds() => ThresholdReliability.Of(_window, View.Binary);

    [Benchmark]
    public CalibrationSketch Copy() => _window.Clone();

    // From here on: what is computed only for those who ask.
    [Benchmark]
    public double? Smooth() => SmoothError.Of(_window);

    [Benchmark]
    public TCal? AdaptiveTest() => TCal.Adaptive(_window);

    [Benchmark]
    public Interval?[] BootstrapOfSixtyBlocks() => BlockBootstrap.Of([.. Enumerable.Repeat(_window, 60)], [Scores.Brier]);
}

using BenchmarkDotNet.Attributes;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;

namespace DriftWatch.Benchmarks;

/// <summary>What it costs to judge a pane of 500 predictions. Target: ≤ 100 µs a close.</summary>
[MemoryDiagnoser]
public class DetectorBenchmarks
{
    // Many panes, so that chance does not repeat itself into a drift.
    private const int Panes = 512;
    private readonly CalibrationSketch[] _complete = new CalibrationSketch[Panes], _incomplete = new CalibrationSketch[Panes];
    private readonly double[] _gains = new double[56];
    private readonly List<Finding> _findings = [];
    private readonly NullBand _band = new(0.02);
    private readonly TiltComponents _components = TiltComponents.Of(Grid.H188);
    private TiltMixture _mixture = null!;
    private EsrDetector _independent = null!, _auto = null!;
    private long _time;

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(42);
        for (int pane = 0; pane < Panes; pane++)
        {
            (_complete[pane], _incomplete[pane]) = (new(), new());
            for (int i = 0; i < 500; i++)
            {
                double z = 4 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
                double p = 1 / (1 + Math.Exp(-z));
                bool outcome = random.NextDouble() < p;
                _complete[pane].AddPrediction(p);
                _complete[pane].AddOutcome(p, outcome);
                _incomplete[pane].AddPrediction(p);
                if (i % 10 > 0) _incomplete[pane].AddOutcome(p, outcome);
            }
        }

        _mixture = new(_components);
        _independent = Detector(Dependence.Independent);
        _auto = Detector(Dependence.Auto);
    }

    [Benchmark(Baseline = true)]
    public double Close()
    {
        Array.Clear(_gains);
        TiltEvidence.Add(Next(_complete), _components, _band, MissingLabels.WorstCase, _gains);
        _mixture.Advance(new(_time += 60_000), _gains, 1, 1);
        return _mixture.Evidence;
    }

    [Benchmark]
    public double CloseWithMissingLabels()
    {
        Array.Clear(_gains);
        TiltEvidence.Add(Next(_incomplete), _components, _band, MissingLabels.WorstCase, _gains);
        _mixture.Advance(new(_time += 60_000), _gains, 1, 1);
        return _mixture.Evidence;
    }

    [Benchmark]
    public double WholeDetectorIndependent() => Observe(_independent, Next(_complete));

    [Benchmark]
    public double WholeDetectorAuto() => Observe(_auto, Next(_complete));

    [Benchmark]
    public double WholeDetectorAutoWithMissingLabels() => Observe(_auto, Next(_incomplete));

    private CalibrationSketch Next(CalibrationSketch[] panes) => panes[(_time / 60_000) % Panes];

    private double Observe(EsrDetector detector, CalibrationSketch pane)
    {
        detector.Observe(new(_time += 60_000), pane, _findings);
        _findings.Clear();
        return detector.Evidence;
    }

    private static EsrDetector Detector(Dependence dependence) =>
        new(new DriftOptions { Tolerance = 0.02, Dependence = dependence }, TimeSpan.FromMinutes(1), TimeSpan.Zero);
}

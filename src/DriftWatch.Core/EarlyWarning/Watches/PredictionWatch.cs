using DriftWatch.Core.Calibration;
using DriftWatch.Core.EarlyWarning.Statistics;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.EarlyWarning.Watches;

/// <summary>What the predictions of a window say before any label is in.</summary>
/// <param name="Start">Start of the window.</param>
/// <param name="End">Its end.</param>
/// <param name="Comparison">Its histogram against that of the reference.</param>
/// <param name="Distribution">The same by Kolmogorov and Smirnov, over fine bins.</param>
/// <param name="Z">Standard deviations beyond what the reference's own windows differed.</param>
/// <param name="Overdispersion">By how much windows of the reference differed more than chance (φ ≥ 1).</param>
/// <param name="Expected">Performance to expect, assuming the calibration of the reference.</param>
/// <param name="ExpectedZ">Standard deviations of its accuracy beyond what windows of the reference differed; negative: worse.</param>
public sealed record PredictionReading(
    EventTime Start,
    EventTime End,
    HistogramComparison Comparison,
    KolmogorovSmirnov Distribution,
    double Z,
    double Overdispersion,
    ExpectedPerformance Expected,
    double ExpectedZ)
{
    internal static PredictionReading Exchange(StateExchange state, PredictionReading? one) => new(
        state.Kept(one?.Start ?? default),
        state.Kept(one?.End ?? default),
        HistogramComparison.Exchange(state, one?.Comparison ?? default),
        KolmogorovSmirnov.Exchange(state, one?.Distribution ?? default),
        state.Kept(one?.Z ?? 0),
        state.Kept(one?.Overdispersion ?? 0),
        ExpectedPerformance.Exchange(state, one?.Expected),
        state.Kept(one?.ExpectedZ ?? 0));
}

/// <summary>Compares every window with the reference as soon as its predictions are in.</summary>
internal sealed class PredictionWatch : IKeepsState
{
    private readonly EarlyWarningOptions _options;
    private readonly WarningRun _moved;
    private readonly WarningRun _worse;

    public PredictionWatch(EarlyWarningOptions options)
    {
        _options = options;
        _moved = new WarningRun(WarningKind.Predictions, options.Windows);
        _worse = new WarningRun(WarningKind.ExpectedAccuracy, options.Windows);
    }

    /// <summary>The newest window that had enough predictions.</summary>
    public PredictionReading? Newest { get; private set; }

    public IEnumerable<Warning?> Warnings => [_moved.Current, _worse.Current];

    public void Judge(EventTime start, EventTime end, CalibrationSketch window, ReferenceWindow reference)
    {
        if (window.Predictions < _options.MinPredictions || Read(start, end, window, reference) is not { } reading) return;
        Newest = reading;
        var comparison = reading.Comparison;
        bool moved = comparison.PsiExcess >= _options.Psi && reading.Z > _options.Z;
        _moved.Judge(start, moved ? $"The confidences have moved: population stability index {comparison.Psi:0.00} where chance shows {comparison.PsiNull:0.00}, against {reference}." : null, comparison.PsiExcess, reading.Z);

        double drop = reference.Expected.Accuracy - reading.Expected.Accuracy;
        bool worse = drop >= _options.AccuracyDrop && reading.ExpectedZ < -_options.Z;
        _worse.Judge(start, worse ? $"Accuracy should be {Words.Percent(reading.Expected.Accuracy)}, down from {Words.Percent(reference.Expected.Accuracy)}, assuming the calibration of {reference}." : null, drop, reading.ExpectedZ);
    }

    public void Exchange(StateExchange state)
    {
        _moved.Exchange(state);
        _worse.Exchange(state);
        Newest = state.Kept(Newest, PredictionReading.Exchange);
    }

    private static PredictionReading? Read(EventTime start, EventTime end, CalibrationSketch window, ReferenceWindow reference)
    {
        if (reference.Compare(window) is not { } comparison || reference.CompareDistribution(window) is not { } distribution || reference.Expect(window) is not { } expected) return null;
        double dispersion = reference.Dispersion.Histogram;
        double spread = Math.Max(expected.Spread, reference.Expected.Spread);
        double deviation = spread * Math.Sqrt((1.0 / window.Predictions) + (1.0 / reference.Predictions));
        double change = expected.Accuracy - reference.Expected.Accuracy;
        double beyond = Math.Max(0, Math.Abs(change) - reference.Dispersion.ExpectedAccuracy);
        double z = deviation > 0 ? Math.CopySign(beyond, change) / deviation : 0;
        return new(start, end, comparison, distribution, comparison.Z(dispersion), comparison.Overdispersion(dispersion), expected, z);
    }
}

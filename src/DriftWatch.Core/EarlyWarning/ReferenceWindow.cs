using DriftWatch.Core.Calibration;
using DriftWatch.Core.EarlyWarning.Statistics;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.EarlyWarning;

/// <summary>A frozen picture of a stretch of one series that later ones are compared with.</summary>
/// <remarks>
/// Immutable. It is never renewed from recent data by itself: a reference that follows the stream finds slow drift normal. A new one is made by configuration, or
/// with a new series (another model version), or when a fix that was answered for has brought the series back (<see cref="EarlyWarningMonitor.Renew"/>).
/// </remarks>
public sealed class ReferenceWindow
{
    /// <summary>Regions of about equal numbers of predictions that histograms are compared over.</summary>
    public const int PredictionRegions = 20;

    private readonly CalibrationSketch _sketch;
    private readonly byte[] _regionOf;
    private readonly long[] _counts;
    private readonly double[] _frequencies;

    private ReferenceWindow(EventTime from, EventTime to, CalibrationSketch sketch, View view)
    {
        (From, To, View) = (from, to, view);
        _sketch = sketch;
        _regionOf = EqualMass.Regions(sketch, PredictionRegions, cell => cell.Predictions, out int count);
        _counts = new long[Math.Max(1, count)];
        CountInto(sketch, _counts);
        Calibration = CalibrationReference.Of(sketch);
        Map = IsotonicMap.Fit(sketch)!;
        _frequencies = [.. Enumerable.Range(0, sketch.Grid.Count).Select(bin => Map.At(sketch[bin].Labeled > 0 ? sketch[bin].MeanConfidence : sketch.Grid.Midpoints[bin]))];
        Expected = ExpectedPerformance.Of(sketch, _frequencies, view)!;
    }

    public EventTime From { get; }

    public EventTime To { get; }

    public View View { get; }

    public long Predictions => _sketch.Predictions;

    public long Labeled => _sketch.Labeled;

    /// <summary>Labeled ÷ all predictions.</summary>
    public double Completeness => Scores.Coverage(_sketch)!.Value;

    /// <summary>Share right.</summary>
    public double Accuracy => Scores.Accuracy(_sketch, View)!.Value;

    /// <summary>Offsets of the calibration by region, for "worse than it was".</summary>
    public CalibrationReference Calibration { get; }

    /// <summary>Its calibration map.</summary>
    public IsotonicMap Map { get; }

    /// <summary>What <see cref="Map"/> expects of the reference's own predictions.</summary>
    public ExpectedPerformance Expected { get; }

    /// <summary>How much its own windows differed from one another.</summary>
    public Dispersion Dispersion { get; private init; }

    /// <summary>For each fine bin, the observed frequency to expect.</summary>
    public ReadOnlySpan<double> Frequencies => _frequencies;

    /// <summary>The prediction region of each fine bin.</summary>
    public ReadOnlySpan<byte> RegionOf => _regionOf;

    /// <summary>What it holds. Read it, do not write.</summary>
    internal CalibrationSketch Sketch => _sketch;

    /// <summary>Freezes a copy of <paramref name="sketch"/>; null without labeled predictions.</summary>
    public static ReferenceWindow? Of(EventTime from, EventTime to, CalibrationSketch sketch, View view) =>
        sketch.Labeled == 0 ? null : new(from, to, sketch.Clone(), view);

    /// <summary>The same, knowing how restless it was.</summary>
    internal ReferenceWindow With(Func<ReferenceWindow, Dispersion> dispersion) => new(From, To, _sketch, View) { Dispersion = dispersion(this) };

    /// <summary>Compares the predictions of a window with its own; null without predictions.</summary>
    public HistogramComparison? Compare(CalibrationSketch window)
    {
        Span<long> counts = stackalloc long[_counts.Length];
        CountInto(window, counts);
        return HistogramComparison.Of(counts, _counts);
    }

    /// <summary>The same over fine bins, by the largest distance of the distribution functions.</summary>
    public KolmogorovSmirnov? CompareDistribution(CalibrationSketch window)
    {
        Span<long> counts = stackalloc long[window.Grid.Count], reference = stackalloc long[window.Grid.Count];
        for (int bin = 0; bin < counts.Length; bin++) (counts[bin], reference[bin]) = (window[bin].Predictions, _sketch[bin].Predictions);
        return KolmogorovSmirnov.Of(counts, reference);
    }

    /// <summary>Performance to expect of a window's predictions; null without any.</summary>
    public ExpectedPerformance? Expect(CalibrationSketch window) => ExpectedPerformance.Of(window, _frequencies, View);

    /// <summary>Explains the accuracy of a window; null without labeled predictions.</summary>
    public AccuracyAttribution? Explain(CalibrationSketch window) => AccuracyAttribution.Of(window, _sketch, _regionOf, View);

    /// <remarks>What it knows of its sketch follows from that, and is found again.</remarks>
    internal static ReferenceWindow Exchange(StateExchange state, ReferenceWindow? reference, View view, Grid grid)
    {
        var (from, to) = (state.Kept(reference?.From ?? default), state.Kept(reference?.To ?? default));
        var sketch = reference?._sketch ?? new CalibrationSketch(grid);
        sketch.Exchange(state);
        var dispersion = Dispersion.Exchange(state, reference?.Dispersion ?? default);
        if (reference is not null) return reference;
        if (sketch.Labeled == 0) throw new StateFormatException("A reference has no labeled predictions.");
        return new(from, to, sketch, view) { Dispersion = dispersion };
    }

    /// <summary>How it is called in sentences: its stretch.</summary>
    public override string ToString() => $"{From.ToDateTimeOffset():yyyy-MM-dd HH:mm} – {To.ToDateTimeOffset():yyyy-MM-dd HH:mm}";

    private void CountInto(CalibrationSketch sketch, Span<long> counts)
    {
        for (int bin = 0; bin < _regionOf.Length; bin++) counts[_regionOf[bin]] += sketch[bin].Predictions;
    }
}

/// <summary>How much the windows of a reference differed from the rest of it at most, beyond chance: what is no news later.</summary>
/// <remarks>Traffic has days and nights. Without this every night is a change of traffic, and a warning that comes every night is none.</remarks>
/// <param name="Histogram">Largest <see cref="HistogramComparison.Distance"/> of a window from the others; 0 if unknown.</param>
/// <param name="ExpectedAccuracy">Largest difference of a window's expected accuracy from that of the whole; 0 if unknown.</param>
/// <param name="Accuracy">The same of the accuracy that was seen.</param>
/// <param name="Completeness">Largest variance of a window's completeness beyond chance; 0 if unknown.</param>
/// <param name="Windows">How many windows it was learned from.</param>
public readonly record struct Dispersion(double Histogram, double ExpectedAccuracy, double Accuracy, double Completeness, int Windows)
{
    internal static Dispersion Exchange(StateExchange state, Dispersion one) =>
        new(state.Kept(one.Histogram), state.Kept(one.ExpectedAccuracy), state.Kept(one.Accuracy), state.Kept(one.Completeness), state.Kept(one.Windows));
}

using DriftWatch.Core.Agreement;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Serving;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Web;

/// <summary>A series whose predictions are drawn from a seed, hour by hour, and whose numbers the core's own sketch computes.</summary>
/// <param name="Key">Its name.</param>
/// <param name="PerHour">Predictions an hour, at the daily mean.</param>
/// <param name="Mean">Mean log-odds of the claims.</param>
/// <param name="Spread">Their standard deviation.</param>
/// <param name="Truth">Log-odds of the outcome, given those of the claim and the hour.</param>
internal sealed record SimulatedSeries(SeriesKey Key, int PerHour, double Mean, double Spread, Func<double, int, double> Truth)
{
    public EpisodeState State { get; init; }

    public EarlyWarningSnapshot? EarlyWarning { get; init; }

    public LatencySnapshot? Latency { get; init; }
    public SourcesSnapshot? Sources { get; init; }

    public bool InsufficientData { get; init; }

    public EventTime? LastRequest { get; init; }

    /// <summary>Simulates <paramref name="hours"/> hours up to the watermark; of the newest hours only part of the labels has come.</summary>
    public SeriesSnapshot Run(EventTime start, int hours, EventTime watermark, TimeSpan horizon, MonitorOptions options, int seed)
    {
        var random = new Random(seed);
        var total = new CalibrationSketch();
        var hourly = new CalibrationSketch[hours];
        for (int hour = 0; hour < hours; hour++)
        {
            hourly[hour] = new CalibrationSketch();
            var begin = start + TimeSpan.FromHours(hour);
            double completeness = Math.Clamp((watermark - begin - TimeSpan.FromMinutes(10)) / horizon, 0, 0.985);
            int count = (int)(PerHour * (1 + (0.45 * Math.Sin(2 * Math.PI * (hour - 9) / 24))));
            for (int i = 0; i < count; i++)
            {
                double z = Mean + (Spread * Gauss(random));
                double confidence = Sigma(z);
                bool outcome = random.NextDouble() < Sigma(Truth(z, hour));
                hourly[hour].AddPrediction(confidence);
                if (random.NextDouble() < completeness) hourly[hour].AddOutcome(confidence, outcome);
            }

            total.Merge(hourly[hour]);
        }

        return new SeriesSnapshot
        {
            Key = Key,
            State = State,
            EarlyWarning = EarlyWarning,
            Latency = Latency,
            Sources = Sources,
            Detector = Key.View.IsMain() ? null : new Unwatched().Capture(),
            InsufficientData = InsufficientData,
            LastRequest = LastRequest,
            Requests = LastRequest is null ? 0 : 1,
            Suppressed = State == EpisodeState.Cooling ? new Dictionary<string, long> { ["cooldown"] = 3 } : new Dictionary<string, long>(),
            Predictions = total.Predictions,
            Matched = total.Labeled,
            Expired = total.Predictions / 70,
            LastPrediction = watermark,
            LastMatch = watermark - TimeSpan.FromSeconds(4),
            Windows = [.. options.Windows.Select(width => Windows(hourly, start, width, watermark, horizon))],
            GapAtAllTimes = Key.IsWhole ? Always(hourly) : null,
            Total = Picture(total, start, watermark, false),
            TotalSketch = Key.Slice is null ? total : null,
            Bins = Key.Slice is null ? Counters(total, options.ExportedBins) : [],
            SquaredErrorSum = total.SumSquaredError,
            LogLossSum = total.SumLogLoss,
        };
    }

    private static Interval? Always(CalibrationSketch[] panes)
    {
        var gap = new GapSequence();
        foreach (var pane in panes) gap.Observe(pane);
        return gap.Current;
    }

    private WindowSeries Windows(CalibrationSketch[] hourly, EventTime start, TimeSpan width, EventTime watermark, TimeSpan horizon)
    {
        List<WindowSnapshot> history = [];
        CalibrationSketch? newest = null;
        for (int hour = 0; hour < hourly.Length;)
        {
            var begin = (start + TimeSpan.FromHours(hour)).FloorTo(width);
            var end = begin + width;
            var sketch = new CalibrationSketch();
            for (; hour < hourly.Length && start + TimeSpan.FromHours(hour) < end; hour++) sketch.Merge(hourly[hour]);
            if (sketch.Predictions == 0) continue;
            history.Add(Picture(sketch, begin, end, end + horizon <= watermark));
            if (history[^1].Mature) newest = sketch;
        }

        return new WindowSeries(width, history, history.LastOrDefault(w => w.Mature)) { Sketch = Key.Slice is null ? newest : null };
    }

    private WindowSnapshot Picture(CalibrationSketch sketch, EventTime start, EventTime end, bool mature) => new(
        start, end, mature, sketch.Predictions, sketch.Labeled, sketch.Positives, sketch.SumConfidence, sketch.Report(Key.View), ReliabilityDiagram.Of(sketch))
    {
        Thresholds = ThresholdReliability.Of(sketch, Key.View),
    };

    private static BinCounter[] Counters(CalibrationSketch total, int bins)
    {
        var diagram = ReliabilityDiagram.Of(total, bins);
        return [.. diagram.Select((bin, i) =>
        {
            double mean = bin.Count == 0 ? 0 : bin.SumConfidence / bin.Count;
            return new BinCounter((i + 1.0) / bins, bin.Count, bin.SumConfidence, bin.Positives, bin.Count * mean * (1 - mean));
        })];
    }

    private static double Sigma(double z) => 1 / (1 + Math.Exp(-z));

    private static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

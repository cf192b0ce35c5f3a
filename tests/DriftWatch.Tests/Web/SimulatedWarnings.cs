using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.EarlyWarning.Statistics;
using DriftWatch.Core.EarlyWarning.Watches;
using DriftWatch.Core.Serving;
using DriftWatch.Core.Time;

namespace DriftWatch.Web;

/// <summary>Early warnings as they might stand for a model whose traffic has moved: numbers that fit together, made by hand.</summary>
internal static class SimulatedWarnings
{
    public static EarlyWarningSnapshot Of(EventTime start)
    {
        var (from, to) = (start + TimeSpan.FromHours(60), start + TimeSpan.FromHours(61));
        var interval = new Interval(0.93, 0.95);
        return new()
        {
            Reference = new ReferenceSnapshot(start, start + TimeSpan.FromDays(1), 61_000, 60_100, 0.985, 0.871, 0.93, [new ReferenceRegion(0, 0.5, 30_000, 6_000, 0.21, -0.01, 0.012), new ReferenceRegion(0.5, 1, 30_100, 24_000, 0.8, -0.003, 0.011)]),
            Predictions = new PredictionReading(from, to, HistogramComparison.Of([400, 900, 1300], [20_000, 20_000, 21_000])!.Value, new KolmogorovSmirnov(0.17, 1e-9), 9.4, 2.1, new ExpectedPerformance(2600, 0.842, 0.91, 900, 200, 1289, 211, 0.2), -6.2),
            Outcomes = new OutcomeReading(from, to, new CompletenessReading(2444, 2600, interval, 0.985, -4.4), new AccuracyAttribution(2444, 0.79, 0.871, -0.07, -0.011, 0.008), new CoverageReading(0.1, 0.62, 2444, 2100, 2600, 2900, 2590)),
            Scores = new ScoreStatistics(2600, 2444, new Interval(0, 1.0 / 60), new Interval(0.4, 0.41), new Interval(0.99, 1), 0.42, 0.27),
            Volume = new VolumeReading(from, 2600, 2510.4, 0.9, 1.4),
            Labels = new LabelReading(
                from,
                to,
                new LabelDelayReading(2444, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(41), TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(33), HistogramComparison.Of([500, 600], [30_000, 30_100])!.Value, 2.2),
                new LabelSelection([new DelayBucket(TimeSpan.Zero, TimeSpan.FromMinutes(5), 1200, 0.02, new Interval(0, 0.04)), new DelayBucket(TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), 1244, -0.01, new Interval(-0.03, 0.01))], 4.5, 1, 0.013)),
            Latency = new LatencyReading(from, to, Quantiles(2590, 31, 128, 305), Quantiles(60_800, 28, 96, 210), HistogramComparison.Of([1200, 1390], [30_000, 30_800])!.Value, 3.1),
            AdaptiveAlpha = 0.087,
            Coverage = new DetectorSnapshot { Rule = "e-sr", LogEvidence = 1.5, LogThreshold = 5.9 },
            Warnings = [new Warning(WarningKind.Predictions, "The confidences have moved: <made> up & \"quoted\".", from - TimeSpan.FromHours(4), 0.21, 9.4)],
        };
    }

    /// <summary>Latencies of the newest five minutes, some of them unreadable.</summary>
    public static LatencySnapshot LatencyOf(EventTime watermark)
    {
        var end = watermark.FloorTo(TimeSpan.FromMinutes(5));
        return new() { Newest = new(end - TimeSpan.FromMinutes(5), end, Quantiles(217, 31, 128, 305)), Total = Quantiles(63_000, 28, 97, 215), Unreadable = 12, Late = 1 };
    }

    private static LatencyQuantiles Quantiles(long count, double p50, double p95, double p99) => new(count, TimeSpan.FromMilliseconds(p50), TimeSpan.FromMilliseconds(p95), TimeSpan.FromMilliseconds(p99));
}

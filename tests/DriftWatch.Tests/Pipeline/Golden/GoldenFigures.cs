using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Serving;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Pipeline;

/// <summary>What a monitor has counted and found, a line each, in words that do not change with the code: what an upgrade must leave as it was.</summary>
/// <remarks>Counts are exact. Other numbers have ten digits: they are computed anew when they are looked at, and other machines compute the last digit otherwise.</remarks>
internal static class GoldenFigures
{
    public static IEnumerable<string> Of(MonitorSnapshot monitor)
    {
        var join = monitor.Join;
        yield return Text($"watermark {monitor.Watermark}");
        yield return Text($"join predictions {join.Predictions} labels {join.Labels} matched {join.Matched} expired {join.Expired} orphaned {join.Orphaned} corrected {join.Corrected}");
        yield return Text($"join duplicates {join.DuplicatePredictions} {join.DuplicateLabels} late {join.LatePredictions} {join.LateLabels} unreadable {join.Unreadable} pending {join.Pending} waiting {join.WaitingLabels}");
        foreach (var model in monitor.Models.OrderBy(model => model.Model, StringComparer.Ordinal))
            yield return Text($"model {model.Model} labels {model.Labels} pending {model.Pending} orphaned {model.Orphans.Total} delays {string.Join(' ', model.DelayCounts)} {Number(model.DelaySumSeconds)}");
        foreach (var episode in monitor.Episodes)
            yield return Text($"episode {episode.Series} {episode.Rule} onset {episode.Onset} fired {episode.Fired} recovered {episode.Recovered} {episode.Direction?.Name()} evidence {Number(episode.LogEvidence)} request {episode.RequestId}");
        foreach (var series in monitor.Series.OrderBy(series => series.Key.ToString(), StringComparer.Ordinal))
        {
            foreach (string line in Of(series)) yield return $"{series.Key}: {line}";
        }
    }

    private static IEnumerable<string> Of(SeriesSnapshot series)
    {
        yield return Text($"predictions {series.Predictions} matched {series.Matched} expired {series.Expired} last {series.LastPrediction} {series.LastMatch} state {series.State.Name()} requests {series.Requests} {series.LastRequest}");
        yield return Text($"total {Of(series.Total)} squared {Number(series.SquaredErrorSum)} log {Number(series.LogLossSum)} gap {Number(series.GapAtAllTimes?.Lower)} {Number(series.GapAtAllTimes?.Upper)}");
        foreach (var (reason, times) in series.Suppressed) yield return $"suppressed {reason} {times}";
        if (series.Detector is { } detector) yield return $"detector {Of(detector)}";
        foreach (var bin in series.Bins) yield return Text($"bin {Number(bin.Upper)} count {bin.Count} positives {bin.Positives} sum {Number(bin.SumConfidence)} variance {Number(bin.SumVariance)}");
        foreach (var width in series.Windows)
        {
            foreach (var window in width.History) yield return Text($"window {width.Width.TotalMinutes} min {window.Start} {(window.Mature ? "mature" : "open")} {Of(window)}");
        }

        if (series.Latency is { } latency)
            yield return Text($"latency {Of(latency.Newest?.Quantiles)} from {latency.Newest?.Start} total {Of(latency.Total)} unreadable {latency.Unreadable} late {latency.Late}");
        if (series.EarlyWarning is not { } early) yield break;
        yield return Text($"early gathered {early.Gathered} since {early.GatheringSince} alpha {Number(early.AdaptiveAlpha)} coverage {(early.Coverage is { } coverage ? Of(coverage) : "")}");
        if (early.Reference is { } reference)
            yield return Text($"early reference {reference.From} {reference.To} predictions {reference.Predictions} labeled {reference.Labeled} completeness {Number(reference.Completeness)} accuracy {Number(reference.Accuracy)} regions {reference.Regions.Length}");
        foreach (var warning in early.Warnings) yield return Text($"early warning {Core.EarlyWarning.WarningKinds.Name(warning.Kind)} since {warning.Since} effect {Number(warning.Effect)} z {Number(warning.Z)}");
    }

    private static string Of(WindowSnapshot window) =>
        Text($"predictions {window.Predictions} labeled {window.Labeled} positives {window.Positives} sum {Number(window.SumConfidence)} ece {Number(window.Metrics.Ece)} brier {Number(window.Metrics.Brier)} log {Number(window.Metrics.LogLoss)}");

    private static string Of(LatencyQuantiles? latency) => latency is null ? "-" : Text($"{latency.Count} {latency.P50.Ticks} {latency.P95.Ticks} {latency.P99.Ticks}");

    private static string Of(DetectorSnapshot detector) =>
        Text($"{detector.Rule} evidence {Number(detector.LogEvidence)} of {Number(detector.LogThreshold)} relative {Number(detector.LogEvidenceRelative)} lifetime {Number(detector.LogEvidenceLifetime)} ")
        + Text($"recovery {Number(detector.LogRecovery)} onset {detector.Onset} {detector.Direction?.Name()} tolerance {Number(detector.Tolerance)} temperature {Number(detector.Temperature)}");

    private static string Number(double? number) => number is not { } value ? "-" : value.ToString("G10", System.Globalization.CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}

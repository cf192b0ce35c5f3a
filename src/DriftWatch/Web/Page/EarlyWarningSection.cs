using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.EarlyWarning.Statistics;
using DriftWatch.Core.EarlyWarning.Watches;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;

namespace DriftWatch.Web.Page;

/// <summary>Early warnings of one series: what to look at, and the numbers behind it.</summary>
internal static class EarlyWarningSection
{
    public static void Write(HtmlWriter html, PageView view, SeriesSnapshot series)
    {
        if (series.EarlyWarning is not { } early) return;
        html.Add($"""<h3 id="early-warnings">Early warnings</h3>""");
        Warnings(html, view, early);
        if (early.Reference is not { } reference)
        {
            html.Add($"""<p class="muted">{Gathering(view, early)}</p>""");
            return;
        }

        html.Add($"""<p class="note">Against {Show.Stretch(reference.From, reference.To, view.Snapshot.Options)} UTC: {Show.Count(reference.Predictions)} predictions, {Show.Percent(reference.Completeness)} of them labeled, accuracy {Show.Percent(reference.Accuracy)}. Early warnings request nothing.</p>""");
        html.Add($"""<div class="scroll"><table class="early"><thead><tr><th scope="col">what</th><th scope="col" class="num">now</th><th scope="col" class="num">to compare</th><th scope="col" class="num">z</th></tr></thead><tbody>""");
        if (early.Predictions is { } predictions) Predictions(html, predictions, reference);
        if (early.Outcomes is { } outcomes) Outcomes(html, outcomes);
        if (early.Volume is { } volume) Row(html, "predictions in the newest hour", Show.Count(volume.Count), Show.Count((long)Math.Round(volume.Expected)), volume.Z);
        if (early.Labels is { } labels) Labels(html, labels);
        if (early.Latency is { } latency) Latency(html, latency);
        html.Add($"</tbody></table></div>");
        if (early.Scores is { } scores) Scores(html, scores);
    }

    private static void Warnings(HtmlWriter html, PageView view, EarlyWarningSnapshot early)
    {
        if (early.Warnings.Count == 0)
        {
            if (early.Reference is not null) html.Add($"""<p class="muted">No active warnings.</p>""");
            return;
        }

        html.Add($"""<ul class="warnings">""");
        foreach (var warning in early.Warnings) html.Add($"""<li>{warning.Sentence} <span class="muted">Since {Show.Moment(warning.Since, view.Snapshot.Options)}.</span></li>""");
        html.Add($"</ul>");
    }

    private static string Gathering(PageView view, EarlyWarningSnapshot early) => early.GatheringSince is { } since
        ? $"Collecting the reference: {Show.Count(early.Gathered)} labeled predictions since {Show.Moment(since, view.Snapshot.Options)}. Comparisons begin when it is complete."
        : "The reference is collected from the first window whose labels are in.";

    private static void Predictions(HtmlWriter html, PredictionReading reading, ReferenceSnapshot reference)
    {
        Row(html, "population stability index", Show.Ratio(reading.Comparison.Psi), $"{Show.Ratio(reading.Comparison.PsiNull)} by chance", reading.Z);
        Row(html, "expected accuracy, if calibration holds", Show.Percent(reading.Expected.Accuracy), Show.Percent(reference.Accuracy), reading.ExpectedZ);
    }

    private static void Outcomes(HtmlWriter html, OutcomeReading reading)
    {
        Row(html, "predictions that got their label", Show.Percent(reading.Completeness.Share), Show.Percent(reading.Completeness.Reference), reading.Completeness.Z);
        if (reading.Attribution is { } change)
            Row(html, $"accuracy: {Show.Points(change.Traffic)} points by traffic, {Show.Points(change.Calibration)} by calibration", Show.Percent(change.Accuracy), Show.Percent(change.ReferenceAccuracy), change.Z);
        if (reading.Coverage is { } sets) Row(html, "coverage of prediction sets", Show.Percent(sets.Coverage), $"{Show.Percent(1 - sets.Alpha)} promised", null);
    }

    private static void Labels(HtmlWriter html, LabelReading reading)
    {
        if (reading.Delay is { } delay)
        {
            Row(html, "median label delay", Durations.About(delay.Median), Durations.About(delay.ReferenceMedian), delay.Z);
            Row(html, "95 % of labels within", Durations.About(delay.P95), Durations.About(delay.ReferenceP95), delay.Z);
        }

        if (reading.Selection is { } selection)
            Row(html, "gap among the first tenth of labels, and the last", $"{Show.Points(selection.Buckets[0].Gap)}, {Show.Points(selection.Buckets[^1].Gap)}", Show.Nothing, selection.Z);
    }

    private static void Latency(HtmlWriter html, LatencyReading reading)
    {
        Row(html, "serving latency, p50", Show.Wait(reading.Now.P50.TotalSeconds), Show.Wait(reading.Reference.P50.TotalSeconds), reading.Z);
        Row(html, "serving latency, p95", Show.Wait(reading.Now.P95.TotalSeconds), Show.Wait(reading.Reference.P95.TotalSeconds), reading.Z);
    }

    private static void Scores(HtmlWriter html, ScoreStatistics scores) => html.Add(
        $"""<p class="note">Confidences of the newest mature window: from {scores.Least.Lower:0.000} to {scores.Greatest.Upper:0.000}, median {scores.Median.Lower:0.000} – {scores.Median.Upper:0.000}, mean {Show.Ratio(scores.Mean)}, standard deviation {Show.Ratio(scores.Deviation)}.</p>""");

    private static void Row(HtmlWriter html, string what, string now, string before, double? z) =>
        html.Add($"""<tr><th scope="row">{what}</th><td class="num">{now}</td><td class="num">{before}</td><td class="num">{(z is { } value ? $"{value:+0.0;−0.0;0.0}" : Show.Nothing)}</td></tr>""");
}

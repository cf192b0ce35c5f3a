using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;

namespace DriftWatch.Web.Page;

/// <summary>Where the sequential detector stands with a series: its evidence against what an alarm needs, what it says, and what it waits for.</summary>
internal static class EvidenceSection
{
    public static void Write(HtmlWriter html, PageView view, SeriesSnapshot series)
    {
        if (series.Detector is not { LogThreshold: { } needed } detector) return;
        var options = view.Snapshot.Options;
        html.Add($"""<div class="evidence" role="group" aria-labelledby="evidence-title"><h3 id="evidence-title">{Glossary.Link("Evidence")}</h3>""");
        if (detector.Waiting is { } waiting) html.Add($"""<p class="blocked" role="status"><strong>No decision yet.</strong> {waiting}</p>""");
        bool lasts = detector.LogRecoveryThreshold is not null;
        Strip(html, lasts ? "that it goes on" : "against the claims", detector.LogEvidence, needed, "alarm at");
        if (detector.LogRecoveryThreshold is { } over) Strip(html, "that it is over", detector.LogRecovery, over, "recovered at");
        html.Add($"""<dl class="numbers">""");
        Number(html, Glossary.Link("outcomes", "outcome"), EvidenceText.Direction(detector), Since(detector, options), "What outcomes do against the claims, as the strongest component of the evidence says");
        var (tolerated, means) = Tolerance(detector);
        Number(html, Glossary.Link("tolerance"), tolerated, means, "By how much outcomes may differ from claims before it counts");
        Number(html, Glossary.Link("dependence φ", "φ"), detector.Overdispersion is { } phi ? $"{phi:0.0#}" : "being learnt", Blocks(detector), "By how much outcomes vary more than independent ones would; the evidence is divided by it");
        Number(html, Glossary.Link("labels in", "label"), Show.Percent(detector.Completeness), "when panes are judged", "Labeled share of what was judged; missing labels are counted at their worst against an alarm");
        if (!lasts && detector.LogEvidenceIgnoringMissing is { } ignoring) Number(html, Glossary.Link("if missing were as the rest", "evidence"), $"ln E {Signed(ignoring)}", "what missing labels withhold", "The evidence if the missing labels were like the others");
        if (detector.LogEvidenceRelative is { } relative) Number(html, Glossary.Link("worse than before", "reference"), $"ln E {Signed(relative)}", relative >= needed ? "yes" : "not shown", "The evidence that outcomes differ from the claims more than in the reference");
        html.Add($"</dl>");
        if (series.ExplainedBy is { Count: > 0 } slices) html.Add($"""<p class="note">Mostly in {string.Join(", ", slices)}: without {(slices.Count == 1 ? "it" : "them")} less than half of the evidence is left.</p>""");
        if (EvidenceText.Promise(detector, options.For(series.Key.Model)) is { } promise) html.Add($"""<p class="note">{promise}</p>""");
        html.Add($"</div>");
    }

    private static void Strip(HtmlWriter html, string what, double? evidence, double needed, string mark) =>
        html.Add($"""<div class="strip"><span class="what">{what}</span>{EvidenceBar.Draw(evidence, needed)}<span class="value">ln E {Signed(evidence)}</span><span class="muted">{mark} {Signed(needed)}</span></div>""");

    private static (string Tolerated, string Means) Tolerance(DetectorSnapshot detector)
    {
        if (detector.Tolerance is not { } points) return ("being learnt", "from where the claims are");
        var band = new NullBand(points, detector.LogOddsTolerance ?? 0, form: detector.ToleranceForm ?? ToleranceForm.Sum);
        return (ToleranceText.Of(band), band.LogOddsTolerance > 0 ? ToleranceText.Examples(band) : "at any probability");
    }

    private static string Since(DetectorSnapshot detector, MonitorOptions options) =>
        detector.Onset is { } onset ? $"since {Show.Moment(onset, options)}{Show.Within(detector.OnsetInterval, options)}"
        : detector.WaitsFor == DetectorWait.None ? "no evidence against the claims"
        : "not judged yet";

    private static string Blocks(DetectorSnapshot detector) =>
        detector is { Block: { } block, Blocks: { } count } ? $"blocks of {Durations.About(block)}, {count} so far" : "outcomes taken as independent";

    private static string Signed(double? value) => value is { } v ? $"{v:0.0;−0.0;0.0}" : Show.Nothing;

    private static void Number(HtmlWriter html, Markup name, string value, string detail, string meaning) =>
        html.Add($"""<div title="{meaning}"><dt>{name}</dt><dd>{value}</dd><dd class="detail">{detail}</dd></div>""");
}

using System.Diagnostics;
using DriftWatch.Core.Comparison;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Web.Page;

/// <summary>A version beside the others of its model, on the requests that both have scored.</summary>
internal static class ComparisonSection
{
    public static void Write(HtmlWriter html, PageView view, SeriesSnapshot series)
    {
        var key = series.Key;
        var all = view.Snapshot.Monitor.Comparisons.Where(one => one.Model == key.Model && one.Slice == key.Slice && (one.Candidate == key.Version || one.Current == key.Version)).ToList();
        if (all.Count == 0 || !key.View.IsMain()) return;
        html.Add($"""<h3 id="comparison">Versions on the same requests</h3><div class="scroll"><table class="bins"><thead><tr><th scope="col">candidate against current</th><th scope="col" class="num">requests of the newest day</th><th scope="col" class="num">disagree</th><th scope="col" class="num">mean difference, points</th><th scope="col" class="num">labeled</th><th scope="col" class="num">log loss</th><th scope="col" class="num">gain at all times, nats</th><th scope="col">verdict</th></tr></thead><tbody>""");
        foreach (var one in all) Row(html, view, one);
        html.Add($"""</tbody></table></div><p class="note">A request counts for a day of event time whether or not it has its label; versions disagree where they predict another class, or their probabilities are more than compare.distance apart. The gain is by how much lower the candidate's log loss is; its interval holds however often it is looked at, and leaves 0 out where the evidence decides. Better and worse are said once, when the evidence passes its threshold ({Show.Percent(view.Snapshot.Options.For(key.Model).Compare.Alpha)} risk each, if days differ by no more than φ says).</p>""");
        Diagrams(html, view, all[0]);
    }

    private static void Row(HtmlWriter html, PageView view, VersionsCompared one)
    {
        var found = one.Found;
        html.Add($"""<tr><th scope="row"><bdi>{Show.Version(one.Candidate)}</bdi> <span class="muted">against <bdi>{Show.Version(one.Current)}</bdi></span></th><td class="num">{Show.Count(found.LastDay.Requests)}</td><td class="num">{Show.Percent(found.LastDay.Share)}{(found.DisagreesTooOften ? " (too often)" : "")}</td><td class="num">{Show.Points(found.LastDay.MeanDifference)}</td>""");
        html.Add($"""<td class="num">{Show.Count(found.Labeled)}</td><td class="num">{Loss(found.LogLossOfCurrent)} → {Loss(found.LogLossOfCandidate)}</td><td class="num">{(found.Gain is { } gain ? $"{gain.Lower:+0.0000;−0.0000;0} to {gain.Upper:+0.0000;−0.0000;0}" : Show.Nothing)}</td><td class="said">{Verdict(one, view.Snapshot.Options)}</td></tr>""");
    }

    private static string Verdict(VersionsCompared one, MonitorOptions options)
    {
        var found = one.Found;
        return found.Verdict switch
        {
            ComparisonVerdict.Better => $"the candidate is better, since {Show.Moment(found.BetterAt!.Value, options)}",
            ComparisonVerdict.Worse => $"the candidate is worse, since {Show.Moment(found.WorseAt!.Value, options)}",
            ComparisonVerdict.Open when found.Labeled == 0 => "no labels yet",
            ComparisonVerdict.Open when found.Span is { } span && span.To - span.From < options.For(one.Model).Compare.LeastSpan => $"open: labels span {Durations.Name(span.To - span.From)} of the {Durations.Name(options.For(one.Model).Compare.LeastSpan)} that are asked for",
            ComparisonVerdict.Open => $"open: evidence {Math.Exp(Math.Min(99, Math.Max(found.LogBetter!.Value, found.LogWorse!.Value))):0.#} of {Math.Exp(found.LogThreshold):0}",
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Both in the same width and on the same axes.</summary>
    private static void Diagrams(HtmlWriter html, PageView view, VersionsCompared one)
    {
        html.Add($"""<div class="two">""");
        foreach (var (version, name, id) in ((string, string, string)[])[(one.Current, "current", "reliability-current"), (one.Candidate, "candidate", "reliability-candidate")])
        {
            var windows = view.Snapshot.Monitor.Series.FirstOrDefault(series => series.Key.Model == one.Model && series.Key.Version == version && series.Key.Slice == one.Slice && series.Key.View.IsMain())?.Windows;
            var window = windows is not null && view.Selection.Width < windows.Count ? windows[view.Selection.Width].NewestMature : null;
            html.Add($"""<figure><figcaption><h3>{name}: <bdi>{Show.Version(version)}</bdi></h3> <span class="key">{(window is null ? "" : $"{Show.Stretch(window.Start, window.End, view.Snapshot.Options)} UTC · ECE {Show.Ratio(window.Metrics.Ece)}, gap {Show.Points(window.Metrics.Gap)}")}</span></figcaption>""");
            if (window is { Labeled: > 0 }) html.Add($"{ReliabilityDiagramSvg.Draw(window, fullScale: true, id)}");
            else html.Add($"""<div class="blank small"><p>No mature window of this width has labeled predictions yet.</p></div>""");
            html.Add($"</figure>");
        }

        html.Add($"</div>");
    }

    private static string Loss(double? value) => value is { } loss ? $"{loss:0.0000}" : Show.Nothing;
}

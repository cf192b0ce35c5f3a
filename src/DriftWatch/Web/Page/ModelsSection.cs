using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Windowing;
using DriftWatch.Json;
using System.Diagnostics;

namespace DriftWatch.Web.Page;

/// <summary>The table of models and versions, worst first: what a person on call looks at.</summary>
internal static class ModelsSection
{
    /// <summary>Most rows; a fleet beyond it belongs on a dashboard.</summary>
    private const int MostRows = 200;

    public static void Write(HtmlWriter html, PageView view)
    {
        var fleet = view.Selection.Fleet;
        var listed = fleet.Sorted(view.Snapshot.Monitor.Series.Where(fleet.Lists), series => view.JudgedWindows(series)?.NewestMature).ToList();
        var rows = listed.Take(MostRows).ToList();
        var acrossVersions = view.Snapshot.Monitor.Models.SelectMany(model => model.AcrossVersions.Where(across => fleet.Lists(model.Model, across)).Select(across => (model.Model, Across: across, Drifts: CalibrationStates.Of(across) == CalibrationState.Drifting))).ToLookup(one => one.Drifts);
        html.Add($"""<section id="models" aria-labelledby="models-title"><h2 id="models-title">Models</h2>""");
        FleetForm.Write(html, view, listed.Count);
        bool evidence = rows.Any(s => s.Detector?.LogThreshold is not null);
        html.Add($"""<div class="scroll"><table class="models"><thead><tr>""");
        Head(html, view, FleetOrder.Model, "model", "", Markup.Empty);
        html.Add($"""<th scope="col">version</th>""");
        Head(html, view, FleetOrder.State, "state", "Worst first", Markup.Empty);
        Head(html, view, FleetOrder.Ece, "ECE", "Expected calibration error of the newest mature window", new(" class=\"wide\""), "beside its noise floor and 95 % interval");
        if (evidence) Head(html, view, FleetOrder.Evidence, "evidence", "ln evidence of the sequential detector; the line is what an alarm needs, the tick a hundredth of it", new(" class=\"evidence-column\""));
        Head(html, view, FleetOrder.Gap, "gap, points", "Mean confidence minus base rate, in percentage points; above 0 the claims are too high", Number);
        Head(html, view, FleetOrder.Labeled, "labeled", "Labeled predictions of the newest mature window", Number);
        Head(html, view, FleetOrder.Coverage, "coverage", "Share of the window's predictions that have their label", Number);
        html.Add($"""<th scope="col" class="num" title="Predictions waiting for their label, over all versions of the model">waiting</th>""");
        Head(html, view, FleetOrder.Newest, "newest label", "", Markup.Empty);
        html.Add($"""<th scope="col" title="ECE of the newest window, at the share of labels that have come">provisional</th></tr></thead><tbody>""");
        double scale = BulletScale(view, rows);
        foreach (var (model, across, _) in acrossVersions[true]) Row(html, model, across, evidence);
        foreach (var series in rows) Row(html, view, series, scale, evidence);
        foreach (var (model, across, _) in acrossVersions[false]) Row(html, model, across, evidence);
        html.Add($"</tbody></table></div>");
        if (listed.Count == 0 && acrossVersions.Count == 0) html.Add($"""<p class="note">Nothing matches. <a data-live href="{view.Selection.Link(view.Snapshot.Options.Windows, FleetFilter.None)}">Show all models</a></p>""");
        if (listed.Count > rows.Count) html.Add($"""<p class="note">{Show.Count(listed.Count - rows.Count)} more are not shown: narrow the search, or ask <a href="api/v1/models?pretty">the API</a>, which lists all.</p>""");
        Undeclared(html, view);
        html.Add($"</section>");
    }

    private static readonly Markup Number = new(" class=\"num\"");

    /// <summary>The head of a column that the table can be in the order of: a link that orders by it, and turns the order round where it does already.</summary>
    private static void Head(HtmlWriter html, PageView view, FleetOrder order, string name, string meaning, Markup style, string legend = "")
    {
        var fleet = view.Selection.Fleet;
        bool chosen = fleet.Order == order;
        // Names begin at A; all else begins with what is worst, largest or newest.
        bool descends = order != FleetOrder.Model != fleet.Reversed;
        string link = view.Selection.Link(view.Snapshot.Options.Windows, fleet with { Order = order, Reversed = chosen && !fleet.Reversed });
        Markup sorted = chosen ? new(descends ? " aria-sort=\"descending\"" : " aria-sort=\"ascending\"") : Markup.Empty;
        html.Add($"""<th scope="col"{style}{sorted} title="{meaning}"><a data-live class="sort" href="{link}">{name}</a>{(legend.Length == 0 ? Markup.Empty : HtmlWriter.Of(more => more.Add($""" <span class="legend">{legend}</span>""")))}</th>""");
    }

    /// <summary>What was read as negative though nobody declared it.</summary>
    private static void Undeclared(HtmlWriter html, PageView view)
    {
        foreach (var model in view.Snapshot.Monitor.Models.Where(model => model.Undeclared is { Negative.Count: > 0 } or { Others: > 0 }))
        {
            var labels = model.Undeclared!;
            html.Add($"""<p class="{(labels.Doubt is null ? "note" : "note warned")}">Labels of <bdi>{model.Model}</bdi> seen as negative: <bdi>{labels.Summary}</bdi>; as positive: <bdi>{labels.Positive}</bdi> {Show.Count(labels.Positives)}.{(labels.Doubt is { } doubt ? $" {doubt}." : "")}</p>""");
        }
    }

    private static void Row(HtmlWriter html, PageView view, SeriesSnapshot series, double scale, bool evidence)
    {
        var windows = view.JudgedWindows(series);
        var window = windows?.NewestMature;
        var metrics = window?.Metrics;
        var (key, rule) = (series.Key, view.Snapshot.Options.For(series.Key.Model).Threshold);
        bool chosen = view.Selection.Series?.Key is { } shown && shown.Model == key.Model && shown.Version == key.Version && shown.View.Main() == key.View && (!view.Selection.Fleet.Lists(view.Selection.Series) || shown.Slice == key.Slice);
        string link = view.Selection.Link(view.Snapshot.Options.Windows, series);
        html.Add($"""<tr{(chosen ? ChosenRow : Markup.Empty)}><th scope="row"><a href="{link}" data-live><bdi>{key.Model}</bdi>{(key.Slice is { } slice ? HtmlWriter.Of(of => of.Add($""" <span class="slice"><bdi>{slice.ToString()}</bdi></span>""")) : Markup.Empty)}</a></th>""");
        html.Add($"""<td class="version" data-label="version"><bdi>{Show.Version(key.Version)}</bdi></td><td data-label="state">{Chip(series)}</td>""");
        html.Add($"""<td class="wide" data-label="ECE">{Bullet(window, rule.MinLabeled, view.Snapshot.Options.For(key.Model).Rule.JudgesWindows ? rule.Raise : null, scale)}</td>""");
        if (evidence) html.Add($"""<td class="evidence-column" data-label="evidence">{Evidence(series)}</td>""");
        html.Add($"""<td class="num" data-label="gap, points">{Show.Points(metrics?.Gap)}</td><td class="num" data-label="labeled">{(window is null ? Show.Nothing : Show.Count(window.Labeled))}</td><td class="num" data-label="coverage">{Show.Percent(metrics?.Coverage)}</td>""");
        html.Add($"""<td class="num" data-label="waiting">{(key.Slice is null ? Waiting(view, series) : Show.Nothing)}</td><td class="time" data-label="newest label" title="{Show.Time(series.LastMatch)} UTC">{Newest(view, series)}</td><td class="time" data-label="provisional">{Provisional(view, windows)}</td></tr>""");
    }

    /// <summary>A model over all its versions: judged, and nothing else is kept of it.</summary>
    private static void Row(HtmlWriter html, string model, AcrossVersionsSnapshot across, bool evidence)
    {
        html.Add($"""<tr><th scope="row"><bdi>{model}</bdi></th><td class="version" data-label="version" title="Judged pane by pane by the version that leads, now {Show.Version(across.Leader ?? "")}: finds what no version lives long enough to show">all versions</td><td data-label="state">{Chip(CalibrationStates.Of(across), across.State, across.Detector.WaitsFor)}</td>""");
        html.Add($"""<td class="wide none"><span class="muted">{Show.Nothing}</span></td>""");
        if (evidence) html.Add($"""<td class="evidence-column" data-label="evidence">{Evidence(across.Detector)}</td>""");
        html.Add($"""<td class="num none">{Show.Nothing}</td><td class="num none">{Show.Nothing}</td><td class="num none">{Show.Nothing}</td><td class="num none">{Show.Nothing}</td><td class="time none">{Show.Nothing}</td><td class="time none">{Show.Nothing}</td></tr>""");
    }

    /// <summary>The detector's bar, or why there is none.</summary>
    public static Markup Evidence(SeriesSnapshot series) => Evidence(series.Detector);

    private static Markup Evidence(DetectorSnapshot? state) => state switch
    {
        { LogThreshold: { } needed } detector when detector.WaitsFor is DetectorWait.None or DetectorWait.MissingLabels => EvidenceBar.Draw(detector.LogEvidence, needed),
        { Waiting: { } waiting } => HtmlWriter.Of(html => html.Add($"""<small class="muted" title="{waiting}">learning</small>""")),
        _ => HtmlWriter.Of(html => html.Add($"""<span class="muted">{Show.Nothing}</span>""")),
    };

    private static readonly Markup ChosenRow = new(" class=\"chosen\" aria-current=\"true\"");

    /// <summary>The state in a word, a shape and a colour: any one of them is enough.</summary>
    public static Markup Chip(SeriesSnapshot series) => Chip(CalibrationStates.Of(series), series.State, series.Detector?.WaitsFor);

    private static Markup Chip(CalibrationState state, EpisodeState episode, DetectorWait? waitsFor)
    {
        string sign = state switch
        {
            CalibrationState.Calibrated => "●",
            CalibrationState.Warning => "◆",
            CalibrationState.Drifting => "▲",
            CalibrationState.WarmingUp or CalibrationState.InsufficientData => "○",
            _ => throw new UnreachableException(),
        };
        return HtmlWriter.Of(html => html.Add($"""<span class="chip {state.Name()}" title="episode: {Show.Episode(episode)}"><span aria-hidden="true">{sign}</span> {Show.State(state, waitsFor)}</span>"""));
    }

    /// <summary>ECE as a bar over its noise floor, with the interval as a whisker and the threshold as a tick.</summary>
    public static Markup Bullet(WindowSnapshot? window, int minLabeled, double? raise, double scale)
    {
        if (window?.Metrics is not { Ece: { } ece } metrics) return HtmlWriter.Of(html => html.Add($"""<span class="muted">{Show.Nothing}</span>"""));
        bool thin = window.Labeled < minLabeled;
        double X(double value) => Math.Clamp(value / scale, 0, 1) * 200;
        return HtmlWriter.Of(html =>
        {
            html.Add($"""<span class="bullet{(thin ? " thin" : "")}"><span class="value">{Show.Ratio(ece)}</span><svg viewBox="0 0 200 18" preserveAspectRatio="none" role="img" aria-label="noise floor {Show.Ratio(metrics.EceNull)}, interval {Show.Interval(metrics.EceLower, metrics.EceUpper)}">""");
            html.Add($"""<title>ECE {Show.Ratio(ece)}; by chance alone {Show.Ratio(metrics.EceNull)}; 95 %: {Show.Interval(metrics.EceLower, metrics.EceUpper)}</title><rect class="track" x="0" y="3" width="200" height="12"/>""");
            html.Add($"""<rect class="floor" x="0" y="3" width="{X(metrics.EceNull ?? 0):0.##}" height="12"/><rect class="ece" x="0" y="6" width="{X(ece):0.##}" height="6"/>""");
            if (metrics is { EceLower: { } low, EceUpper: { } high }) html.Add($"""<path class="whisker" d="M{X(low):0.##} 9H{X(high):0.##}M{X(low):0.##} 5v8M{X(high):0.##} 5v8"/>""");
            if (raise is { } limit && limit <= scale) html.Add($"""<path class="limit" d="M{X(limit):0.##} 0v18"/>""");
            html.Add($"""</svg><span class="floor-value" title="noise floor: what chance alone shows">{Show.Ratio(metrics.EceNull)}</span></span>""");
        });
    }

    /// <summary>One scale for all rows, so that lengths compare.</summary>
    private static double BulletScale(PageView view, List<SeriesSnapshot> rows)
    {
        double most = 0.02;
        foreach (var series in rows)
        {
            var metrics = view.JudgedWindows(series)?.NewestMature?.Metrics;
            most = Math.Max(most, Math.Max((metrics?.Ece ?? 0) * 1.25, view.Snapshot.Options.For(series.Key.Model).Threshold.Raise * 1.2));
        }

        return Math.Min(1, most);
    }

    private static string Waiting(PageView view, SeriesSnapshot series) =>
        view.Snapshot.Monitor.Models.FirstOrDefault(m => m.Model == series.Key.Model) is { } model ? Show.Count(model.Pending) : Show.Nothing;

    /// <summary>Event time of the newest label, short where it is of the watermark's day.</summary>
    private static string Newest(PageView view, SeriesSnapshot series) =>
        series.LastMatch is not { } time ? Show.Nothing
        : time.FloorTo(TimeSpan.FromDays(1)) == view.Snapshot.Monitor.Watermark?.FloorTo(TimeSpan.FromDays(1)) ? $"{time.ToDateTimeOffset():HH:mm:ss}"
        : Show.Moment(time, view.Snapshot.Options);

    private static Markup Provisional(PageView view, WindowSeries? windows)
    {
        var last = windows?.History is [.., var newest] ? newest : null;
        return HtmlWriter.Of(html =>
        {
            if (last is null || last.Mature) html.Add($"""<span class="muted">{Show.Nothing}</span>""");
            else html.Add($"""<span class="muted" title="{Show.Stretch(last.Start, last.End, view.Snapshot.Options)}: {Show.Percent(last.Metrics.Coverage, 0)} of the labels have come, so this is not judged">{Show.Ratio(last.Metrics.Ece)} <small>at {Show.Percent(last.Metrics.Coverage, 0)}</small></span>""");
        });
    }
}

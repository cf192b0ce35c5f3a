using DriftWatch.Core.Calibration;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;
using DriftWatch.Json;

namespace DriftWatch.Web.Page;

/// <summary>One series in full: verdict, reliability diagram, numbers, history, slices.</summary>
internal static class SeriesSection
{
    public static void Write(HtmlWriter html, PageView view)
    {
        if (view.Selection.Series is not { } series) return;
        var window = view.Selection.Window;
        html.Add($"""<section id="series" class="series {CalibrationStates.Of(series).Name()}" aria-labelledby="series-title"><div class="title"><h2 id="series-title"><bdi>{series.Key.Model}</bdi> <span class="version"><bdi>{Show.Version(series.Key.Version)}</bdi></span>""");
        if (series.Key.Slice is { } slice) html.Add($""" <span class="slice"><bdi>{slice.ToString()}</bdi></span>""");
        html.Add($"""</h2>{(series.IsJudged ? ModelsSection.Chip(series) : Markup.Empty)}<span class="muted">{Show.View(series.Key)}</span>""");
        if (!series.Key.IsWhole) html.Add($"""<a data-live href="{view.Selection.Link(view.Snapshot.Options.Windows, Whole(view, series))}">whole model</a>""");
        html.Add($"""</div><p class="verdict">{Sentences.Verdict(series, view.Snapshot)}</p>""");
        Waits(html, view, series);
        EvidenceSection.Write(html, view, series);
        WindowChoice(html, view);
        html.Add($"""<div class="two"><div class="left">""");
        Diagram(html, view, window);
        html.Add($"""</div><div class="right">""");
        if (window is not null) Numbers(html, view, series, window);
        Trend(html, view);
        html.Add($"</div></div>");
        if (window is { Labeled: > 0 })
        {
            MetricTable.Write(html, window);
            BinTable(html, window);
        }

        VersionsSection.Write(html, view, series);
        ComparisonSection.Write(html, view, series);
        SourcesSection.Write(html, view, series);
        LatencySection.Write(html, view, series);
        EarlyWarningSection.Write(html, view, series);
        ViewsSection.Write(html, view, series);
        SlicesSection.Write(html, view, series);
        html.Add($"</section>");
    }

    private static SeriesSnapshot Whole(PageView view, SeriesSnapshot series) =>
        view.Snapshot.Monitor.Series.FirstOrDefault(s => s.Key == series.Key with { Slice = null, View = series.Key.View.Main(), Class = null }) ?? series;

    private static void Waits(HtmlWriter html, PageView view, SeriesSnapshot series)
    {
        string? labels = Sentences.NeedsLabels(series, view.JudgedWindows(series)?.NewestMature, view.Snapshot);
        string? waits = Sentences.WaitsFor(series, view.Selection.Windows, view.Snapshot);
        if (labels is null && waits is null) return;
        html.Add($"""<p class="waits">{string.Join(' ', new[] { labels, waits }.OfType<string>())}</p>""");
    }

    private static void WindowChoice(HtmlWriter html, PageView view)
    {
        var selection = view.Selection;
        var widths = view.Snapshot.Options.Windows;
        html.Add($"""<nav class="choice" aria-label="Which window"><span class="group" role="group" aria-label="Width">""");
        for (int i = 0; i < widths.Count; i++) Choice(html, Durations.Name(widths[i]), selection.Link(widths, width: i, which: IsOneWindow(selection) ? Selection.Mature : null), i == selection.Width && selection.Which != Selection.Total);
        html.Add($"""</span><span class="group" role="group" aria-label="Window">""");
        Choice(html, "newest mature", selection.Link(widths, which: Selection.Mature), selection.Which == Selection.Mature);
        Choice(html, "provisional", selection.Link(widths, which: Selection.Latest), selection.Which == Selection.Latest);
        Choice(html, "all since start", selection.Link(widths, which: Selection.Total), selection.Which == Selection.Total);
        html.Add($"""</span><span class="group" role="group" aria-label="Axes">""");
        Choice(html, "axes 0 to 1", selection.Link(widths, fullScale: true), selection.FullScale);
        Choice(html, "axes over the data", selection.Link(widths, fullScale: false), !selection.FullScale);
        html.Add($"</span>");
        if (selection.Window is { } window) html.Add($"""<span class="stretch">{Show.Stretch(window.Start, window.End, view.Snapshot.Options)} UTC{(window.Mature || selection.Which == Selection.Total ? "" : ", labels still come")}</span>""");
        if (selection.Window is { Labeled: > 0 })
        {
            string query = selection.Link(widths);
            html.Add($"""<span class="stretch">Take away: <a href="window.svg{query}" download>SVG</a> <a href="window.json{query}" download>JSON</a></span>""");
        }

        html.Add($"</nav>");
    }

    private static bool IsOneWindow(Selection selection) => selection.Which is not (Selection.Mature or Selection.Latest or Selection.Total);

    private static void Choice(HtmlWriter html, string name, string link, bool chosen) =>
        html.Add($"""<a data-live href="{link}"{(chosen ? Current : Markup.Empty)}>{name}</a>""");

    private static readonly Markup Current = new(" aria-current=\"true\"");

    private static void Diagram(HtmlWriter html, PageView view, WindowSnapshot? window)
    {
        html.Add($"""<figure><figcaption><h3>{Glossary.Link("Reliability", "reliability diagram")}</h3> <span class="key"><span class="swatch over"></span>{Glossary.Link("claims", "claim")} too high <span class="swatch under"></span>claims too low · whiskers: 95 %, a coloured point is beyond them</span></figcaption>""");
        if (window is { Labeled: > 0 })
        {
            html.Add($"{ReliabilityDiagramSvg.Draw(window, view.Selection.FullScale)}");
        }
        else
        {
            html.Add($"""<div class="blank"><p><strong>No labeled predictions to draw yet.</strong></p><p>The diagram appears when predictions of this window have met their labels.{(view.Selection.Which == Selection.Mature ? " Meanwhile “provisional” shows what has come so far." : "")}</p></div>""");
        }

        html.Add($"</figure>");
    }

    private static void Numbers(HtmlWriter html, PageView view, SeriesSnapshot series, WindowSnapshot window)
    {
        var m = window.Metrics;
        int needed = view.Snapshot.Options.For(series.Key.Model).Threshold.MinLabeled;
        html.Add($"""<dl class="numbers{(window.Labeled < needed ? " thin" : "")}">""");
        Number(html, Glossary.Link("ECE"), Show.Ratio(m.Ece), $"95 %: {Show.Interval(m.EceLower, m.EceUpper)}", "Expected calibration error over 15 equal-width bins", "big");
        Number(html, Glossary.Link("noise floor"), Show.Ratio(m.EceNull), "what chance alone shows", "ECE that a perfectly calibrated model would show on average with these confidences", "big");
        Number(html, Glossary.Link("gap"), Show.Points(m.Gap) + (m.Gap is null ? "" : " points"), m.GapLower is null ? "" : $"95 %: {Show.Points(m.GapLower)} to {Show.Points(m.GapUpper)}", "Mean confidence minus base rate", "big");
        if (series.GapAtAllTimes is { } always) Number(html, Glossary.Link("gap at all times", "gap"), $"{Show.Points(always.Lower)} to {Show.Points(always.Upper)}", "points, since the version began", "A 95 % interval for the mean gap since the version began that holds at all times together, however often it is looked at", "");
        Number(html, Glossary.Link("labeled", "labeled prediction"), Show.Count(window.Labeled), $"of {Show.Count(window.Predictions)}, {Show.Percent(m.Coverage)}", "Predictions of the window that have their label", "");
        if (m[WindowMetrics.EffectiveN] is { } effective && effective < window.Labeled) Number(html, Glossary.Link("effective", "weight"), Show.Count((long)Math.Round(effective)), "labels of equal weight", "Labels were asked for by chance: as how many labels of equal weight they tell", "");
        Number(html, Glossary.Link("base rate"), Show.Percent(m.BaseRate), $"claimed {Show.Percent(m.MeanConfidence)}", "Share of outcomes that came true, and the mean confidence", "");
        Number(html, Glossary.Link("largest gap", "MCE"), Show.Percent(m.Mce), "of one bin (MCE)", "Largest absolute gap of a bin with at least 30 labeled predictions", "");
        Number(html, Glossary.Link("Brier"), m.Brier is { } brier ? $"{brier:0.0000}" : Show.Nothing, $"log loss {(m.LogLoss is { } loss ? $"{loss:0.0000}" : Show.Nothing)}", "Mean squared error of the probabilities, and mean log loss in nats", "");
        if (m.ClasswiseEce is { } classes) Number(html, Glossary.Link("class-wise ECE", "ECE"), Show.Ratio(classes), "mean over the classes", "Mean over all watched classes of the ECE of one class against the rest", "");
        html.Add($"</dl>");
    }

    private static void Number(HtmlWriter html, Markup name, string value, string detail, string meaning, string style) =>
        html.Add($"""<div class="{style}" title="{meaning}"><dt>{name}</dt><dd>{value}</dd><dd class="detail">{detail}</dd></div>""");

    private static void Trend(HtmlWriter html, PageView view)
    {
        html.Add($"""<figure><figcaption><h3>ECE over time</h3> <span class="key"><span class="swatch floor"></span>{Glossary.Link("noise floor")} <span class="swatch interval"></span>95 % interval <span class="swatch episode"></span>{Glossary.Link("episode")} · hollow: {Glossary.Link("provisional")}, labels still come</span></figcaption>""");
        var drawing = TrendSvg.Draw(view.Selection, view.Snapshot);
        if (drawing == Markup.Empty) html.Add($"""<div class="blank small"><p>No window of this width has labeled predictions yet.</p></div>""");
        else html.Add($"{drawing}");
        html.Add($"</figure>");
    }

    private static void BinTable(HtmlWriter html, WindowSnapshot window)
    {
        html.Add($"""<details><summary>The numbers behind the diagram</summary><div class="scroll"><table class="bins"><thead><tr><th scope="col">bin</th><th scope="col" class="num">predictions</th><th scope="col" class="num">claimed</th><th scope="col" class="num">observed</th><th scope="col" class="num">95 %</th><th scope="col" class="num">gap, points</th></tr></thead><tbody>""");
        foreach (var bin in window.Bins)
        {
            if (bin.Count == 0) continue;
            double claimed = bin.Claimed, observed = bin.Observed;
            var (low, high) = bin.ObservedInterval();
            html.Add($"""<tr><th scope="row">{bin.Lower:0.000} – {bin.Upper:0.000}</th><td class="num">{Show.Count(bin.Count)}</td><td class="num">{Show.Percent(claimed)}</td><td class="num">{Show.Percent(observed)}</td><td class="num">{Show.Percent(low)} – {Show.Percent(high)}</td><td class="num">{Show.Points(claimed - observed)}</td></tr>""");
        }

        html.Add($"</tbody></table></div></details>");
    }
}

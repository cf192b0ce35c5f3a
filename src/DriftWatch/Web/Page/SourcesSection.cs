using DriftWatch.Core.Agreement;
using DriftWatch.Core.Monitoring;

namespace DriftWatch.Web.Page;

/// <summary>Who has labeled a model version's predictions, and what its judges are worth.</summary>
internal static class SourcesSection
{
    public static void Write(HtmlWriter html, PageView view, SeriesSnapshot series)
    {
        if (series.Sources is not { } sources) return;
        html.Add($"""<h3 id="sources">Who says so</h3><div class="scroll"><table class="bins"><thead><tr><th scope="col">source, most trusted first</th><th scope="col" class="num">labeled</th><th scope="col" class="num">with a trusted label</th><th scope="col" class="num">true positives</th><th scope="col" class="num">false positives</th><th scope="col" class="num">kappa</th><th scope="col" class="num">base rate corrected for the judge</th></tr></thead><tbody>""");
        foreach (var (source, labeled, judge) in sources.Sources)
        {
            html.Add($"""<tr><th scope="row"><bdi>{source.Name}</bdi> <span class="muted">{(source.IsJudge ? "judge" : "trusted")}</span></th><td class="num">{Show.Count(labeled)}</td>""");
            if (judge is null) html.Add($"""<td class="num" colspan="5"></td></tr>""");
            else html.Add($"""<td class="num">{Show.Count(judge.Table.Count)}</td><td class="num">{Share(judge.TruePositiveRate)}</td><td class="num">{Share(judge.FalsePositiveRate)}</td><td class="num">{Kappa(judge.Kappa)}</td><td class="num" title="of {Show.Count(judge.Table.Alone)} predictions that only the judge labeled; as it says, {Share(judge.Observed)}">{Share(judge.Corrected)}</td></tr>""");
        }

        html.Add($"""<tr><th scope="row">others <span class="muted">least trusted</span></th><td class="num">{Show.Count(sources.Unlisted)}</td><td class="num" colspan="5"></td></tr></tbody></table></div>""");
        html.Add($"""<p class="note">Since the start, with 95 % intervals; a judge is measured where a trusted source has labeled too, each prediction counting as one, and that holds for all if what those label does not depend on what the judge said. The corrected base rate is that of predictions which only the judge labeled; no detector sees it.</p>""");
        if (view.Snapshot.Monitor.Models.FirstOrDefault(model => model.Model == series.Key.Model)?.UnknownSources is { Count: > 0 } unknown)
            html.Add($"""<p class="note">Labels name sources that labelSources of no model has: <bdi>{string.Join(", ", unknown)}</bdi>. They come last, as labels without a source do; put them into the list, or mend the name.</p>""");
    }

    private static string Share(Estimate? estimate) =>
        estimate is not { } known ? Show.Nothing : $"{Show.Percent(known.Value)} ({Show.Percent(known.Interval.Lower)} – {Show.Percent(known.Interval.Upper)})";

    private static string Kappa(Estimate? estimate) =>
        estimate is not { } known ? Show.Nothing : FormattableString.Invariant($"{known.Value:0.00} ({known.Interval.Lower:0.00} – {known.Interval.Upper:0.00})");
}

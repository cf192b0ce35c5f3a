using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Json;
using DriftWatch.Pipeline;

namespace DriftWatch.Web.Page;

/// <summary>Whether records come in, and what becomes of them.</summary>
internal static class PipelineSection
{
    public static void Write(HtmlWriter html, PageView view)
    {
        html.Add($"""<section id="pipeline" aria-labelledby="pipeline-title"><h2 id="pipeline-title">Pipeline</h2><div class="cards">""");
        foreach (var stream in view.Snapshot.Streams) Stream(html, view, stream);
        Join(html, view.Snapshot);
        Commits(html, view);
        Output(html, view.Snapshot);
        Answers(html, view.Snapshot);
        html.Add($"</div></section>");
    }

    private static void Stream(HtmlWriter html, PageView view, StreamSnapshot stream)
    {
        long lag = stream.Partitions.Sum(p => p.Lag);
        long rejected = stream.Rejected.Values.Sum();
        html.Add($"""<div class="card"><h3>{stream.Name} <code>{stream.Topic}</code></h3><dl class="pairs">""");
        Pair(html, "records", Show.Count(stream.Records));
        Pair(html, "rate", view.Rates.TryGetValue(stream.Topic, out double rate) ? Show.Rate(rate) + " /s" : Show.Nothing);
        Pair(html, "lag", Show.Count(lag) + (lag > 0 ? " records" : ""));
        Pair(html, "partitions", stream.TopicPartitions > 0 ? $"{stream.Partitions.Count} of {stream.TopicPartitions}" : stream.Partitions.Count.ToString());
        Pair(html, "watermark", Show.Time(stream.Watermark));
        if (stream.Filtered > 0) Pair(html, "filtered", Show.Count(stream.Filtered));
        Pair(html, "rejected", Show.Count(rejected), rejected > 0);
        Pair(html, "dead letters", Show.Count(stream.DeadLetters));
        if (stream.LostRecords > 0) Pair(html, "lost to retention", Show.Count(stream.LostRecords), true);
        html.Add($"</dl>");
        if (rejected > 0) Shares(html, "Rejected by reason", stream.Rejected.Select(one => (one.Key.Name(), one.Value)), rejected);
        if (stream.Partitions.Count > 0) Partitions(html, view, stream);
        html.Add($"</div>");
    }

    private static void Shares(HtmlWriter html, string what, IEnumerable<(string Reason, long Count)> reasons, long all)
    {
        html.Add($"""<ul class="reasons" aria-label="{what}">""");
        foreach (var (reason, count) in reasons.Where(r => r.Count > 0).OrderByDescending(r => r.Count))
        {
            html.Add($"""<li><span class="reason">{reason}</span><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="6"/><rect class="share" width="{Math.Max(1, 100.0 * count / all):0.#}" height="6"/></svg><span class="num">{Show.Count(count)}</span></li>""");
        }

        html.Add($"</ul>");
    }

    private static void Partitions(HtmlWriter html, PageView view, StreamSnapshot stream)
    {
        html.Add($"""<details><summary>partitions</summary><div class="scroll"><table><thead><tr><th scope="col" class="num">#</th><th scope="col" class="num">position</th><th scope="col" class="num">log end</th><th scope="col" class="num">lag</th><th scope="col">last record</th></tr></thead><tbody>""");
        foreach (var p in stream.Partitions)
        {
            html.Add($"""<tr><th scope="row" class="num">{p.Partition}</th><td class="num">{Show.Count(p.Position)}</td><td class="num">{(p.LogEnd < 0 ? "unknown" : Show.Count(p.LogEnd))}</td><td class="num">{Show.Count(p.Lag)}</td><td>{Show.Ago(p.LastRecordAt, view.Now)}{(p.Idle ? ", idle" : "")}</td></tr>""");
        }

        html.Add($"</tbody></table></div></details>");
    }

    private static void Join(HtmlWriter html, ServiceSnapshot snapshot)
    {
        var join = snapshot.Monitor.Join;
        double filled = snapshot.Options.MaxPending > 0 ? 100.0 * (join.Pending + join.WaitingLabels) / snapshot.Options.MaxPending : 0;
        html.Add($"""<div class="card"><h3>join</h3><dl class="pairs">""");
        Pair(html, "matched", Show.Count(join.Matched));
        Pair(html, "waiting for a label", Show.Count(join.Pending));
        Pair(html, "labels waiting", Show.Count(join.WaitingLabels));
        Pair(html, "buffer", $"{filled:0.#} % of {Show.Count(snapshot.Options.MaxPending)}", filled > 80);
        Pair(html, "expired", Show.Count(join.Expired));
        Pair(html, "orphaned labels", Show.Count(join.Orphaned));
        Pair(html, "duplicates", $"{Show.Count(join.DuplicatePredictions)} + {Show.Count(join.DuplicateLabels)}");
        Pair(html, "late", $"{Show.Count(join.LatePredictions)} + {Show.Count(join.LateLabels)}", join.LatePredictions + join.LateLabels > 0);
        Pair(html, "corrected", Show.Count(join.Corrected));
        Pair(html, "evicted", Show.Count(join.Evicted), join.Evicted > 0);
        if (snapshot.Monitor.Refused > 0) Pair(html, "in no window", Show.Count(snapshot.Monitor.Refused), true);
        html.Add($"</dl>");
        ByModel(html, snapshot);
        html.Add($"</div>");
    }

    /// <summary>What became of the records of each model: a wrong lead or horizon is read off here.</summary>
    private static void ByModel(HtmlWriter html, ServiceSnapshot snapshot)
    {
        html.Add($"""<details><summary>by model</summary><div class="scroll"><table><thead><tr><th scope="col">model</th><th scope="col" class="num">unlabeled</th><th scope="col" class="num">duplicates</th><th scope="col" class="num">late</th><th scope="col" class="num">orphaned labels</th><th scope="col">why</th></tr></thead><tbody>""");
        foreach (var model in snapshot.Monitor.Models)
        {
            html.Add($"""<tr><th scope="row"><bdi>{model.Model}</bdi></th><td class="num">{Show.Count(model.Expired)}</td><td class="num">{Show.Count(model.Duplicates)}</td><td class="num">{Show.Count(model.Late)}</td><td class="num">{Show.Count(model.Orphans.Total)}</td><td>{OrphanText.Of(model.Orphans)}</td></tr>""");
        }

        if (snapshot.Monitor.Orphans.Total > 0)
        {
            html.Add($"""<tr><th scope="row">no model</th><td></td><td></td><td></td><td class="num">{Show.Count(snapshot.Monitor.Orphans.Total)}</td><td>{OrphanText.Of(snapshot.Monitor.Orphans)}</td></tr>""");
        }

        html.Add($"</tbody></table></div></details>");
    }

    private static void Commits(HtmlWriter html, PageView view)
    {
        var snapshot = view.Snapshot;
        var durations = snapshot.CommitDurations;
        html.Add($"""<div class="card"><h3>commits</h3><dl class="pairs">""");
        Pair(html, "epochs", Show.Count(snapshot.Commits));
        Pair(html, "last", Show.Ago(snapshot.CommittedAt, view.Now));
        Pair(html, "mean commit time", durations.Counts.Sum() is > 0 and var commits ? Show.Wait(durations.SumSeconds / commits) : Show.Nothing);
        Pair(html, "p95 commit time", durations.Within(0.95) is { } bound ? Show.Wait(bound) : durations.Counts.Sum() > 0 ? "more than " + Show.Wait(CommitDurations.UpperBounds[^1]) : Show.Nothing);
        Pair(html, "failed commits", Show.Count(snapshot.CommitFailures), snapshot.CommitFailures > 0);
        Pair(html, "last checkpoint", Show.Ago(snapshot.StateStoredAt, view.Now));
        Pair(html, "last checkpoint size", snapshot.StateStoredAt is null ? Show.Nothing : Show.Bytes(snapshot.StateBytes));
        if (snapshot.Fenced > 0) Pair(html, "fenced", snapshot.Fenced == 1 ? "once" : Show.Count(snapshot.Fenced) + " times", true);
        if (snapshot.RestoreMismatches > 0) Pair(html, "restore mismatches", Show.Count(snapshot.RestoreMismatches), true);
        html.Add($"</dl></div>");
    }

    private static void Output(HtmlWriter html, ServiceSnapshot snapshot)
    {
        html.Add($"""<div class="card"><h3>output</h3><dl class="pairs">""");
        Pair(html, "events sent", Show.Count(snapshot.RequestsPublished));
        if (snapshot.DroppedLetters > 0) Pair(html, "dead letters dropped", Show.Count(snapshot.DroppedLetters), true);
        foreach (var (what, count) in snapshot.Monitor.Overflows.Where(o => o.Value > 0)) Pair(html, $"{what} overflow", Show.Count(count), true);
        html.Add($"</dl></div>");
    }

    /// <summary>What others said to requests: who writes answers that nobody takes sees it here.</summary>
    private static void Answers(HtmlWriter html, ServiceSnapshot snapshot)
    {
        if (snapshot.Answers is not { } answers) return;
        long passedOver = answers.Counts.Where(one => !one.Key.Counts() && !one.Key.IsUnreadable()).Sum(one => one.Value), unreadable = answers.Counts.Where(one => one.Key.IsUnreadable()).Sum(one => one.Value);
        html.Add($"""<div class="card"><h3>answers <code>{answers.Topic}</code></h3><dl class="pairs">""");
        Pair(html, "records", Show.Count(answers.Counts.Values.Sum()));
        Pair(html, "applied", Show.Count(answers.Counts.Where(one => one.Key.Counts()).Sum(one => one.Value)));
        Pair(html, "passed over", Show.Count(passedOver), passedOver > 0);
        Pair(html, "dead letters", Show.Count(unreadable), unreadable > 0);
        html.Add($"</dl>");
        if (passedOver + unreadable > 0) Shares(html, "Not applied by reason", answers.Counts.Where(one => !one.Key.Counts()).Select(one => (one.Key.Name(), one.Value)), passedOver + unreadable);
        if (answers.NotApplied.Count > 0)
        {
            html.Add($"""<details open><summary>the newest that were not applied</summary><ul class="refused">""");
            foreach (var one in answers.NotApplied.Reverse()) html.Add($"""<li><code>{one.Place}</code> {one.Result.Name()}: <bdi>{one.Why}</bdi></li>""");
            html.Add($"</ul></details>");
        }

        html.Add($"</div>");
    }

    private static void Pair(HtmlWriter html, string name, string value, bool attention = false) =>
        html.Add($"""<div{(attention ? Attention : Markup.Empty)}><dt>{name}</dt><dd>{value}</dd></div>""");

    private static readonly Markup Attention = new(" class=\"attention\"");
}

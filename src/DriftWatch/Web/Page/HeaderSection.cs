using DriftWatch.Core.Time;
using DriftWatch.Json;
using DriftWatch.Pipeline;
using DriftWatch.Pipeline.Diagnosis;

namespace DriftWatch.Web.Page;

/// <summary>What the service is doing, and whether to believe the rest of the page.</summary>
internal static class HeaderSection
{
    public static void Write(HtmlWriter html, PageView view)
    {
        var snapshot = view.Snapshot;
        html.Add($"""<header><div class="brand"><svg viewBox="0 0 32 32" aria-hidden="true"><path class="mark-diagonal" d="M4 28 28 4"/><path class="mark-drift" d="M4 28C13 25 17 21 28 13"/></svg><h1>DriftWatch</h1></div>""");
        html.Add($"""<p class="phase {Health.Name(snapshot.Phase)}{(Ails(snapshot) ? " ailing" : "")}" role="status"><span class="light" aria-hidden="true"></span>{Health.Name(snapshot.Phase)}{(Ails(snapshot) ? ", the input is wrong" : "")}</p>""");
        html.Add($"""<dl class="facts">""");
        if (snapshot.HasState) Fact(html, "watermark", Show.Time(snapshot.Monitor.Watermark), "Watermark: how far event time has come.");
        if (snapshot.HasState) Fact(html, "behind the clock", Behind(view), "Lag of event time: host clock minus watermark.");
        Fact(html, "snapshot taken", Show.Ago(snapshot.TakenAt == default ? null : snapshot.TakenAt, view.Now), "Age of all numbers on this page.");
        Fact(html, "up", snapshot.StartedAt == default ? Show.Nothing : Durations.About(view.Now - snapshot.StartedAt), "Since the process started.");
        Fact(html, "version", BuildInfo.Version, BuildInfo.Revision.Length > 0 ? "Built from " + BuildInfo.Revision : "");
        html.Add($"</dl></header>");
        if (snapshot.Trouble is { } trouble) html.Add($"""<p class="trouble" role="alert"><strong>Trouble.</strong> {trouble}</p>""");
        if (snapshot.RestoreMismatches > 0) html.Add($"""<p class="trouble" role="alert"><strong>Restore mismatch.</strong> {Sentences.Mismatch}</p>""");
        foreach (var problem in snapshot.InputProblems) Problem(html, problem);
        foreach (string warning in snapshot.Warnings) html.Add($"""<p class="warned"><strong>Warning.</strong> {warning}</p>""");
        foreach (var stream in snapshot.Streams.Where(s => s.LostRecords > 0))
        {
            html.Add($"""<p class="trouble" role="alert"><strong>Records lost.</strong> {Sentences.Lost(stream)}</p>""");
        }

        html.Add($"""<p class="stale" id="stale" role="alert" hidden><strong>No answer.</strong> The page could not be refreshed; what you see is old.</p>""");
    }

    /// <summary>Whether something is wrong with the input as a whole: then no headline may look well.</summary>
    public static bool Ails(ServiceSnapshot snapshot) => snapshot.InputProblems.Any(problem => !problem.IsNote);

    private static void Problem(HtmlWriter html, InputProblem problem)
    {
        html.Add($"""<p class="{(problem.IsNote ? "warned" : "trouble")}" role="{(problem.IsNote ? "note" : "alert")}"><strong>{problem.Key.Kind.Heading()}</strong> {problem.What} {problem.Cause} Look at """);
        for (int i = 0; i < problem.Settings.Count; i++) html.Add($"""{(i == 0 ? "" : i == problem.Settings.Count - 1 ? " and " : ", ")}<code>{problem.Settings[i]}</code>""");
        html.Add($".</p>");
    }

    private static void Fact(HtmlWriter html, string name, string value, string meaning) =>
        html.Add($"""<div title="{meaning}"><dt>{name}</dt><dd>{value}</dd></div>""");

    private static string Behind(PageView view) => view.Snapshot.Monitor.Watermark is { } watermark
        ? view.Now >= watermark.ToDateTimeOffset() ? Durations.About(view.Now - watermark.ToDateTimeOffset()) : "ahead by " + Durations.About(watermark.ToDateTimeOffset() - view.Now)
        : Show.Nothing;
}

using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Windowing;
using DriftWatch.Json;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DriftWatch.Web.Page;

/// <summary>The status page: complete as the server renders it, kept up to date by a small script that asks for the same page's body again.</summary>
/// <remarks>One renderer makes both the first paint and the updates, so they cannot disagree, and text is escaped in one place (<see cref="HtmlWriter"/>).</remarks>
internal static class StatusPage
{
    public static void MapStatusPage(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/", ["GET", "HEAD"], context => Answer(context, Whole));
        routes.MapMethods("/live", ["GET", "HEAD"], context => Answer(context, (view, _) => Body(view)));
        routes.MapGlossary();
        routes.MapWindowExport();
        routes.MapAssets();
    }

    private static Task Answer(HttpContext context, Func<PageView, WebLimits, Markup> render)
    {
        var services = context.RequestServices;
        var snapshot = services.GetRequiredService<SnapshotBoard>().Current;
        var view = new PageView(
            snapshot,
            Selection.Read(context.Request.Query, snapshot),
            services.GetRequiredService<RecordRates>().Of(snapshot),
            services.GetRequiredService<TimeProvider>().GetUtcNow());
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(render(view, services.GetRequiredService<WebLimits>()).Value);
    }

    private static Markup Whole(PageView view, WebLimits limits) => HtmlWriter.Of(html => html.Add($"""
        <!doctype html>
        <html lang="en">
        <head>
        {Head(Title(view))}
        <script src="{Assets.Path("driftwatch.js")}" defer></script>
        </head>
        <body data-poll="{limits.PagePollMilliseconds}">
        <a class="skip" href="#models">Skip to the models</a>
        <div id="live">{Body(view)}</div>
        </body>
        </html>

        """));

    /// <summary>What stands in the head of every page.</summary>
    public static Markup Head(string title) => HtmlWriter.Of(html => html.Add($"""
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{title}</title>
        <link rel="icon" href="{Assets.Path("favicon.svg")}" type="image/svg+xml">
        <link rel="stylesheet" href="{Assets.Path("driftwatch.css")}">
        """));

    private static string Title(PageView view)
    {
        int drifting = view.Snapshot.Monitor.Series.Count(s => s.Key.IsWhole && CalibrationStates.Of(s) == CalibrationState.Drifting);
        if (HeaderSection.Ails(view.Snapshot)) return "(the input is wrong) DriftWatch";
        if (drifting > 0) return $"({drifting} drifting) DriftWatch";
        return view.Snapshot.HasState ? "DriftWatch" : $"({Health.Name(view.Snapshot.Phase)}) DriftWatch";
    }

    private static Markup Body(PageView view) => HtmlWriter.Of(html =>
    {
        HeaderSection.Write(html, view);
        html.Add($"""<main data-title="{Title(view)}">""");
        if (view.Snapshot.HasState) State(html, view);
        else WaitingSection.Write(html, view);
        html.Add($"""</main><footer><p>DriftWatch {BuildInfo.Version} · <a href="glossary">what the words mean</a> · <a href="metrics">metrics</a> · <a href="api/v1/models?pretty">models</a> · <a href="api/v1/episodes?pretty">episodes</a> · <a href="api/v1/status?pretty">status</a> as JSON. All times are UTC.</p></footer>""");
    });

    private static void State(HtmlWriter html, PageView view)
    {
        if (view.Snapshot.Monitor.Series.Count == 0)
        {
            EmptySection.Write(html, view);
        }
        else
        {
            ModelsSection.Write(html, view);
            SeriesSection.Write(html, view);
        }

        EpisodesSection.Write(html, view);
        PipelineSection.Write(html, view);
        EventsSection.Write(html, view);
    }
}

/// <summary>What one rendering of the page shows.</summary>
/// <param name="Snapshot">The picture.</param>
/// <param name="Selection">What the reader looks at.</param>
/// <param name="Rates">Records per second by topic.</param>
/// <param name="Now">The host's clock.</param>
internal sealed record PageView(ServiceSnapshot Snapshot, Selection Selection, IReadOnlyDictionary<string, double> Rates, DateTimeOffset Now)
{
    /// <summary>The windows of the judged width, if it is shown; else of the first.</summary>
    public WindowSeries? JudgedWindows(SeriesSnapshot series)
    {
        var judged = Snapshot.Options.For(series.Key.Model).Threshold.Window;
        return series.Windows.FirstOrDefault(w => w.Width == judged) ?? (series.Windows is [var first, ..] ? first : null);
    }
}

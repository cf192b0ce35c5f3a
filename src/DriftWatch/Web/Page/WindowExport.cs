using System.Text;
using DriftWatch.Core.Windowing;
using DriftWatch.Json;
using DriftWatch.Pipeline;
using DriftWatch.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DriftWatch.Web.Page;

/// <summary>The window that the page shows, to take away: <c>/window.svg</c>, the diagram as a picture that stands by itself, and <c>/window.json</c>, its numbers. Both take the page's own query string.</summary>
internal static class WindowExport
{
    private const int Head = 62;

    // Of the page's own rules what the diagram needs, in the light scheme: a picture goes on paper and into tickets.
    private static readonly string Style = StyleOf(Assets.TextOf("driftwatch.css"));

    public static void MapWindowExport(this IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/window.svg", ["GET", "HEAD"], context => Answer(context, "svg", (selection, window, snapshot) =>
        {
            context.Response.ContentType = "image/svg+xml; charset=utf-8";
            return context.Response.WriteAsync(Draw(selection, window, snapshot).Value);
        }));
        routes.MapMethods("/window.json", ["GET", "HEAD"], context => Answer(context, "json", (selection, window, _) => ApiEndpoints.Answer(context, json =>
        {
            json.WriteStartObject();
            SnapshotJson.WriteSeries(json, selection.Series!.Key);
            json.WritePropertyName("window");
            SnapshotJson.WriteWindow(json, window);
            json.WriteEndObject();
        })));
    }

    private static Task Answer(HttpContext context, string form, Func<Selection, WindowSnapshot, ServiceSnapshot, Task> write)
    {
        var snapshot = context.RequestServices.GetRequiredService<SnapshotBoard>().Current;
        var selection = Selection.Read(context.Request.Query, snapshot);
        context.Response.Headers.CacheControl = "no-store";
        if (selection is not { Series: { } series, Window: { } window }) return Problems.Refuse(context, StatusCodes.Status404NotFound, "No window", "There is no such window (yet): the page shows which there are.");
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{NameOf(series.Key.Model, series.Key.Version, window)}.{form}\"";
        return write(selection, window, snapshot);
    }

    /// <summary>A name that any file system takes, whatever the model is called.</summary>
    private static string NameOf(string model, string version, WindowSnapshot window)
    {
        var name = new StringBuilder("driftwatch");
        foreach (string part in (string[])[model, version, window.Start.ToDateTimeOffset().ToString("yyyyMMdd'T'HHmm'Z'")])
        {
            if (part.Length == 0) continue;
            name.Append('-');
            foreach (char letter in part.AsSpan(0, Math.Min(part.Length, 60))) name.Append(char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' ? letter : '_');
        }

        return name.ToString();
    }

    private static Markup Draw(Selection selection, WindowSnapshot window, ServiceSnapshot snapshot) => HtmlWriter.Of(html =>
    {
        var key = selection.Series!.Key;
        string of = $"{key.Model} {Show.Version(key.Version)}{(key.Slice is { } slice ? $" {slice}" : "")}", numbers = $"ECE {Show.Ratio(window.Metrics.Ece)}, noise floor {Show.Ratio(window.Metrics.EceNull)}, gap {Show.Points(window.Metrics.Gap)} points, {Show.Count(window.Labeled)} labeled";
        double width = DiagramScale.Width, height = DiagramScale.Height + Head;
        html.Add($"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"><style>{new Markup(Style)}</style><rect width="{width}" height="{height}" fill="#ffffff"/><text x="14" y="20" class="axis" font-weight="600">{of}</text><text x="14" y="38">{Show.Stretch(window.Start, window.End, snapshot.Options)} UTC</text><text x="14" y="54">{numbers}</text><svg y="{Head}" width="{width}" height="{DiagramScale.Height}">{ReliabilityDiagramSvg.Draw(window, selection.FullScale)}</svg></svg>""");
    });

    private static string StyleOf(string css)
    {
        int root = css.IndexOf(":root", StringComparison.Ordinal);
        var style = new StringBuilder(css[root..(css.IndexOf('}', root) + 1)]).Append("svg{font-family:system-ui,sans-serif}");
        foreach (string line in css.Split('\n'))
        {
            if (line.StartsWith("svg ", StringComparison.Ordinal) || line.StartsWith(".diagram ", StringComparison.Ordinal)) style.Append(line);
        }

        return style.ToString();
    }
}

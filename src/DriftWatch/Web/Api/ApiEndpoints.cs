using System.Text.Encodings.Web;
using System.Text.Json;
using DriftWatch.Json;
using DriftWatch.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DriftWatch.Web.Api;

/// <summary>The JSON API under <c>/api/v1</c>. Members are only ever added.</summary>
internal static class ApiEndpoints
{
    /// <summary>Sentences hold commands to be copied, so quotes and ampersands stand as they are: what is sent is JSON and never taken for HTML (nosniff).</summary>
    public static JsonWriterOptions Plain { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        Map(routes, "models", (context, snapshot) => Answer(context, json => ModelsJson.Write(json, snapshot)));
        Map(routes, "series", SeriesQuery.Answer);
        Map(routes, "episodes", Episodes);
        Map(routes, "fleet", FleetJson.Answer);
        Map(routes, "status", (context, snapshot) => Answer(context, json =>
            StatusJson.Write(json, snapshot, context.RequestServices.GetRequiredService<RecordRates>().Of(snapshot), context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow())));
    }

    /// <summary>Writes one JSON document.</summary>
    public static async Task Answer(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, context.Request.Query.ContainsKey("pretty") ? Readable : Plain);
        write(json);
    }

    private static void Map(IEndpointRouteBuilder routes, string name, Func<HttpContext, ServiceSnapshot, Task> answer) =>
        routes.MapMethods("/api/v1/" + name, ["GET", "HEAD"], (HttpContext context) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return answer(context, context.RequestServices.GetRequiredService<SnapshotBoard>().Current);
        });

    private static Task Episodes(HttpContext context, ServiceSnapshot snapshot)
    {
        string? model = context.Request.Query["model"];
        var models = snapshot.Monitor.Models.Select(m => m.Model);
        if (!string.IsNullOrEmpty(model) && !models.Contains(model)) return Problems.Unknown(context, "model", model, models);
        return Answer(context, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("hasState", snapshot.HasState);
            json.WriteStartArray("episodes");
            foreach (var episode in snapshot.Monitor.Episodes)
            {
                if (string.IsNullOrEmpty(model) || episode.Series.Model == model) SnapshotJson.WriteEpisode(json, episode, snapshot.Options.Source);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}

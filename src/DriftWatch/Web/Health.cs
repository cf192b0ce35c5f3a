using System.Text.Json;
using DriftWatch.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DriftWatch.Web;

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">What.</param>
/// <param name="Ok">Whether it is as it should be.</param>
/// <param name="Detail">What was seen, in one sentence.</param>
internal readonly record struct HealthCheck(string Name, bool Ok, string Detail);

/// <summary>Answers the three questions of an orchestrator: does it live, may it get work, has it started.</summary>
/// <remarks>
/// <c>live</c> asks only whether our own loop turns: a broker that is away must never restart us, since a restart heals nothing and costs
/// the state. <c>ready</c> asks whether we follow the topics. <c>startup</c> is satisfied from the first time that we did, or that all
/// we wait for is a broker.
/// </remarks>
internal sealed class Health(SnapshotBoard board, TimeProvider time, WebLimits limits)
{
    private volatile bool _started;

    public HealthCheck Live()
    {
        var snapshot = board.Current;
        if (snapshot.TakenAt == default) return new("loop", true, "The loop has not published its first picture yet.");
        var silence = time.GetUtcNow() - Latest(snapshot);
        return silence <= limits.LoopSilence
            ? new("loop", true, "The loop turns.")
            : new("loop", false, $"The loop has been silent for {silence.TotalSeconds:0} s (at most {limits.LoopSilence.TotalSeconds:0} s).");
    }

    public HealthCheck Ready()
    {
        var live = Live();
        if (!live.Ok) return live;
        var snapshot = board.Current;
        string trouble = snapshot.Trouble is { } sentence ? " " + sentence : "";
        return snapshot.Phase == ServicePhase.Running
            ? new("pipeline", true, "Connected and restored; the topics are followed." + trouble)
            : new("pipeline", false, $"Phase {Name(snapshot.Phase)}.{trouble}");
    }

    public HealthCheck Startup()
    {
        var phase = board.Current.Phase;
        if (phase is ServicePhase.Running or ServicePhase.Disconnected) _started = true;
        return _started
            ? new("startup", true, "Started.")
            : new("startup", false, $"Phase {Name(phase)}." + (board.Current.Trouble is { } trouble ? " " + trouble : ""));
    }

    public static string Name(ServicePhase phase) => phase.ToString().ToLowerInvariant();

    private static DateTimeOffset Latest(ServiceSnapshot snapshot) =>
        snapshot.LastPoll is { } poll && poll > snapshot.TakenAt ? poll : snapshot.TakenAt;
}

/// <summary><c>/healthz/live</c>, <c>/healthz/ready</c>, <c>/healthz/startup</c>: 200 or 503, a line of text, JSON with <c>?verbose</c>.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        Map(routes, "live", health => health.Live());
        Map(routes, "ready", health => health.Ready());
        Map(routes, "startup", health => health.Startup());
    }

    private static void Map(IEndpointRouteBuilder routes, string question, Func<Health, HealthCheck> ask) =>
        routes.MapMethods("/healthz/" + question, ["GET", "HEAD"], (HttpContext context) =>
        {
            var check = ask(context.RequestServices.GetRequiredService<Health>());
            context.Response.StatusCode = check.Ok ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.CacheControl = "no-store";
            return context.Request.Query.ContainsKey("verbose")
                ? WriteDetail(context, question, check)
                : context.Response.WriteAsync(check.Ok ? "ok\n" : $"not {question}: {check.Detail}\n");
        });

    private static async Task WriteDetail(HttpContext context, string question, HealthCheck check)
    {
        var snapshot = context.RequestServices.GetRequiredService<SnapshotBoard>().Current;
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", check.Ok ? "ok" : "failing");
        json.WriteString("question", question);
        json.WriteString("phase", Health.Name(snapshot.Phase));
        json.WriteString("trouble", snapshot.Trouble);
        json.WriteStartArray("checks");
        json.WriteStartObject();
        json.WriteString("name", check.Name);
        json.WriteBoolean("ok", check.Ok);
        json.WriteString("detail", check.Detail);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }
}

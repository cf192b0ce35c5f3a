using System.Text.Json;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DriftWatch.Web;

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">What.</param>
/// <param name="Ok">Whether it is as it should be.</param>
/// <param name="Detail">What was seen, in one sentence.</param>
internal readonly record struct HealthCheck(string Name, bool Ok, string Detail)
{
    /// <summary>What a good answer says in the first place.</summary>
    public string Word { get; init; } = "ok";
}

/// <summary>Answers the three questions of an orchestrator: does it live, may it get work, has it started.</summary>
/// <remarks>
/// <para><c>live</c> asks only whether our own loop turns, also as a standby and during a restore: a broker that is away must never restart us, since a
/// restart heals nothing and costs the state.</para>
/// <para><c>ready</c> asks whether we do our part. A standby does: it has joined the group and would take over. Were it not ready, a rolling update of
/// two replicas would wait for ever for the new pod, which cannot become the owner before the old one goes; and a disruption budget, which counts ready pods, would
/// not let the owner be moved. A restore is not ready: the numbers are not there yet, and no further pod should go meanwhile. Nor is any phase with trouble beside it: what does
/// not keep us from our part is a warning.</para>
/// <para><c>startup</c> is satisfied as soon as the loop turns: the process is up and its settings are good, or it would have ended. It waits for no broker, topic, right or restore: how long
/// these take nobody knows, no restart makes them come, and who is ended in the middle of a restore begins again.</para>
/// </remarks>
internal sealed class Health(SnapshotBoard board, TimeProvider time, WebLimits limits)
{
    public HealthCheck Live()
    {
        var snapshot = board.Current;
        if (snapshot.TakenAt == default) return new("loop", true, "The main loop has not published its first snapshot yet.");
        var silence = time.GetUtcNow() - Latest(snapshot);
        return silence <= limits.LoopSilence
            ? new("loop", true, "The main loop is running.")
            : new("loop", false, $"The main loop has not responded for {silence.TotalSeconds:0} s (at most {limits.LoopSilence.TotalSeconds:0} s).");
    }

    public HealthCheck Ready()
    {
        var live = Live();
        if (!live.Ok) return live;
        var snapshot = board.Current;
        string trouble = snapshot.Trouble is { } sentence ? " " + sentence : "";
        return snapshot.Phase switch
        {
            ServicePhase.Running when snapshot.Trouble is null => new("pipeline", true, "Connected and restored; consuming." + Input(snapshot)),
            ServicePhase.Standby when snapshot.Trouble is null => new("pipeline", true, "Another instance owns the task; this one takes over when it goes.") { Word = "standby" },
            ServicePhase.Restoring => new("pipeline", false, $"Phase restoring. {RestoreEstimate.Sentence(snapshot.Restore, time.GetUtcNow())}{trouble}"),
            _ => new("pipeline", false, $"Phase {Name(snapshot.Phase)}.{trouble}"),
        };
    }

    public HealthCheck Startup() => board.Current.TakenAt != default
        ? new("startup", true, "Started; /healthz/ready says whether it does its part.")
        : new("startup", false, "The main loop has not published its first snapshot yet.");

    // Ready all the same: no restart and no other instance would read better.
    private static string Input(ServiceSnapshot snapshot) =>
        string.Concat(snapshot.InputProblems.Where(problem => !problem.IsNote).Select(problem => $" The input is wrong: {problem.What} {problem.Cause}"));

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
                : context.Response.WriteAsync(!check.Ok ? $"not {question}: {check.Detail}\n" : check.Word == "ok" ? "ok\n" : $"{check.Word}: {check.Detail}\n");
        });

    private static async Task WriteDetail(HttpContext context, string question, HealthCheck check)
    {
        var snapshot = context.RequestServices.GetRequiredService<SnapshotBoard>().Current;
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, ApiEndpoints.Plain);
        json.WriteStartObject();
        json.WriteString("status", check.Ok ? "ok" : "failing");
        json.WriteString("question", question);
        json.WriteString("phase", Health.Name(snapshot.Phase));
        json.WriteString("role", TaskRole.Of(snapshot));
        json.WriteString("trouble", snapshot.Trouble);
        CheckpointJson.WriteWarnings(json, snapshot);
        CheckpointJson.WriteRestore(json, snapshot.Restore, context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
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

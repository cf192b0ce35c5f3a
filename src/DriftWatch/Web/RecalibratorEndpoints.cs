using DriftWatch.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DriftWatch.Web;

/// <summary>What <c>driftwatch recalibrate</c> answers over HTTP: <c>/metrics</c> and <c>/healthz</c>.</summary>
/// <remarks>
/// <c>live</c> and <c>startup</c>: the process is there; it ends by itself when its loop does, and a decision may take minutes, so nothing is gained by asking the loop. <c>ready</c>: it answers requests, or stands by and would take over;
/// not while brokers, disks or the store keep it from that.
/// </remarks>
internal static class RecalibratorEndpoints
{
    public static WebApplication MapRecalibrator(this WebApplication app, RecalibratorMetrics metrics)
    {
        app.UseSecurityHeaders();
        app.UseRouting();
        app.MapExposition(metrics.Registry);
        Map(app, "live", () => (true, "ok"));
        Map(app, "startup", () => (true, "ok"));
        Map(app, "ready", () => metrics.Trouble is { } trouble ? (false, $"not ready: {trouble}") : (true, metrics.IsOwner ? "ok" : "standby: Another instance answers the requests, or this one is about to."));
        return app;
    }

    private static void Map(WebApplication app, string question, Func<(bool Ok, string Says)> ask) =>
        app.MapMethods("/healthz/" + question, ["GET", "HEAD"], (HttpContext context) =>
        {
            var (ok, says) = ask();
            context.Response.StatusCode = ok ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.CacheControl = "no-store";
            return context.Response.WriteAsync(says + "\n");
        });
}

using DriftWatch.Metrics;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Web.Api;
using DriftWatch.Web.Page;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DriftWatch.Web;

/// <summary>Everything that DriftWatch answers over HTTP: page, API, health and metrics, all read from <see cref="SnapshotBoard.Current"/>.</summary>
internal static class WebEndpoints
{
    /// <summary>What the endpoints need. Services that the host has added already stay as they are.</summary>
    public static IServiceCollection AddDriftWatchWeb(this IServiceCollection services)
    {
        services.TryAddSingleton<SnapshotBoard>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<WebLimits>();
        services.TryAddSingleton<RecordRates>();
        services.TryAddSingleton<Health>();
        services.AddDriftWatchExposition();
        services.AddResponseCompression(compression => compression.MimeTypes =
            [.. ResponseCompressionDefaults.MimeTypes, "application/openmetrics-text", "application/problem+json", "image/svg+xml"]);
        return services;
    }

    /// <summary>Maps <c>/</c>, <c>/assets</c>, <c>/api/v1</c>, <c>/healthz</c> and <c>/metrics</c>.</summary>
    public static WebApplication MapDriftWatchWeb(this WebApplication app)
    {
        app.UseResponseCompression();
        app.UseSecurityHeaders();
        app.UseRouting();
        app.MapStatusPage();
        app.MapApi();
        app.MapAnswers();
        app.MapHealth();
        app.MapExposition();
        return app;
    }
}

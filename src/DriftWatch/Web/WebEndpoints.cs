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
        UseBasePath(app);
        app.UsePassword();
        app.UseRouting();
        app.MapStatusPage();
        app.MapApi();
        app.MapAnswers();
        app.MapHealth();
        app.MapExposition();
        return app;
    }

    /// <summary>Serves all below the base path too. Without the slash at its end, the page's relative links would lead past it.</summary>
    private static void UseBasePath(WebApplication app)
    {
        if (app.Services.GetRequiredService<WebLimits>().BasePath is not { } path) return;
        app.UsePathBase(path);
        app.Use((context, next) =>
        {
            if (context.Request.PathBase != path || context.Request.Path.HasValue) return next(context);
            // Relative, for a proxy may have another name for us. A permanent one is kept by browsers long after the proxy has changed.
            context.Response.Redirect(path[path.LastIndexOf('/')..][1..] + "/" + context.Request.QueryString, permanent: false);
            return Task.CompletedTask;
        });
    }
}

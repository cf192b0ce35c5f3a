using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace DriftWatch.Metrics;

/// <summary>Puts the metrics page at <c>/metrics</c>.</summary>
internal static class ExpositionEndpoints
{
    public static IServiceCollection AddDriftWatchExposition(this IServiceCollection services)
    {
        services.TryAddSingleton<MetricsOptions>();
        services.TryAddSingleton<LogCounter>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, LogCounter>(provider => provider.GetRequiredService<LogCounter>()));
        services.TryAddSingleton(provider => new SnapshotMetrics(
            provider.GetRequiredService<SnapshotBoard>(), provider.GetRequiredService<MetricsOptions>(), provider.GetRequiredService<LogCounter>()));
        return services;
    }

    public static void MapExposition(this IEndpointRouteBuilder routes)
    {
        var metrics = routes.ServiceProvider.GetRequiredService<SnapshotMetrics>();
        routes.MapExposition(metrics.Registry);
    }

    public static void MapExposition(this IEndpointRouteBuilder routes, CollectorRegistry registry) => routes.MapMetrics(settings => settings.Registry = registry);
}

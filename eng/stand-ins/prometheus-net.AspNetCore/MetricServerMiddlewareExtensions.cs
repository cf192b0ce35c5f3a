using System.ComponentModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Prometheus;

public static class MetricServerMiddlewareExtensions
{
    /// <summary>Serves the page as an endpoint.</summary>
    public static IEndpointConventionBuilder MapMetrics(
        this IEndpointRouteBuilder endpoints,
        Action<MetricServerMiddleware.Settings> configure,
        string pattern = "/metrics") =>
        endpoints.Map(pattern, Serve(endpoints.CreateApplicationBuilder(), configure).Build()).WithDisplayName("Prometheus metrics");

    [EditorBrowsable(EditorBrowsableState.Never)]
    public static IEndpointConventionBuilder MapMetrics(this IEndpointRouteBuilder endpoints, string pattern = "/metrics", CollectorRegistry? registry = null) =>
        endpoints.MapMetrics(settings => settings.Registry = registry, pattern);

    /// <summary>Serves the page before routing, to everybody.</summary>
    public static IApplicationBuilder UseMetricServer(this IApplicationBuilder builder, Action<MetricServerMiddleware.Settings> configure, string? url = "/metrics") =>
        url is null ? Serve(builder, configure) : builder.Map(url, branch => Serve(branch, configure));

    /// <summary>Serves the page before routing, on one port.</summary>
    public static IApplicationBuilder UseMetricServer(this IApplicationBuilder builder, int port, Action<MetricServerMiddleware.Settings> configure, string? url = "/metrics") =>
        builder.Map(url ?? "/", branch => branch.MapWhen(context => context.Connection.LocalPort == port, onPort => Serve(onPort, configure)));

    [EditorBrowsable(EditorBrowsableState.Never)]
    public static IApplicationBuilder UseMetricServer(this IApplicationBuilder builder, string? url = "/metrics", CollectorRegistry? registry = null) =>
        builder.UseMetricServer(settings => settings.Registry = registry, url);

    [EditorBrowsable(EditorBrowsableState.Never)]
    public static IApplicationBuilder UseMetricServer(this IApplicationBuilder builder, int port, string? url = "/metrics", CollectorRegistry? registry = null) =>
        builder.UseMetricServer(port, settings => settings.Registry = registry, url);

    private static IApplicationBuilder Serve(IApplicationBuilder builder, Action<MetricServerMiddleware.Settings> configure)
    {
        var settings = new MetricServerMiddleware.Settings();
        configure(settings);
        return builder.UseMiddleware<MetricServerMiddleware>(settings);
    }
}

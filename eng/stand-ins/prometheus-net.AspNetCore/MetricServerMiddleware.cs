using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace Prometheus;

/// <summary>Answers a scrape with the page of a registry, in the format that the client likes best.</summary>
public sealed class MetricServerMiddleware
{
    private readonly CollectorRegistry _registry;
    private readonly bool _openMetrics;

    public MetricServerMiddleware(RequestDelegate next, Settings settings)
    {
        _registry = settings.Registry ?? Metrics.DefaultRegistry;
        _openMetrics = settings.EnableOpenMetrics;
    }

    public async Task Invoke(HttpContext context)
    {
        var response = context.Response;
        var format = Negotiate(context.Request);
        try
        {
            await _registry.CollectAsync(Open, format, context.RequestAborted);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone, and nobody is left to answer.
        }
        catch (ScrapeFailedException failure)
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await response.WriteAsync(failure.Message, CancellationToken.None);
        }

        // Headers are final once the body is touched, so that waits until there is a page.
        Stream Open()
        {
            response.StatusCode = StatusCodes.Status200OK;
            response.ContentType = format == ExpositionFormat.OpenMetricsText
                ? PrometheusConstants.OpenMetricsContentTypeWithVersionAndEncoding
                : PrometheusConstants.TextContentTypeWithVersionAndEncoding;
            return response.Body;
        }
    }

    // The first type that we speak, in order of the client's preference; for trying things out, the query may name it.
    private ExpositionFormat Negotiate(HttpRequest request)
    {
        var accept = request.Query.TryGetValue("accept", out var asked) ? string.Join(',', (IEnumerable<string?>)asked) : request.Headers.Accept.ToString();
        var preferred = accept.Split(',')
            .Select(text => MediaTypeWithQualityHeaderValue.TryParse(text, out var type) ? type : null)
            .OfType<MediaTypeWithQualityHeaderValue>()
            .OrderByDescending(type => type.Quality ?? 1)
            .Select(type => type.MediaType)
            .FirstOrDefault(type => type == PrometheusConstants.TextContentType || (_openMetrics && type == PrometheusConstants.OpenMetricsContentType));
        return preferred == PrometheusConstants.OpenMetricsContentType ? ExpositionFormat.OpenMetricsText : ExpositionFormat.PrometheusText;
    }

    public sealed class Settings
    {
        /// <summary>What is served; the default value is the registry that everybody shares.</summary>
        public CollectorRegistry? Registry { get; set; }

        /// <summary>Whether clients that ask for OpenMetrics get it; the default value is true.</summary>
        public bool EnableOpenMetrics { get; set; } = true;
    }
}

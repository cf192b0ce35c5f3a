using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Prometheus;
using Xunit;

namespace DriftWatch.StandIns;

/// <summary>The page over HTTP, on a real Kestrel.</summary>
public sealed class MapMetricsTests : IAsyncLifetime
{
    private const string Text = "text/plain; version=0.0.4; charset=utf-8";
    private const string OpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly WebApplication _app;
    private readonly HttpClient _client = new();

    public MapMetricsTests()
    {
        Metrics.WithCustomRegistry(_registry).CreateCounter("joins_total", "Joins.").Inc();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapMetrics("/metrics", _registry);
        _app.MapMetrics(settings => (settings.Registry, settings.EnableOpenMetrics) = (_registry, false), "/plain");
    }

    public async ValueTask InitializeAsync()
    {
        await _app.StartAsync(TestContext.Current.CancellationToken);
        _client.BaseAddress = new Uri(_app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("/metrics", null, Text)]
    [InlineData("/metrics", "*/*", Text)]
    [InlineData("/metrics", "nonsense", Text)]
    [InlineData("/metrics", "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", OpenMetrics)]
    [InlineData("/metrics", "application/openmetrics-text;q=0.2,text/plain;q=0.5", Text)]
    [InlineData("/metrics?accept=application/openmetrics-text", null, OpenMetrics)]
    [InlineData("/plain", "application/openmetrics-text", Text)]
    public async Task TheClientsPreferenceDecidesTheFormat(string path, string? accept, string contentType)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(contentType, response.Content.Headers.ContentType!.ToString());
        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(contentType == OpenMetrics ? "# HELP joins Joins.\n# TYPE joins counter\njoins_total 1.0\n# EOF\n" : "# HELP joins_total Joins.\n# TYPE joins_total counter\njoins_total 1\n", page);
    }
}

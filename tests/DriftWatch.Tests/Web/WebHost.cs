using DriftWatch.Metrics;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Web;

/// <summary>The web rooms on a real Kestrel, showing whatever picture a test puts on the board.</summary>
internal sealed class WebHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebHost(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public SnapshotBoard Board => _app.Services.GetRequiredService<SnapshotBoard>();

    /// <summary>All that is served.</summary>
    public IEnumerable<RouteEndpoint> Endpoints => ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    public SnapshotMetrics Metrics => _app.Services.GetRequiredService<SnapshotMetrics>();

    public static async Task<WebHost> Start(ServiceSnapshot? snapshot = null, DateTimeOffset? now = null, MetricsOptions? metrics = null, string address = "http://127.0.0.1:0", TimeProvider? time = null, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        builder.Services.AddSingleton<TimeProvider>(time ?? new FakeTimeProvider(now ?? SimulatedService.Now));
        if (metrics is not null) builder.Services.AddSingleton(metrics);
        services?.Invoke(builder.Services);
        builder.Services.AddDriftWatchWeb();
        var app = builder.Build();
        app.MapDriftWatchWeb();
        if (snapshot is not null) app.Services.GetRequiredService<SnapshotBoard>().Publish(snapshot);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new WebHost(app);
    }

    public Task<string> Get(string path) => Client.GetStringAsync(path, TestContext.Current.CancellationToken);

    public Task<HttpResponseMessage> Ask(string path) => Client.GetAsync(path, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}

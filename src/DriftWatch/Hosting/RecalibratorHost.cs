using DriftWatch.Metrics;
using DriftWatch.Options;
using DriftWatch.Web;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DriftWatch.Hosting;

/// <summary>The HTTP side of <c>driftwatch recalibrate</c>, where it has one.</summary>
internal static class RecalibratorHost
{
    private const string Setting = "--listen or recalibration.listen";

    /// <summary>Starts to listen.</summary>
    /// <param name="address">Where.</param>
    /// <param name="log">Where Kestrel's words go.</param>
    /// <param name="metrics">What is told.</param>
    /// <returns>To be disposed of at the end; <see cref="ServiceHost.AddressOf"/> tells its address.</returns>
    /// <exception cref="CommandFailure">It cannot listen there.</exception>
    public static async Task<WebApplication> StartAsync(ListenAddress address, LogOptions log, RecalibratorMetrics metrics)
    {
        ListenCheck.EnsureFree(address, Setting);
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "driftwatch" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = new ListenOptions().MaxConnections;
        }).UseUrls(address.Url);
        builder.Services.AddRouting();
        builder.Logging.AddDriftWatchLogging(log);
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, ServiceHost.NoLifetime>());
        var app = builder.Build().MapRecalibrator(metrics);
        try
        {
            await app.StartAsync(CancellationToken.None);
            return app;
        }
        catch (IOException failure) when (failure.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            await app.DisposeAsync();
            throw ListenCheck.InUse(address, Setting);
        }
    }
}

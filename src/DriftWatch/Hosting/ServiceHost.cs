using DriftWatch.Kafka;
using DriftWatch.Kafka.Answering;
using DriftWatch.Kafka.Native;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Web;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DriftWatch.Hosting;

/// <summary>What the service is made of: one Kestrel for everything over HTTP, one loop that owns the state, and the board between them.</summary>
/// <remarks>Nothing is read from appsettings or ASPNETCORE_ variables: <see cref="DriftWatchOptions"/> is all there is, so that <c>config show --effective</c> tells the truth.</remarks>
internal static partial class ServiceHost
{
    /// <summary>How much longer than the loop the host may take to stop.</summary>
    /// <remarks>For closing clients and leaving the group, each of which has seconds of its own; whatever hangs has been left behind by then.</remarks>
    private static readonly TimeSpan StopMargin = TimeSpan.FromSeconds(15);

    /// <summary>Runs the service until it is told to stop.</summary>
    /// <param name="options">Checked settings.</param>
    /// <param name="listening">Is told the real address as soon as the page can be opened.</param>
    /// <param name="stop">Stops gracefully.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    /// <exception cref="CommandFailure">It cannot start; the message says why.</exception>
    public static async Task<int> RunAsync(DriftWatchOptions options, Action<string>? listening, CancellationToken stop)
    {
        // Before the loop connects to Kafka, not after.
        ListenCheck.EnsureFree(options.Listen.Address);
        EnsureLibrdkafka();
        await using var app = Build(options);
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("DriftWatch");
        using var lastResort = new LastResort(logger);
        try
        {
            await app.StartAsync(stop);
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            throw ListenCheck.InUse(options.Listen.Address);
        }

        string address = AddressOf(app);
        Log.Listening(logger, address);
        listening?.Invoke(address);
        await WaitAsync(app, stop);
        Log.Stopped(logger);
        // Not zero when the loop has ended by a fault of ours.
        return Environment.ExitCode;
    }

    /// <summary>Composes the service without starting it.</summary>
    public static WebApplication Build(DriftWatchOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "driftwatch" });
        var certificate = options.Web is { Certificate: { } file, Key: { } key } ? new CertificateFile(file, key, TimeProvider.System) : null;
        certificate?.Load();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = options.Listen.MaxConnections;
            kestrel.Limits.MaxRequestBodySize = 64 << 10;
            if (certificate is not null) kestrel.ConfigureHttpsDefaults(https => Serve(https, certificate));
        }).UseUrls(options.Listen.Address.UrlOf(certificate is null ? "http" : "https"));
        builder.Services.AddRouting();
        builder.Logging.AddDriftWatchLogging(options.Log);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Pipeline.StopTimeout + StopMargin);
        // Signals are the command line's: see StopSignals.
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoLifetime>());
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddKafkaPipeline(options.Kafka, options.Pipeline with { AnswerTopic = options.Recalibration.AnswersTopic, TellsState = options.Kafka.StateTopic is not null }, options.Monitor);
        builder.Services.AddSingleton<IAnswerSender>(provider => new AnswerSender(options.Kafka, options.Recalibration.AnswersTopic, options.Monitor.Source + "/api", provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(options.Web);
        builder.Services.AddSingleton(options.Metrics);
        builder.Services.AddDriftWatchWeb();
        var app = builder.Build();
        if (certificate is not null) certificate.Logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("DriftWatch.Tls");
        return app.MapDriftWatchWeb();
    }

    private static void Serve(HttpsConnectionAdapterOptions https, CertificateFile certificate)
    {
        // Kestrel wants to know that there is one; which, with its chain, is said for each connection.
        https.ServerCertificateSelector = (_, _) => certificate.Current.TargetCertificate;
        https.OnAuthenticate = (_, tls) => (tls.ServerCertificateSelectionCallback, tls.ServerCertificateContext) = (null, certificate.Current);
    }

    /// <summary>The address that a started service really listens on; tells the port where 0 was asked for.</summary>
    public static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    private static void EnsureLibrdkafka()
    {
        try
        {
            NativeLibrdkafka.EnsureLoaded();
        }
        catch (DllNotFoundException missing)
        {
            throw new CommandFailure(missing.Message);
        }
    }

    private static async Task WaitAsync(WebApplication app, CancellationToken stop)
    {
        // Ends by the token, or when the loop dies and takes the host with it.
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var byToken = stop.Register(() => stopping.TrySetResult());
        await using var byHost = app.Lifetime.ApplicationStopping.Register(() => stopping.TrySetResult());
        await stopping.Task;
        await app.StopAsync(CancellationToken.None);
    }

    /// <summary>Signals are the command line's.</summary>
    internal sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Listening on {Address}")]
        public static partial void Listening(ILogger logger, string address);

        [LoggerMessage(Level = LogLevel.Information, Message = "Stopped")]
        public static partial void Stopped(ILogger logger);
    }
}

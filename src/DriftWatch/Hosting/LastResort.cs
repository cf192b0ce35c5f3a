namespace DriftWatch.Hosting;

/// <summary>Logs what nobody caught: a fault of ours, which must at least be seen.</summary>
internal sealed partial class LastResort : IDisposable
{
    private readonly ILogger _logger;

    public LastResort(ILogger logger)
    {
        _logger = logger;
        TaskScheduler.UnobservedTaskException += OnUnobserved;
        AppDomain.CurrentDomain.UnhandledException += OnUnhandled;
    }

    public void Dispose()
    {
        TaskScheduler.UnobservedTaskException -= OnUnobserved;
        AppDomain.CurrentDomain.UnhandledException -= OnUnhandled;
    }

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs lost)
    {
        Log.Unobserved(_logger, lost.Exception);
        lost.SetObserved();
    }

    private void OnUnhandled(object sender, UnhandledExceptionEventArgs lost)
    {
        if (lost.ExceptionObject is Exception exception) Log.Unhandled(_logger, exception);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Critical, Message = "Unobserved task exception: this is a bug in DriftWatch; please report it")]
        public static partial void Unobserved(ILogger logger, Exception exception);

        [LoggerMessage(Level = LogLevel.Critical, Message = "Unhandled exception: this is a bug in DriftWatch; please report it. The process ends")]
        public static partial void Unhandled(ILogger logger, Exception exception);
    }
}

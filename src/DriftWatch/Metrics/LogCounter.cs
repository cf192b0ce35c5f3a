using Microsoft.Extensions.Logging;

namespace DriftWatch.Metrics;

/// <summary>Counts log messages by level; writes none.</summary>
internal sealed class LogCounter : ILoggerProvider, ILogger
{
    public static readonly IReadOnlyList<LogLevel> Levels = [LogLevel.Information, LogLevel.Warning, LogLevel.Error, LogLevel.Critical];

    private readonly long[] _counts = new long[(int)LogLevel.None];

    public long this[LogLevel level] => Interlocked.Read(ref _counts[(int)level]);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and < LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) Interlocked.Increment(ref _counts[(int)logLevel]);
    }

    public void Dispose()
    {
    }
}

using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DriftWatch;

/// <summary>A log at its finest level, kept line by line: the level, the text, and what was thrown.</summary>
internal sealed class Lines : ILogger, ILoggerProvider, ILoggerFactory
{
    private readonly ConcurrentQueue<string> _written = new();

    public IReadOnlyList<string> Written => [.. _written];

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _written.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}

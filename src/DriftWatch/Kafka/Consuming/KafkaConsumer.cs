using Confluent.Kafka;
using DriftWatch.Kafka.Causes;
using DriftWatch.Kafka.Native;
using DriftWatch.Kafka.Producing;
using DriftWatch.Options;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka.Consuming;

/// <summary>One consumer with its native handle, if it can be had.</summary>
internal sealed class KafkaConsumer : IDisposable
{
    public KafkaConsumer(KafkaOptions options, int partitions, ClientLog log, bool managedOnly = false)
    {
        Client = new ConsumerBuilder<byte[], byte[]>(ClientSettings.Consumer(options, partitions))
            .SetErrorHandler((_, error) => log.Error(error))
            .SetLogHandler((_, message) => log.Write(message))
            .Build();
        Native = managedOnly ? null : NativeConsumer.TryTake(Client);
    }

    public IConsumer<byte[], byte[]> Client { get; }

    public NativeConsumer? Native { get; }

    public void Dispose() => Client.Dispose();
}

/// <summary>What the client library says, on its way to our log: its errors at most once in ten seconds each, its warnings as they come.</summary>
internal sealed partial class ClientLog(ILogger logger, TimeProvider time, KafkaOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ErrorCode, DateTimeOffset> _said = [];

    /// <summary>Why its clients cannot connect, if they cannot.</summary>
    public CauseMemory Causes { get; } = new(options, time);

    public void Error(Error error)
    {
        Causes.Record(error);
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_said.TryGetValue(error.Code, out var last) && now - last < TimeSpan.FromSeconds(10)) return;
            _said[error.Code] = now;
        }

        Log.ClientFailed(logger, error.Code, error.Reason);
    }

    public void Write(LogMessage message)
    {
        Causes.Record(message);
        // Connection losses come as errors too, and there with a limit.
        if (ClientSettings.IsNoise(message) || message.Facility is "FAIL" or "ERROR") return;
        var level = (LogLevel)message.LevelAs(LogLevelType.MicrosoftExtensionsLogging);
        Log.ClientSaid(logger, level, message.Facility, message.Message);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Kafka client: {Code}: {Reason}")]
        public static partial void ClientFailed(ILogger logger, ErrorCode code, string reason);

        [LoggerMessage(Message = "Kafka client: {Facility}: {Text}")]
        public static partial void ClientSaid(ILogger logger, LogLevel level, string facility, string text);
    }
}

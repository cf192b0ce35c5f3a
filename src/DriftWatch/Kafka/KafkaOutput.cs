using System.Collections.Concurrent;
using System.Text;
using Confluent.Kafka;
using DriftWatch.Pipeline;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Kafka;

/// <summary>Writes dead letters and requests with an idempotent producer, and again and again until Kafka acknowledges them.</summary>
/// <remarks>
/// The client retries by itself for minutes; what it then gives back is counted as a failure and sent anew a second later. Only a record that
/// is larger than the topic takes cannot succeed so: its value is cut and the header <c>dw_value_truncated</c> says how long it was.
/// </remarks>
internal sealed partial class KafkaOutput : IOutput
{
    public const string Truncated = "dw_value_truncated";

    private const int CutTo = 64 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly KafkaOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly ConcurrentQueue<(OutgoingRecord Record, DateTimeOffset Due, bool Cut)> _again = new();
    private int _unacknowledged;
    private volatile string? _trouble;

    public KafkaOutput(KafkaOptions options, TimeProvider time, ILogger logger)
    {
        NativeLibrdkafka.EnsureLoaded();
        (_options, _time, _logger) = (options, time, logger);
        var clientLog = new ClientLog(logger, time);
        _producer = new ProducerBuilder<byte[]?, byte[]?>(ClientSettings.Producer(options))
            .SetErrorHandler((_, error) => clientLog.Error(error))
            .SetLogHandler((_, message) => clientLog.Write(message))
            .Build();
    }

    public int Unacknowledged => Volatile.Read(ref _unacknowledged);

    public string? Trouble => _trouble;

    public void Send(OutgoingRecord record)
    {
        Interlocked.Increment(ref _unacknowledged);
        Produce(record, cut: false);
    }

    public void Retry()
    {
        if (_again.IsEmpty) return;
        var now = _time.GetUtcNow();
        while (_again.TryPeek(out var next) && next.Due <= now && _again.TryDequeue(out next)) Produce(next.Record, next.Cut);
    }

    public void Dispose() => _producer.Dispose();

    private void Produce(OutgoingRecord record, bool cut)
    {
        var headers = new Headers();
        foreach (var header in record.Headers) headers.Add(header.Name, header.Value);
        byte[]? value = record.Value;
        if (cut && value is { Length: > CutTo })
        {
            headers.Add(Truncated, Encoding.UTF8.GetBytes(value.Length.ToString()));
            value = value[..CutTo];
        }

        string topic = record.Topic == OutputTopic.DeadLetters ? _options.DeadLetterTopic : _options.RequestTopic;
        try
        {
            _producer.Produce(topic, new Message<byte[]?, byte[]?> { Key = record.Key, Value = value, Headers = headers }, report => Hear(record, report.Error, cut));
        }
        catch (ProduceException<byte[]?, byte[]?> refused) when (refused.Error.Code == ErrorCode.Local_QueueFull)
        {
            _again.Enqueue((record, _time.GetUtcNow() + Pause, cut)); // no failure: it has not been tried
        }
        catch (ProduceException<byte[]?, byte[]?> refused)
        {
            Hear(record, refused.Error, cut);
        }
    }

    // On the client's thread, or on ours when it refuses at once.
    private void Hear(OutgoingRecord record, Error error, bool cut)
    {
        if (!error.IsError)
        {
            _trouble = null;
            record.Acknowledge();
            Interlocked.Decrement(ref _unacknowledged);
            return;
        }

        record.Fail();
        cut |= error.Code is ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidRecord;
        if (_trouble is null) Log.NotAcknowledged(_logger, record.Topic, error.Reason);
        _trouble = $"{(record.Topic == OutputTopic.DeadLetters ? "Dead letters" : "Requests")} are not acknowledged ({error.Reason}); positions wait for them.";
        _again.Enqueue((record, _time.GetUtcNow() + Pause, cut));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A record for {Topic} was not acknowledged: {Reason}. It is sent again until it is; positions wait for it")]
        public static partial void NotAcknowledged(ILogger logger, OutputTopic topic, string reason);
    }
}

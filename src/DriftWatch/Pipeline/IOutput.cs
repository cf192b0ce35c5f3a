namespace DriftWatch.Pipeline;

/// <summary>Where dead letters and events go. Sending neither waits nor fails: what Kafka refuses is sent again until it is acknowledged.</summary>
internal interface IOutput : IDisposable
{
    /// <summary>Records on their way: the loop reads nothing more while they are too many.</summary>
    int Unacknowledged { get; }

    /// <summary>Why records are not acknowledged, in one sentence; null if they are.</summary>
    string? Trouble { get; }

    void Send(OutgoingRecord record);

    /// <summary>Sends again what failed, when its time has come.</summary>
    void Retry();
}

internal enum OutputTopic
{
    DeadLetters,
    Requests,
}

/// <summary>A record on its way to Kafka.</summary>
internal sealed class OutgoingRecord(OutputTopic topic, byte[]? key, byte[]? value, IReadOnlyList<RecordHeader> headers, Epoch epoch, DeliveryCount count)
{
    private volatile bool _acknowledged;

    public OutputTopic Topic { get; } = topic;
    public byte[]? Key { get; } = key;
    public byte[]? Value { get; } = value;
    public IReadOnlyList<RecordHeader> Headers { get; } = headers;

    public bool IsAcknowledged => _acknowledged;

    /// <summary>From any thread, once.</summary>
    public void Acknowledge()
    {
        count.Delivered();
        _acknowledged = true;
        epoch.Acknowledge();
    }

    /// <summary>From any thread: Kafka refused it after the client's own retries.</summary>
    public void Fail() => count.Failed();
}

/// <summary>What became of the records of one kind; counted on the client's threads.</summary>
internal sealed class DeliveryCount
{
    private long _acknowledged;
    private long _failures;

    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    public long Failures => Interlocked.Read(ref _failures);

    public void Delivered() => Interlocked.Increment(ref _acknowledged);

    public void Failed() => Interlocked.Increment(ref _failures);
}

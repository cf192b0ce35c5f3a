using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using DriftWatch.Core.Comparison;

namespace DriftWatch.Client;

/// <summary>Sends predictions to DriftWatch: in batches, from memory that is bounded, and never at the cost of who asked the model.</summary>
/// <remarks>
/// Nothing here waits for a broker. What finds no room is dropped and counted (<see cref="Dropped"/>): better a gap in what is watched than a model that does not answer. What a map has changed is logged under a version of
/// its own, <c>VERSION+cal.REVISION</c>, so that DriftWatch judges the map; with <see cref="PredictionLoggerOptions.LogsClaims"/> the claim is logged too, and DriftWatch compares both on the same requests.
/// </remarks>
public sealed class PredictionLogger : IDisposable
{
    private readonly PredictionLoggerOptions _options;
    private readonly IProducer<byte[], byte[]> _producer;
    private long _sent;
    private long _dropped;
    private long _failed;
    private long _invalid;
    private volatile bool _ended;

    public PredictionLogger(PredictionLoggerOptions options)
    {
        _options = options;
        _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig(new Dictionary<string, string>(options.Kafka))
        {
            EnableIdempotence = true,
            LingerMs = options.Linger.TotalMilliseconds,
            QueueBufferingMaxMessages = options.Capacity,
            CompressionType = CompressionType.Lz4,
        }).SetErrorHandler((_, _) => { }).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>Predictions that a broker has.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Predictions that found no room, or came after the end.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Predictions that had room and that no broker took in time.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Predictions that DriftWatch could not have read: no id, no probability from 0 to 1, a text that is none. They were not sent.</summary>
    public long Invalid => Interlocked.Read(ref _invalid);

    /// <summary>Logs one prediction of a binary model. Throws nothing, whatever it is given.</summary>
    /// <param name="id">Names the request: the label will have the same.</param>
    /// <param name="answer">The claim and what became of it.</param>
    /// <param name="at">When it was made; null: now.</param>
    /// <param name="slices">What it belongs to, by dimension.</param>
    /// <returns>False if it found no room, or is <see cref="Invalid"/>.</returns>
    public bool Log(string id, Calibrated answer, DateTimeOffset? at = null, IReadOnlyDictionary<string, string>? slices = null)
    {
        var time = at ?? DateTimeOffset.UtcNow;
        bool mapped = answer.Revision > 0;
        bool room = Send(id, answer.Probability, mapped ? ComparedVersions.OfMap(_options.Version, answer.Revision) : _options.Version, time, slices);
        return mapped && _options.LogsClaims ? Send(id, answer.Claim, _options.Version, time, slices) && room : room;
    }

    /// <summary>Logs one prediction as the model made it.</summary>
    public bool Log(string id, double probability, DateTimeOffset? at = null, IReadOnlyDictionary<string, string>? slices = null) => Log(id, new Calibrated(probability, probability, 0), at, slices);

    /// <summary>Waits until brokers have what was logged, or for so long.</summary>
    /// <returns>How many they do not have.</returns>
    public int Flush(TimeSpan patience) => _producer.Flush(patience);

    /// <summary>Sends what it can within <see cref="PredictionLoggerOptions.StopTimeout"/>.</summary>
    public void Dispose()
    {
        _ended = true;
        Flush(_options.StopTimeout);
        _producer.Dispose();
    }

    private bool Send(string id, double probability, string version, DateTimeOffset time, IReadOnlyDictionary<string, string>? slices)
    {
        if (string.IsNullOrEmpty(id) || probability is not (>= 0 and <= 1)) return Count(ref _invalid);
        // The client would take it without a word.
        if (_ended) return Count(ref _dropped);
        try
        {
            _producer.Produce(_options.Topic, new() { Key = Encoding.UTF8.GetBytes(id), Value = Body(id, probability, version, time, slices) }, Reported);
            return true;
        }
        catch (ProduceException<byte[], byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
        {
            return Count(ref _dropped);
        }
        catch (ObjectDisposedException)
        {
            return Count(ref _dropped);
        }
        catch (KafkaException)
        {
            return Count(ref _failed);
        }
        catch (Exception)
        {
            // Half of a character, slices that change while they are read: whatever it is, who asked the model is not to pay for it.
            return Count(ref _invalid);
        }
    }

    private static bool Count(ref long counter)
    {
        Interlocked.Increment(ref counter);
        return false;
    }

    private void Reported(DeliveryReport<byte[], byte[]> report)
    {
        if (report.Error.IsError) Interlocked.Increment(ref _failed);
        else Interlocked.Increment(ref _sent);
    }

    private byte[] Body(string id, double probability, string version, DateTimeOffset time, IReadOnlyDictionary<string, string>? slices)
    {
        using var buffer = new MemoryStream(160);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("model", _options.Model);
            json.WriteString("version", version);
            json.WriteNumber("timestamp", time.ToUnixTimeMilliseconds());
            json.WriteNumber("probability", probability);
            if (slices is { Count: > 0 })
            {
                json.WriteStartObject("slices");
                foreach (var (dimension, value) in slices) json.WriteString(dimension, value);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}

/// <summary>Where predictions go.</summary>
public sealed record PredictionLoggerOptions
{
    /// <summary>How brokers are reached.</summary>
    public required ClientConfig Kafka { get; init; }

    /// <summary>The topic that DriftWatch reads (<c>kafka.topics.predictions</c>).</summary>
    public string Topic { get; init; } = "predictions";

    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>Most predictions that wait for a broker.</summary>
    public int Capacity { get; init; } = 100_000;

    /// <summary>How long a batch may wait for more.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How long the end may wait for brokers to have what was logged.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether the claim is logged beside what a map made of it.</summary>
    public bool LogsClaims { get; init; } = true;
}

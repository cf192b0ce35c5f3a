using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Events;
using DriftWatch.Kafka.Causes;
using DriftWatch.Kafka.Native;
using DriftWatch.Kafka.Topics;
using DriftWatch.Options;
using DriftWatch.Pipeline;

namespace DriftWatch.Kafka.Answering;

/// <summary>Sends answers and whole records, one at a time, by a client that is made when the first is sent.</summary>
/// <param name="options">The cluster.</param>
/// <param name="topic">The topic of answers; null: none is set.</param>
/// <param name="source">Who sends them.</param>
/// <param name="time">The clock.</param>
internal sealed class AnswerSender(KafkaOptions options, string? topic, string source, TimeProvider time) : IAnswerSender, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CauseMemory _causes = new(options, time);
    private readonly Lock _making = new();
    private IProducer<byte[]?, byte[]?>? _producer;

    public string? Topic => topic;

    public string Source => source;

    public async Task<SentAnswer> SendAsync(AnswerKind kind, string episode, JsonObject data, CancellationToken cancel)
    {
        if (topic is null) throw new AnswerNotSentException("There is no topic for answers: set recalibration.answersTopic.");
        // What the service would not understand is said to whoever is still there.
        if (AnswerReader.Read(kind, source, episode, data).Fault is { } fault) throw new AnswerNotSentException($"The answer would not be understood: {fault}.", isOurs: true);
        var (attributes, value) = AnswerWriter.Write(kind, source, episode, data, time.GetUtcNow());
        byte[] key = Encoding.UTF8.GetBytes(attributes.FirstOrDefault(one => one.Key == "partitionkey").Value ?? episode);
        string place = await SendAsync(
            new(topic, key, value, [DeadLetter.Text("content-type", CloudEventWriter.ContentType), .. attributes.Select(one => DeadLetter.Text("ce_" + one.Key, one.Value))]), cancel);
        return new(attributes.First(one => one.Key == "id").Value, place);
    }

    /// <summary>Sends a record as it is.</summary>
    /// <returns>Where it lies.</returns>
    /// <exception cref="AnswerNotSentException">The brokers do not take it.</exception>
    public async Task<string> SendAsync(AnswerRecord record, CancellationToken cancel)
    {
        var headers = new Headers();
        foreach (var header in record.Headers) headers.Add(header.Name, header.Value);
        try
        {
            var sent = await Producer().ProduceAsync(record.Topic, new() { Key = record.Key, Value = record.Value, Headers = headers }, cancel);
            return $"{sent.Topic}[{sent.Partition.Value}]@{sent.Offset.Value}";
        }
        catch (ProduceException<byte[]?, byte[]?> refused)
        {
            throw new AnswerNotSentException($"It was not sent. {(await Task.Run(() => WhyNot(record.Topic, refused.Error), CancellationToken.None))}", cause: refused);
        }
    }

    private string WhyNot(string name, Error error)
    {
        if (error.Code == ErrorCode.TopicAuthorizationFailed) return $"Not authorized on topic {name}. Grant it: {Rights.Command(options, "Write", [name])}";
        // To the client a topic that is not there is one that does not answer in time.
        if (error.Code is not (ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_MsgTimedOut) || IsThere(name)) return _causes.Describe(error);
        var made = AnswerTopics.OfAnswers(options, name);
        return $"The topic {name} is not there, or may not be seen (rights: Describe, Write). Create it (or start the service with --create-topics): {TopicPlan.Command(options, name, made.NumPartitions, made.Configs)}.";
    }

    /// <summary>Whether brokers list a topic; also where none answers.</summary>
    private bool IsThere(string name)
    {
        try
        {
            using var admin = new DependentAdminClientBuilder(Producer().Handle).Build();
            // All topics: a question for one by name would make it on brokers that create topics when asked.
            return admin.GetMetadata(options.ProbeTimeout).Topics.Exists(topic => topic.Topic == name && topic.Partitions.Count > 0);
        }
        catch (KafkaException)
        {
            return true;
        }
    }

    public void Dispose() => _producer?.Dispose();

    private IProducer<byte[]?, byte[]?> Producer()
    {
        lock (_making)
        {
            if (_producer is not null) return _producer;
            NativeLibrdkafka.EnsureLoaded();
            var settings = ClientSettings.Producer(options);
            settings.Remove("delivery.timeout.ms");
            settings["message.timeout.ms"] = ((int)Patience.TotalMilliseconds).ToString();
            settings["allow.auto.create.topics"] = "false";
            settings["topic.metadata.propagation.max.ms"] = "3000"; // a topic is not made for us: what is not there by then is not there
            return _producer = new ProducerBuilder<byte[]?, byte[]?>(settings)
                .SetErrorHandler((_, error) => _causes.Record(error))
                .SetLogHandler((_, message) => _causes.Record(message))
                .Build();
        }
    }
}

using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Core.Events;
using DriftWatch.Core.Series;

namespace DriftWatch.Client;

/// <summary>Keeps a <see cref="CurrentMap"/> at what the compacted topic of maps holds (<c>recalibration.mapsTopic</c>).</summary>
/// <remarks>Reads the topic from its beginning, as one that is compacted is meant to be read, joins no group and commits nothing. While no broker answers the last map stays in place.</remarks>
public sealed class MapTopic : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(200);

    private readonly string _topic;
    private readonly byte[] _key;
    private readonly ClientConfig _config;
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private volatile string? _trouble;

    /// <param name="config">How brokers are reached.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="model">Whose map.</param>
    /// <param name="version">Of which version.</param>
    public MapTopic(ClientConfig config, string topic, string model, string version)
    {
        (_config, _topic, Map) = (config, topic, new CurrentMap(model, version));
        _key = Encoding.UTF8.GetBytes(CloudEventWriter.Subject(new SeriesKey(model, version, null, View.Binary)));
        _thread = new Thread(Run) { Name = "driftwatch-maps", IsBackground = true };
        _thread.Start();
    }

    /// <summary>What is kept up to date.</summary>
    public CurrentMap Map { get; }

    /// <summary>What keeps it from reading at the moment; null: nothing.</summary>
    public string? Trouble => _trouble;

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join(Patience);
        _stop.Dispose();
    }

    private void Run()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                Read();
            }
            catch (KafkaException failure)
            {
                _trouble = $"The topic of calibration maps, {_topic}, cannot be read: {failure.Error.Reason}. {(Map.Document is null ? "Claims stay as they are." : "The last map stays in place.")}";
                _stop.Token.WaitHandle.WaitOne(TimeSpan.FromSeconds(1));
            }
        }
    }

    private void Read()
    {
        var config = new ConsumerConfig(new Dictionary<string, string>(_config)) { GroupId = "driftwatch-client", EnableAutoCommit = false, IsolationLevel = IsolationLevel.ReadCommitted, AutoOffsetReset = AutoOffsetReset.Earliest };
        using var consumer = new ConsumerBuilder<byte[], byte[]?>(config).SetErrorHandler((_, error) => _trouble = error.IsFatal || error.Code == ErrorCode.Local_AllBrokersDown ? error.Reason : _trouble).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var topic = admin.GetMetadata(_topic, Patience).Topics.Find(one => one.Topic == _topic);
        if (topic is null || topic.Error.IsError || topic.Partitions.Count == 0) throw new KafkaException(topic?.Error ?? new Error(ErrorCode.UnknownTopicOrPart));
        consumer.Assign(topic.Partitions.Select(partition => new TopicPartitionOffset(_topic, partition.PartitionId, Offset.Beginning)));
        _trouble = null;
        while (!_stop.IsCancellationRequested)
        {
            if (consumer.Consume(Step) is not { Message: { } message }) continue;
            _trouble = null;
            if (message.Key.AsSpan().SequenceEqual(_key)) Map.TryTake(message.Value is { } value ? new ReadOnlyMemory<byte>(value) : (ReadOnlyMemory<byte>?)null);
        }
    }
}

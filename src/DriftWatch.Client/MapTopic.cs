using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Core.Events;
using DriftWatch.Core.Series;

namespace DriftWatch.Client;

/// <summary>Keeps a <see cref="CurrentMap"/> at what the compacted topic of maps holds (<c>recalibration.mapsTopic</c>).</summary>
/// <remarks>
/// Reads the topic from its beginning, as one that is compacted is meant to be read, joins no group and commits nothing. A map is put in place when all that was there has been read, so that none of the past is in use on the way. While no broker answers the last map stays in place.
/// Of records in several partitions the newest by its timestamp counts, and <see cref="Warning"/> says what to do.
/// </remarks>
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
    private volatile string? _warning;

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

    /// <summary>What is wrong with the topic though it can be read; null: nothing.</summary>
    public string? Warning => _warning;

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
        var config = new ConsumerConfig(new Dictionary<string, string>(_config)) { GroupId = "driftwatch-client", EnableAutoCommit = false, IsolationLevel = IsolationLevel.ReadCommitted, AutoOffsetReset = AutoOffsetReset.Earliest, EnablePartitionEof = true };
        using var consumer = new ConsumerBuilder<byte[], byte[]?>(config).SetErrorHandler((_, error) => _trouble = error.IsFatal || error.Code == ErrorCode.Local_AllBrokersDown ? error.Reason : _trouble).SetLogHandler((_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var topic = admin.GetMetadata(_topic, Patience).Topics.Find(one => one.Topic == _topic);
        if (topic is null || topic.Error.IsError || topic.Partitions.Count == 0) throw new KafkaException(topic?.Error ?? new Error(ErrorCode.UnknownTopicOrPart));
        consumer.Assign(topic.Partitions.Select(partition => new TopicPartitionOffset(_topic, partition.PartitionId, Offset.Beginning)));
        _trouble = null;
        var places = new MapPlaces();
        HashSet<int> unread = [.. topic.Partitions.Select(partition => partition.PartitionId)];
        // A partition without a leader does not keep the maps of the others away for ever.
        var patience = Stopwatch.StartNew();
        bool settled = false, read = false;
        while (!_stop.IsCancellationRequested)
        {
            var record = consumer.Consume(Step);
            if (record is { IsPartitionEOF: true }) unread.Remove(record.Partition.Value);
            else if (record?.Message is { } message)
            {
                _trouble = null;
                read |= Take(places, record.Partition.Value, message);
            }

            if (!settled && (unread.Count == 0 || patience.Elapsed > Patience)) settled = read = true;
            if (!settled || !read) continue;
            read = false;
            if (places.Map != Map.Document) Map.Put(places.Map);
            Warn(places);
        }
    }

    /// <returns>Whether it changes what the topic holds for us.</returns>
    private bool Take(MapPlaces places, int partition, Message<byte[], byte[]?> message)
    {
        if (!message.Key.AsSpan().SequenceEqual(_key)) return false;
        if (!Map.TryRead(message.Value is { } value ? new ReadOnlyMemory<byte>(value) : (ReadOnlyMemory<byte>?)null, out var map)) return false;
        places.Add(partition, message.Timestamp.UnixTimestampMs, map);
        return true;
    }

    private void Warn(MapPlaces places) => _warning = places.Doubled is not var (holds, others) ? null
        : $"The key {Encoding.UTF8.GetString(_key)} has maps in several partitions of {_topic}: {(places.Map is { } map ? $"revision {map.Lineage.Revision}" : "a tombstone")} in {holds} is the newest by its timestamp and holds; {string.Join(", ", others)} {(others.Count == 1 ? "has" : "have")} another. "
        + $"Producers have to use the partitioner murmur2_random (kcat: -X partitioner=murmur2_random). Write a tombstone to {(others.Count == 1 ? "that partition" : "those partitions")} (kcat: -P -Z -K '|' -p {others[0]}), or the map there comes back when the newer record is compacted away.";
}

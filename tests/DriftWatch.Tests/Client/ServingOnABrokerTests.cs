using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DriftWatch.Core.Recalibration;
using DriftWatch.Kafka;
using DriftWatch.Kafka.Native;

namespace DriftWatch.Client;

/// <summary>A service that serves a model, on a real broker: maps come, predictions go, and DriftWatch sees claim and map as two versions of one request.</summary>
public sealed class ServingOnABrokerTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_newest_good_map_of_the_topic_is_in_place_and_a_tombstone_takes_it_away()
    {
        NativeLibrdkafka.EnsureLoaded();
        var client = new ClientConfig { BootstrapServers = kafka.Running() };
        string topic = kafka.Prefix + "maps";
        using var early = new MapTopic(client, topic, "m", "1");
        Until(() => early.Trouble is not null, "told that the topic is missing");
        Assert.Contains(topic, early.Trouble);
        using (var admin = new AdminClientBuilder(client).Build())
        {
            await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 3, ReplicationFactor = 1, Configs = new() { ["cleanup.policy"] = "compact" } }]);
        }

        using var producer = new ProducerBuilder<string, byte[]?>(client).Build();
        await Publish("models/m/versions/1", Maps.Json(1, -1));
        await Publish("models/m/versions/2", Maps.Json(5, 1, version: "2"));
        Until(() => early.Map.Apply(0.5).Revision == 1, "the first map");
        await Publish("models/m/versions/1", Maps.Json(2, -2));
        Until(() => early.Map.Apply(0.5).Revision == 2, "the second map");
        await Publish("models/m/versions/1", "no map"u8.ToArray());
        Until(() => early.Map.Refused == 1, "a refusal");
        Assert.Equal((2, new LogitMap(MapMethod.Intercept, 1, -2).Apply(0.5)), (early.Map.Apply(0.5).Revision, early.Map.Apply(0.5).Probability));
        Assert.Null(early.Trouble);

        // Producers that hash keys differently: what is read last says nothing, whichever partition that is.
        foreach (var (version, rolledBack, bad) in new[] { ("3", 0, 2), ("4", 2, 0) })
        {
            await producer.ProduceAsync(new TopicPartition(topic, bad), Of(version, 2, at: 1), TestContext.Current.CancellationToken);
            await producer.ProduceAsync(new TopicPartition(topic, rolledBack), Of(version, 1, at: 2), TestContext.Current.CancellationToken);
            using var fresh = new MapTopic(client, topic, "m", version);
            Until(() => fresh.Map.Document is not null, "a map");
            Assert.Equal(1, fresh.Map.Apply(0.5).Revision);
            Until(() => fresh.Warning is not null, "a warning");
            Assert.Contains($"revision 1 in {rolledBack} is the newest by its timestamp and holds; {bad} has another", fresh.Warning);
            await producer.ProduceAsync(new TopicPartition(topic, bad), Of(version, 0, at: 1), TestContext.Current.CancellationToken);
            Until(() => fresh.Warning is null, "nothing to warn of");
            Assert.Equal(1, fresh.Map.Apply(0.5).Revision);
        }

        using var late = new MapTopic(client, topic, "m", "2");
        Until(() => late.Map.Apply(0.5).Revision == 5, "the map of who came late");
        await Publish("models/m/versions/1", null);
        Until(() => early.Map.Apply(0.5).Revision == 0, "no map");

        static Message<string, byte[]?> Of(string version, int revision, int at) => new()
        {
            Key = $"models/m/versions/{version}",
            Value = revision == 0 ? null : Maps.Json(revision, -1, version: version),
            Timestamp = new Timestamp(DateTimeOffset.UtcNow.AddMinutes(at - 10)),
        };

        Task Publish(string key, byte[]? value) => producer.ProduceAsync(topic, new() { Key = key, Value = value });
    }

    [Fact]
    public void What_is_logged_comes_to_DriftWatch_as_the_claim_and_as_what_the_map_made_of_it()
    {
        var options = kafka.Options("served");
        using var service = new ServiceRun(options);
        service.RunUntil(s => s.Phase == Pipeline.ServicePhase.Running && s.Trouble is null, "running");
        var map = new CurrentMap("m", "1");
        map.TryTake(Maps.Json(3, -1));
        using (var log = new PredictionLogger(new PredictionLoggerOptions { Kafka = new ClientConfig { BootstrapServers = options.BootstrapServers }, Topic = options.PredictionTopics[0], Model = "m", Version = "1" }))
        {
            for (int i = 0; i < 300; i++) Assert.True(log.Log($"r{i}", map.Apply(0.5), slices: new Dictionary<string, string> { ["region"] = "eu" }));
            for (int i = 300; i < 400; i++) Assert.True(log.Log($"r{i}", 0.5));
            Assert.Equal(0, log.Flush(Patience));
            Assert.Equal((700L, 0L, 0L), (log.Sent, log.Dropped, log.Failed));
        }

        service.RunUntil(s => s.Monitor.Series.Where(series => series.Key.IsWhole).Sum(series => series.Predictions) == 700, "700 predictions");
        var wholes = service.Snapshot.Monitor.Series.Where(series => series.Key.IsWhole).ToDictionary(series => series.Key.Version, series => series.Predictions);
        Assert.Equal((400, 300), (wholes["1"], wholes["1+cal.3"]));
        Assert.Contains(service.Snapshot.Monitor.Series, series => series.Key is { Version: "1+cal.3", Slice.Value: "eu" } && series.Predictions == 300);
        Assert.True(service.Stop());
    }

    [Fact]
    public void Where_no_broker_answers_what_finds_no_room_is_dropped_and_counted()
    {
        NativeLibrdkafka.EnsureLoaded();
        using var log = new PredictionLogger(new PredictionLoggerOptions { Kafka = new ClientConfig { BootstrapServers = "127.0.0.1:1" }, Model = "m", Version = "1", Capacity = 100, StopTimeout = TimeSpan.Zero });

        int taken = Enumerable.Range(0, 1000).Count(i => log.Log($"r{i}", 0.5));

        Assert.Equal((100, 900L, 0L), (taken, log.Dropped, log.Sent));
    }

    /// <summary>Whoever serves a model is never stopped by what is logged: it is counted, and nothing is thrown.</summary>
    [Fact]
    public void What_DriftWatch_could_not_read_is_counted_and_not_sent()
    {
        NativeLibrdkafka.EnsureLoaded();
        var log = new PredictionLogger(new PredictionLoggerOptions { Kafka = new ClientConfig { BootstrapServers = "127.0.0.1:1" }, Model = "m", Version = "1", StopTimeout = TimeSpan.Zero });
        foreach (double probability in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, -0.01, 1.01 }) Assert.False(log.Log("id", probability));
        Assert.False(log.Log(null!, 0.5));
        Assert.False(log.Log("", 0.5));
        Assert.False(log.Log("id", 0.5, slices: new Changing { ["region"] = "eu" }));
        Assert.Equal((8L, 0L, 0L), (log.Invalid, log.Dropped, log.Failed));
        Assert.True(log.Log("id", 0) && log.Log("id", 1));
        log.Dispose();
        Assert.False(log.Log("id", 0.5));
        Assert.Equal((8L, 1L), (log.Invalid, log.Dropped));
    }

    /// <summary>Slices that another thread writes to.</summary>
    private sealed class Changing : Dictionary<string, string>, IEnumerable<KeyValuePair<string, string>>
    {
        IEnumerator<KeyValuePair<string, string>> IEnumerable<KeyValuePair<string, string>>.GetEnumerator() => throw new InvalidOperationException("Collection was modified.");
    }

    private static void Until(Func<bool> condition, string what) => StoreRun.WaitUntil(condition, what);
}

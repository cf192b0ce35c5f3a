using System.Text.Json;
using DriftWatch.Core.Comparison;
using DriftWatch.Core.Recalibration;
using DriftWatch.Kafka.Answering;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Kafka.Producing;
using DriftWatch.Options;

namespace DriftWatch.Demo;

/// <summary>What serves the model in the demo: takes the current map from its topic, and once the first map has proven itself, somebody publishes a bad one, which is rolled back when DriftWatch calls it worse.</summary>
internal sealed class DemoDeployment(KafkaOptions kafka, string mapsTopic, DemoStory story)
{
    private static readonly TimeSpan BeforeTheBadOne = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private volatile MapDocument? _map;
    private KeptRecord? _good;

    /// <summary>The map behind the model; null: there is none.</summary>
    public MapDocument? Map => _map;

    /// <summary>Follows the topic of maps.</summary>
    public async Task FollowAsync(CancellationToken stop)
    {
        await foreach (var record in EventTail.ReadAsync(kafka, [mapsTopic], fromStart: true, follow: true, stop))
        {
            if (record.Value is not { } bytes || MapJsonReader.Read(bytes) is not { Model: DemoTraffic.Model, Version: DemoTraffic.Version, Slice: null } map) continue;
            _good ??= record;
            _map = map;
            story.Mapped(map);
        }
    }

    /// <summary>Publishes a map that nobody has tried, once the first one is proven, and takes it back when labels have shown what it is.</summary>
    /// <param name="address">Of the service.</param>
    /// <param name="stop">Ends it.</param>
    public async Task BlunderAsync(string address, CancellationToken stop)
    {
        while (story.ProvenAt is null) await Task.Delay(Look, stop);
        await Task.Delay(BeforeTheBadOne, stop);
        var (good, record) = (_map!, _good!);
        var bad = good with { Map = new LogitMap(MapMethod.Intercept, 1, -1), Gate = null, Lineage = good.Lineage with { Revision = good.Lineage.Revision + 1, Parent = good.Checksum, MadeBy = "by hand" } };
        using var producer = new RecordProducer(kafka.BootstrapServers);
        story.Blundered(bad.Lineage.Revision);
        producer.Produce(mapsTopic, record.Key, MapJsonWriter.Write(bad));
        while (!await IsWorse(address, ComparedVersions.OfMap(DemoTraffic.Version, bad.Lineage.Revision), stop)) await Task.Delay(Look, stop);
        story.RolledBack(good.Lineage.Revision);
        producer.Produce(mapsTopic, record.Key, record.Value);
    }

    /// <summary>Whether the service says so, as anybody may ask it.</summary>
    private static async Task<bool> IsWorse(string address, string version, CancellationToken stop)
    {
        using var http = new HttpClient();
        using var json = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri($"{address}/api/v1/models"), stop));
        return json.RootElement.GetProperty("models").EnumerateArray().SelectMany(model => model.GetProperty("comparisons").EnumerateArray())
            .Any(one => one.GetProperty("candidate").GetString() == version && one.GetProperty("slice").ValueKind == JsonValueKind.Null && one.GetProperty("verdict").GetString() == ComparisonVerdict.Worse.Name());
    }
}

// Answers recalibration requests: dotnet run subscriber.cs -- BROKERS [--once]
//
// Reads what is committed, from the oldest record on, and moves on when its answer is at the brokers: after a crash it answers
// again, with the same id. A request that was sent again is told by source and id, and not worked on a second time: the file that
// SUBSCRIBER_SEEN names (subscriber.seen) remembers them.
#:package Confluent.Kafka@2.15.1
#:property ManagePackageVersionsCentrally=false
#:property PublishAot=false

using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Confluent.Kafka;

const string Requests = "driftwatch.recalibration.requests", Requested = "io.driftwatch.recalibration.requested.v1", Source = "/pipelines/example";
bool once = args.Contains("--once");
string path = Environment.GetEnvironmentVariable("SUBSCRIBER_SEEN") ?? "subscriber.seen";
HashSet<string> seen = File.Exists(path) ? [.. File.ReadAllLines(path)] : [];
using var consumer = new ConsumerBuilder<string, string>(new ConsumerConfig
{
    BootstrapServers = args[0],
    GroupId = "recalibration-net",
    IsolationLevel = IsolationLevel.ReadCommitted,
    AutoOffsetReset = AutoOffsetReset.Earliest,
    EnableAutoCommit = false,
    EnablePartitionEof = true,
}).Build();
using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = args[0], EnableIdempotence = true }).Build();
consumer.Subscribe(Requests);
HashSet<int>? unread = null;
while (unread is null or { Count: > 0 } || !once)
{
    var record = consumer.Consume(TimeSpan.FromSeconds(1));
    if (unread is null && consumer.Assignment.Count > 0) unread = [.. consumer.Assignment.Select(part => part.Partition.Value)];
    if (record is null) continue;
    if (record.IsPartitionEOF)
    {
        unread?.Remove(record.Partition.Value);
        continue;
    }

    var request = JsonNode.Parse(record.Message.Value)!;
    string name = $"{request["source"]} {request["id"]}";
    if ((string?)request["type"] == Requested && !seen.Contains(name) && !(request["expirytime"] is { } expiry && DateTimeOffset.Parse((string)expiry!) < DateTimeOffset.UtcNow))
    {
        var data = request["data"]!;
        string model = (string)data["model"]!;
        await producer.ProduceAsync((string)data["answer"]!["topic"]!, new() { Key = model, Value = Answer(request, Recalibrate(data)).ToJsonString() });
        seen.Add(name);
        File.AppendAllLines(path, [name]);
    }

    consumer.Commit(record);
}

consumer.Close();

// Your pipeline. Train on dataRange, or refit from bins; put the result behind the model.
static JsonObject Recalibrate(JsonNode data)
{
    Console.WriteLine($"{data["model"]} {data["version"]}: {data["reason"]}");
    return new() { ["by"] = "subscriber.cs", ["modelVersion"] = $"{data["version"]}-recalibrated" };
}

static JsonObject Answer(JsonNode request, JsonObject result)
{
    foreach (string name in new[] { "model", "version", "slice" }) result[name] = request["data"]![name]?.DeepClone();
    result["episode"] = (string)request["correlationid"]!;
    result["request"] = (string)request["id"]!;
    return new()
    {
        ["specversion"] = "1.0",
        ["id"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Source} {request["source"]} {request["id"]}")))[..32],
        ["source"] = Source,
        ["type"] = (string)request["data"]!["answer"]!["type"]!,
        ["partitionkey"] = (string)request["data"]!["model"]!,
        ["correlationid"] = (string)request["correlationid"]!,
        ["data"] = result,
    };
}

using System.Text;
using System.Text.Json;
using DriftWatch.Core.Recalibration;
using DriftWatch.Kafka;
using Xunit;

namespace DriftWatch.Recalibrating;

/// <summary>A model of three classes from its records to the map of vectors that is published, on a real broker.</summary>
public sealed class VectorsOnABrokerTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    [Theory]
    [InlineData("arrow")]
    [InlineData("parquet")]
    public async Task A_request_of_a_model_of_classes_is_answered_with_a_map_of_vectors_that_is_in_topic_and_folder_and_comes_out_again(string format)
    {
        using var traffic = new RecalibrationTraffic(kafka.Options($"classes-{format}"));
        var recalibration = traffic.Options.Recalibration;
        traffic.WriteVectors();
        traffic.WriteRequest("ep", labeled: RecalibrationTraffic.Count, model: "zoo", task: "top-label");
        string[] arguments = traffic.Arguments("--once", "--set", "recalibration.methods=temperature,vector", "--set", $"recalibration.setsFormat={format}");
        using (var run = await CommandProcess.RunAsync(arguments)) Assert.True(run.ExitCode == 0, run.Output + run.Error);

        var published = Assert.Single(traffic.Read(recalibration.MapsTopic));
        var map = MapJsonReader.Read(published.Value);
        Assert.Equal("models/zoo/versions/7", Encoding.UTF8.GetString(published.Key!));
        Assert.Equal(["vector", "cat", "dog", "owl"], [map.View, .. map.Classes]);
        // Claims were of twice the log-odds.
        Assert.All(((VectorMap)map.Map).Slopes, slope => Assert.InRange(slope, .42, .58));
        string folder = Assert.Single(Directory.GetDirectories(Path.Combine(recalibration.Folder!, "zoo", "7"), "1-*"));
        Assert.Equal(published.Value, await File.ReadAllBytesAsync(Path.Combine(folder, "map.json"), TestContext.Current.CancellationToken));
        Assert.True(File.Exists(Path.Combine(folder, "map.onnx")));

        var record = AuditRecord.Read(Assert.Single(traffic.Read(recalibration.AuditTopic)).Value);
        Assert.Equal(("accept", map.Checksum, map.Lineage.SetChecksum), (record.Verdict, record.MapChecksum, record.SetChecksum));
        Assert.True(File.Exists(Path.Combine(recalibration.Sets, $"{record.SetChecksum}.{format}")));
        using var answer = JsonDocument.Parse(Assert.Single(traffic.Read(recalibration.AnswersTopic!)).Value!);
        var data = answer.RootElement.GetProperty("data");
        Assert.Equal(("top-label", map.Map.Method.Name(), RecalibrationTraffic.Count), (data.GetProperty("task").GetString(), data.GetProperty("map").GetProperty("method").GetString(), data.GetProperty("set").GetProperty("n").GetInt32()));
        Assert.True(data.GetProperty("after").GetProperty("logLoss").GetDouble() < data.GetProperty("before").GetProperty("logLoss").GetDouble());
        byte[] written = traffic.Read(recalibration.AuditTopic)[0].Value!;
        Assert.True(AuditReplay.Of(record, written, new SetShelf(recalibration)).IsReproduced);

        // The next start changes nothing: the topic's map is read again, whatever it is of.
        using (var again = await CommandProcess.RunAsync(arguments)) Assert.True(again.ExitCode == 0, again.Output + again.Error);
        Assert.Single(traffic.Read(recalibration.MapsTopic));
    }
}

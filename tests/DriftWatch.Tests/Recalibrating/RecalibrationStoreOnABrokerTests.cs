using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DriftWatch.Kafka;
using DriftWatch.Pipeline;
using Xunit;
using static DriftWatch.Recalibrating.RecalibrationOnABrokerTests;

namespace DriftWatch.Recalibrating;

/// <summary>Sets and maps in a store, wherever the process ended.</summary>
public sealed class RecalibrationStoreOnABrokerTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    [Theory]
    [InlineData("set-half-written")]
    [InlineData("set-named")]
    [InlineData("map-written")]
    [InlineData("after-commit")]
    public async Task With_a_store_another_machine_goes_on_where_the_killed_one_was(string place)
    {
        using var server = new S3Server("s3rver");
        using var traffic = new RecalibrationTraffic(kafka.Options($"store-{place}"));
        traffic.WritePairs();
        traffic.WriteRequest("ep");
        using (var first = CommandProcess.Start([.. traffic.Arguments("--once"), .. Settings(server)], new Dictionary<string, string>(S3Server.Environment) { [FailPoint.Variable] = $"{place}:1" }))
        {
            Assert.True(await first.ExitAsync() == Killed, first.Output + first.Error);
        }

        // Its folder is gone with it, and there are more labels than before.
        if (Directory.Exists(traffic.Options.Recalibration.Folder)) Directory.Delete(traffic.Options.Recalibration.Folder!, recursive: true);
        traffic.WriteLateLabels();
        using (var second = CommandProcess.Start([.. traffic.Arguments("--once"), .. Settings(server)], S3Server.Environment))
        {
            Assert.True(await second.ExitAsync() == ExitCode.Ok, second.Output + second.Error);
        }

        var store = new S3Store(server.Options("calibration"), S3Server.Credentials);
        var record = AuditRecord.Read(Assert.Single(traffic.Read(traffic.Options.Recalibration.AuditTopic)).Value);
        using var answer = JsonDocument.Parse(Assert.Single(traffic.Read(traffic.Options.Recalibration.AnswersTopic!)).Value!);
        string set = Assert.Single(store.List("sets/"), file => !file.Name.StartsWith('.')).Key;
        Assert.Equal(($"sets/{record.SetChecksum}.arrow", record.SetChecksum), (set, Convert.ToHexStringLower(SHA256.HashData(store.Read(set)!))));
        Assert.Equal($"s3://driftwatch/calibration/{set}", answer.RootElement.GetProperty("data").GetProperty("set").GetProperty("uri").GetString());
        string map = Encoding.UTF8.GetString(store.Read("fraud/7/current")!).Trim();
        Assert.Equal(Assert.Single(traffic.Read(traffic.Options.Recalibration.MapsTopic)).Value, store.Read($"fraud/7/{map}/map.json"));
        Assert.Equal($"s3://driftwatch/calibration/fraud/7/{map}", answer.RootElement.GetProperty("data").GetProperty("map").GetProperty("uri").GetString());

        // An auditor with an empty folder.
        string folder = Path.Combine(traffic.Folder, "auditor");
        using var replay = CommandProcess.Start(["audit", "replay", "ep", "--folder", folder, .. Settings(traffic.Arguments()), .. Settings(server)], S3Server.Environment);
        Assert.True(await replay.ExitAsync() == ExitCode.Ok, replay.Output + replay.Error);
        Assert.Contains("reproduced to the bit", replay.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_store_is_down_the_request_waits_and_the_log_says_for_what()
    {
        using var server = new S3Server("s3rver");
        server.Stop();
        using var traffic = new RecalibrationTraffic(kafka.Options("store-down"));
        traffic.WritePairs();
        traffic.WriteRequest("ep");
        using var run = CommandProcess.Start([.. traffic.Arguments(), .. Settings(server)], S3Server.Environment);
        await run.LineWithAsync($"could not be read: {server.Endpoint} does not answer");
        Assert.Empty(traffic.Read(traffic.Options.Recalibration.AnswersTopic!));

        server.Start();
        await run.LineWithAsync("Published revision 1");
        run.Signal("TERM");
        Assert.Equal(ExitCode.Ok, await run.ExitAsync());

        Assert.Single(traffic.Read(traffic.Options.Recalibration.AnswersTopic!));
        Assert.NotNull(new S3Store(server.Options("calibration"), S3Server.Credentials).Read("fraud/7/current"));
    }
}

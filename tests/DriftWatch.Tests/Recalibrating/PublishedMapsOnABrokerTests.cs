using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DriftWatch.Core.Recalibration;
using DriftWatch.Kafka;
using DriftWatch.Kafka.Answering;
using DriftWatch.Metrics;
using DriftWatch.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using static DriftWatch.Recalibrating.RecalibrationOnABrokerTests;

namespace DriftWatch.Recalibrating;

/// <summary>What becomes of maps on their topic: rolled back, taken away, or too large for it.</summary>
public sealed class PublishedMapsOnABrokerTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    [Fact]
    public async Task After_a_rollback_no_revision_comes_twice_and_who_asks_for_what_a_map_answers_gets_the_next_map_of_its_claims()
    {
        using var traffic = new RecalibrationTraffic(kafka.Options("rollback"));
        var recalibration = traffic.Options.Recalibration;
        string[] settings = [.. Settings([.. traffic.Arguments().Skip(1).Where(argument => argument != "--create-topics")]), "--folder", recalibration.Folder!];
        string current = Path.Combine(recalibration.Folder!, "fraud", "7", "current");
        traffic.WritePairs();
        foreach (string episode in (string[])["first", "second"])
        {
            traffic.WriteRequest(episode);
            Run(traffic);
        }

        using var list = await CommandProcess.RunAsync(["maps", "list", .. settings]);
        Assert.True(list.ExitCode == 0, list.Error);
        Assert.Matches(@"\n +2 \S+ +[0-9a-f]{12} 1 2 +fraud/7\n", list.Output);
        using var strange = await CommandProcess.RunAsync(["maps", "rollback", "fraud", "7", "--to", "5", .. settings]);
        Assert.Equal(ExitCode.Failure, strange.ExitCode);
        Assert.Contains("The folder has no revision 5 of fraud 7; it has 1, 2.", strange.Error, StringComparison.Ordinal);
        using var back = await CommandProcess.RunAsync(["maps", "rollback", "fraud", "7", "--to", "1", .. settings]);
        Assert.True(back.ExitCode == 0, back.Error);
        Assert.Contains("fraud 7 was at revision 2, and is at revision 1 now.", back.Output, StringComparison.Ordinal);

        // Servers map what the model claims, and log what comes of it as 7+cal.1.
        traffic.WriteRequest("third", version: "7+cal.1");
        Run(traffic);
        var maps = traffic.Read(recalibration.MapsTopic).ConvertAll(record => MapJsonReader.Read(record.Value));
        Assert.Equal([1, 2, 1, 3], maps.Select(map => map.Lineage.Revision));
        Assert.Equal((maps[0].Checksum, "7", "third"), (maps[3].Lineage.Parent, maps[3].Version, maps[3].Lineage.Episode));
        Assert.StartsWith("3-", await File.ReadAllTextAsync(current, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        using var away = await CommandProcess.RunAsync(["maps", "rollback", "fraud", "7", "--none", .. settings]);
        Assert.True(away.ExitCode == 0, away.Error);
        traffic.WriteRequest("fourth", labeled: 100_000);
        Run(traffic);
        Assert.False(File.Exists(current));
        traffic.WriteRequest("fifth");
        Run(traffic);
        var last = MapJsonReader.Read(traffic.Read(recalibration.MapsTopic)[^1].Value);
        Assert.Equal((4, null), (last.Lineage.Revision, last.Lineage.Parent));
        foreach (string episode in (string[])["second", "third", "fifth"])
        {
            using var replay = await CommandProcess.RunAsync(["audit", "replay", episode, .. settings]);
            Assert.True(replay.ExitCode == 0, replay.Output + replay.Error);
        }
    }

    [Fact]
    public async Task A_map_that_its_topic_does_not_take_is_answered_as_failed_and_the_next_episode_has_its_map_after_the_command_that_was_named()
    {
        using var traffic = new RecalibrationTraffic(kafka.Options("large"));
        var recalibration = traffic.Options.Recalibration;
        kafka.Tool("topics", "--create", "--topic", recalibration.MapsTopic, "--partitions", "1", "--config", "cleanup.policy=compact", "--config", "max.message.bytes=500");
        traffic.WritePairs();
        traffic.WriteRequest("first");
        using (var large = await CommandProcess.RunAsync(traffic.Arguments("--once")))
        {
            Assert.True(large.ExitCode == 0, large.Output + large.Error);
            Assert.Equal(1, Count(large.Output + large.Error, "takes by its max.message.bytes of 500"));
        }

        var answer = JsonDocument.Parse(Assert.Single(traffic.Read(recalibration.AnswersTopic!)).Value!).RootElement.GetProperty("data");
        string reason = answer.GetProperty("reason").GetString()!;
        Assert.Equal(("failed", JsonValueKind.Null), (answer.GetProperty("verdict").GetString(), answer.GetProperty("map").ValueKind));
        Assert.StartsWith("accept was decided and could not be published. The record has about ", reason, StringComparison.Ordinal);
        Assert.Empty(traffic.Read(recalibration.MapsTopic));
        Assert.Equal(("failed", reason), (AuditRecord.Read(Assert.Single(traffic.Read(recalibration.AuditTopic)).Value).Verdict, AuditRecord.Read(traffic.Read(recalibration.AuditTopic)[0].Value).Reason));
        Assert.Empty(Directory.EnumerateFiles(traffic.Folder, "map.json", SearchOption.AllDirectories));

        // The way out, as it is named: by hand, and for the next.
        string set = Path.Combine(recalibration.Sets, reason[(reason.IndexOf("--calibration-set ", StringComparison.Ordinal) + 18)..].Split(' ')[0]), byHand = Path.Combine(traffic.Folder, "by-hand");
        using (var fit = await CommandProcess.RunAsync(["fit", "--calibration-set", set, "--out", byHand])) Assert.True(fit.ExitCode == 0 && File.Exists(Path.Combine(byHand, "map.json")), fit.Output + fit.Error);
        string command = reason[reason.IndexOf("--alter", StringComparison.Ordinal)..reason.IndexOf(". The map", StringComparison.Ordinal)];
        kafka.Tool("configs", command.Split(' '));
        traffic.WriteRequest("second");
        Run(traffic);

        Assert.Equal("second", MapJsonReader.Read(Assert.Single(traffic.Read(recalibration.MapsTopic)).Value).Lineage.Episode);
        string[] settings = [.. Settings([.. traffic.Arguments().Skip(1).Where(argument => argument != "--create-topics")])];
        using var replay = await CommandProcess.RunAsync(["audit", "replay", "first", "--folder", recalibration.Folder!, .. settings]);
        Assert.True(replay.ExitCode == 0, replay.Output + replay.Error);
    }

    [Fact]
    public async Task Where_not_even_the_failure_can_be_written_it_is_said_once_and_the_request_is_answered_when_it_comes_again()
    {
        using var traffic = new RecalibrationTraffic(kafka.Options("tiny"));
        var recalibration = traffic.Options.Recalibration;
        kafka.Tool("topics", "--create", "--topic", recalibration.AuditTopic, "--partitions", "1", "--config", "retention.ms=-1", "--config", "max.message.bytes=100");
        kafka.Tool("topics", "--create", "--topic", traffic.Options.Kafka.DeadLetterTopic, "--partitions", "1", "--config", "max.message.bytes=100");
        traffic.WritePairs();
        traffic.WriteRequest("ep");
        traffic.Write("not JSON");
        using (var tiny = await CommandProcess.RunAsync(traffic.Arguments("--once")))
        {
            Assert.True(tiny.ExitCode == 0, tiny.Output + tiny.Error);
            Assert.Equal(1, Count(tiny.Output + tiny.Error, "without an answer, for not even that could be written"));
            Assert.Equal(1, Count(tiny.Output + tiny.Error, "Dropped the dead letter of"));
        }

        Assert.Empty(traffic.Read(recalibration.AnswersTopic!));
        Assert.Empty(Directory.EnumerateFiles(traffic.Folder, "map.json", SearchOption.AllDirectories));
        Run(traffic);
        Assert.Empty(traffic.Read(recalibration.AuditTopic));

        kafka.Tool("configs", "--alter", "--entity-type", "topics", "--entity-name", recalibration.AuditTopic, "--add-config", "max.message.bytes=1048576");
        traffic.WriteRequest("ep");
        Run(traffic);
        AssertOneOfEach(traffic, revision: 1);
    }
}

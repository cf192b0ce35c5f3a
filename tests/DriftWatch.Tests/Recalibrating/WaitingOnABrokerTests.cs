using System.Text;
using System.Text.Json;
using DriftWatch.Core.Recalibration;
using DriftWatch.Kafka;
using DriftWatch.Kafka.Answering;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DriftWatch.Recalibrating;

/// <summary>Episodes that had too few labels at first, on a real broker: looked at again, each time once, wherever the process ended.</summary>
public sealed class WaitingOnABrokerTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    private const int Killed = 137;

    [Theory]
    [InlineData("set-half-written")]
    [InlineData("set-named")]
    [InlineData("map-written")]
    [InlineData("commit-sent")]
    [InlineData("after-commit")]
    public async Task Killed_in_the_second_attempt_there_is_one_set_and_one_answer_of_each_and_one_map(string place)
    {
        using var traffic = new RecalibrationTraffic(kafka.Options($"waits-{place}"));
        traffic.WritePairs();
        traffic.WriteRequest("ep", count: 500);
        Run(traffic, TimeSpan.FromDays(1));
        Assert.Equal([(1, "wait", false)], Decisions(traffic));
        // A day is not over.
        Run(traffic, TimeSpan.FromDays(1));
        Assert.Equal([(1, "wait", false)], Decisions(traffic));

        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken); // the least that can be set is a second
        string[] arguments = traffic.Arguments("--once", "--set", "recalibration.retryAfter=1s", "--set", "defaults.maturity=2m");
        using (var second = CommandProcess.Start(arguments, new Dictionary<string, string> { [FailPoint.Variable] = $"{place}:1" }))
        {
            Assert.True(await second.ExitAsync() == Killed, second.Output + second.Error);
        }

        // Whoever reads the topics again would find more labels than before.
        traffic.WriteLateLabels();
        Run(traffic, TimeSpan.FromMilliseconds(1));
        Run(traffic, TimeSpan.FromMilliseconds(1));

        var recalibration = traffic.Options.Recalibration;
        Assert.Equal([(1, "wait", false), (2, "accept", true)], Decisions(traffic));
        var records = traffic.Read(recalibration.AuditTopic).ConvertAll(record => AuditRecord.Read(record.Value));
        var map = MapJsonReader.Read(Assert.Single(traffic.Read(recalibration.MapsTopic)).Value);
        Assert.Equal((records[1].MapChecksum, records[1].SetChecksum), (map.Checksum, map.Lineage.SetChecksum));
        Assert.InRange(map.Map.Apply(.6), .3, .42);
        var (first, later) = (records[0].Draft.Asked!, records[1].Draft.Asked!);
        Assert.Equal((first.From, 450, 500), (later.From, first.Labeled, first.Ranges[0].EndOffset));
        Assert.Equal((map.Lineage.N, RecalibrationTraffic.Count), (later.Labeled, later.Ranges[0].EndOffset));
        // What is too young to have all its labels is not in it.
        Assert.InRange((later.To - later.From) / TimeSpan.FromSeconds(1), 2000, RecalibrationTraffic.Count - 120);

        string[] ids = [.. traffic.Read(recalibration.AnswersTopic!).Select(record => JsonDocument.Parse(record.Value!).RootElement.GetProperty("id").GetString()!)];
        Assert.Equal(2, ids.Distinct().Count());
        string[] sets = [.. Directory.GetFiles(recalibration.Sets, "*.arrow").Select(path => Path.GetFileNameWithoutExtension(path)!)];
        Assert.Equal(records.Select(record => record.SetChecksum).Order(StringComparer.Ordinal), sets.Order(StringComparer.Ordinal));
        Assert.All(traffic.Read(recalibration.AuditTopic), record => Assert.True(AuditReplay.Of(AuditRecord.Read(record.Value), record.Value, new(recalibration)).IsReproduced));
    }

    [Fact]
    public void An_episode_that_is_over_or_settled_or_was_looked_at_often_enough_is_not_looked_at_again()
    {
        using var traffic = new RecalibrationTraffic(kafka.Options("waits-over"));
        traffic.WritePairs();
        foreach (string episode in (string[])["over", "fixed", "dismissed", "open", "told"]) traffic.WriteRequest(episode, count: 500);
        Run(traffic, TimeSpan.FromDays(1), attempts: 3, young: true);
        Assert.Equal(5, Decisions(traffic).Count(one => one == (1, "wait", false)));
        traffic.Write("""{"id":"y","type":"io.driftwatch.recalibration.resolved.v1","data":{"episode":"over"}}""");
        traffic.Write("""{"id":"z","type":"io.driftwatch.recalibration.updated.v1","data":{"episode":"fixed","state":"answered"}}""");
        traffic.Write("""{"id":"w","type":"io.driftwatch.recalibration.updated.v1","data":{"episode":"dismissed","state":"dismissed"}}""");
        // That is what our own answer says.
        traffic.Write("""{"id":"v","type":"io.driftwatch.recalibration.updated.v1","data":{"episode":"told","state":"cooling"}}""");
        for (int i = 0; i < 4; i++) Run(traffic, TimeSpan.FromMilliseconds(1), attempts: 3, young: true);

        var decisions = traffic.Read(traffic.Options.Recalibration.AuditTopic).ConvertAll(record => AuditRecord.Read(record.Value));
        Assert.Equal(
            ["dismissed 1", "fixed 1", "open 1", "open 2", "open 3", "over 1", "told 1", "told 2", "told 3"],
            decisions.Select(decision => $"{decision.Draft.Request.Episode} {decision.Draft.Attempt}").Order(StringComparer.Ordinal));
        Assert.All(decisions, decision => Assert.Equal("wait", decision.Verdict));
    }

    private static List<(int? Attempt, string Verdict, bool HasMap)> Decisions(RecalibrationTraffic traffic) =>
        [.. traffic.Read(traffic.Options.Recalibration.AuditTopic).Select(record => AuditRecord.Read(record.Value)).Select(record => (record.Draft.Attempt, record.Verdict, record.MapChecksum is not null)).Order()];

    /// <param name="traffic">What there is.</param>
    /// <param name="retryAfter">How long it waits.</param>
    /// <param name="attempts">How often it looks.</param>
    /// <param name="young">Whether nothing that has come since is mature.</param>
    private static void Run(RecalibrationTraffic traffic, TimeSpan retryAfter, int attempts = 14, bool young = false)
    {
        var options = traffic.Options with { Recalibration = traffic.Options.Recalibration with { RetryAfter = retryAfter, MaxAttempts = attempts } };
        if (young) options = options with { Monitor = options.Monitor with { Default = options.Monitor.Default with { Maturity = TimeSpan.FromDays(1) } } };
        using var loop = new RecalibrationLoop(options, once: true, TimeProvider.System, NullLogger.Instance);
        loop.Run(TestContext.Current.CancellationToken);
    }
}

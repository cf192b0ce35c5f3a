using System.Text.Json;
using DriftWatch.Core.Recalibration;
using DriftWatch.Files;
using DriftWatch.Kafka;
using DriftWatch.Sets;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DriftWatch.Recalibrating;

/// <summary>A request that rests on more pairs than a set may hold, on a real broker: a part of them is drawn, the same one whoever draws it.</summary>
public sealed class SampledSetOnABrokerTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    private const int Most = 2000;

    [Fact]
    public void A_part_is_drawn_by_id_the_same_after_a_restart_and_all_that_comes_of_it_says_so()
    {
        using var traffic = new RecalibrationTraffic(kafka.Options("sampled"));
        traffic.WritePairs();
        traffic.WriteRequest("whole");
        Run(traffic, most: int.MaxValue);
        var whole = Rows(traffic, "whole");
        traffic.WriteRequest("ep");
        Run(traffic, Most);
        // A machine that knows nothing of it: another folder, and the episode asks under another name.
        Directory.Delete(traffic.Options.Recalibration.Sets, recursive: true);
        traffic.WriteRequest("again");
        Run(traffic, Most);

        var record = Record(traffic, "again");
        var (drawn, sample) = (Rows(traffic, "again"), SetSample.Of(RecalibrationTraffic.Count * 9 / 10, Most));
        Assert.Equal(whole.Where(row => sample.Keeps(new(row.IdHash, 0))).Select(row => row with { Weight = 1 / sample.Rate }), drawn);
        Assert.InRange(drawn.Count, sample.Least(2700), Most);
        Assert.InRange(drawn.Sum(row => row.Weight), 2700 * .95, 2700 * 1.05);
        Assert.Equal(Record(traffic, "ep").Draft.Terms.MaxPairs, record.Draft.Terms.MaxPairs);

        // The gate judged those, and says of how many.
        Assert.Equal("accept", record.Verdict);
        var map = MapJsonReader.Read(traffic.Read(traffic.Options.Recalibration.MapsTopic)[^1].Value);
        Assert.Equal((drawn.Count, "again"), (map.Lineage.N, map.Lineage.Episode));
        Assert.InRange(map.Map.Apply(.6), .3, .42);
        foreach (string episode in (string[])["ep", "again"])
        {
            using var audit = JsonDocument.Parse(traffic.Read(traffic.Options.Recalibration.AuditTopic).Single(one => AuditRecord.Read(one.Value).Draft.Request.Episode == episode).Value!);
            using var answer = JsonDocument.Parse(traffic.Read(traffic.Options.Recalibration.AnswersTopic!).Single(one => JsonDocument.Parse(one.Value!).RootElement.GetProperty("correlationid").GetString() == episode).Value!);
            Assert.Equal(sample.Rate, audit.RootElement.GetProperty("set").GetProperty("sampled").GetDouble());
            Assert.Equal((sample.Rate, false, drawn.Count), (answer.RootElement.GetProperty("data").GetProperty("set") is var set ? set.GetProperty("sampled").GetDouble() : 0, set.GetProperty("complete").GetBoolean(), set.GetProperty("n").GetInt32()));
        }

        byte[] written = traffic.Read(traffic.Options.Recalibration.AuditTopic).Single(one => AuditRecord.Read(one.Value).Draft.Request.Episode == "again").Value!;
        Assert.True(AuditReplay.Of(record, written, new(traffic.Options.Recalibration)).IsReproduced);
    }

    [Fact]
    public void Labels_that_retention_has_taken_are_missed_of_a_sample_too()
    {
        using var traffic = new RecalibrationTraffic(kafka.Options("sampled-lack"));
        traffic.WritePairs();
        traffic.WriteRequest("ep", labeled: 6000);
        Run(traffic, Most);

        var record = Record(traffic, "ep");
        Assert.Equal("failed", record.Verdict);
        Assert.StartsWith("The request rests on 6000 labeled predictions", record.Reason, StringComparison.Ordinal);
        Assert.Contains("of them that are drawn (recalibration.maxPairs)", record.Reason, StringComparison.Ordinal);
    }

    private static AuditRecord Record(RecalibrationTraffic traffic, string episode) => traffic.Read(traffic.Options.Recalibration.AuditTopic).Select(record => AuditRecord.Read(record.Value)).Single(record => record.Draft.Request.Episode == episode);

    private static List<SetFileRow> Rows(RecalibrationTraffic traffic, string episode)
    {
        using var file = File.OpenRead(SetFile.Find(traffic.Options.Recalibration.Sets, Record(traffic, episode).SetChecksum!)!);
        return ArrowSet.Read(file).Rows;
    }

    private static void Run(RecalibrationTraffic traffic, int most)
    {
        using var loop = new RecalibrationLoop(traffic.Options with { Recalibration = traffic.Options.Recalibration with { MaxPairs = most } }, once: true, TimeProvider.System, NullLogger.Instance);
        loop.Run(TestContext.Current.CancellationToken);
    }
}

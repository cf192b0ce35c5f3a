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

namespace DriftWatch.Recalibrating;

/// <summary>Requests on a real broker, and what is there afterwards, wherever the process ended.</summary>
public sealed class RecalibrationOnABrokerTests(ApacheKafka kafka) : IClassFixture<ApacheKafka>
{
    internal const int Killed = 137;

    [Theory]
    [InlineData("set-half-written")]
    [InlineData("map-written")]
    [InlineData("after-produce")]
    [InlineData("commit-sent")]
    [InlineData("after-commit")]
    public async Task Killed_anywhere_and_started_again_there_is_one_set_one_map_one_record_and_one_answer(string place)
    {
        using var traffic = new RecalibrationTraffic(kafka.Options($"killed-{place}"));
        traffic.WritePairs();
        traffic.WriteRequest("ep");

        using (var first = CommandProcess.Start(traffic.Arguments("--once"), new Dictionary<string, string> { [FailPoint.Variable] = $"{place}:1" }))
        {
            Assert.True(await first.ExitAsync() == Killed, first.Output + first.Error);
        }

        AssertNothingTorn(traffic);
        // Whoever reads the topics again would find more labels than before.
        traffic.WriteLateLabels();
        Run(traffic);

        AssertOneOfEach(traffic, revision: 1);
        string[] before = Listing(traffic);
        Run(traffic);
        AssertOneOfEach(traffic, revision: 1);
        Assert.Equal(before, Listing(traffic));
    }

    [Fact]
    public async Task The_second_episode_goes_on_from_the_first_map_and_each_decision_comes_out_again_from_its_record()
    {
        using var traffic = new RecalibrationTraffic(kafka.Options("twice"));
        traffic.WritePairs();
        traffic.Write("not JSON");
        traffic.Write("""{"id":"x","type":"io.driftwatch.recalibration.resolved.v1","data":{}}""");
        traffic.WriteRequest("first");
        traffic.WriteRequest("first");
        traffic.WriteRequest("view", more: "\"view\":\"folded\",");
        traffic.WriteRequest("more", labeled: 100_000);
        Run(traffic);
        traffic.WriteRequest("second");
        Run(traffic);

        var (recalibration, maps) = (traffic.Options.Recalibration, traffic.Read(traffic.Options.Recalibration.MapsTopic).ConvertAll(record => MapJsonReader.Read(record.Value)));
        Assert.Equal([(1, null), (2, maps[0].Checksum)], maps.Select(map => (map.Lineage.Revision, map.Lineage.Parent)));
        Assert.Equal(["first", "second"], maps.Select(map => map.Lineage.Episode));
        Assert.All(traffic.Read(recalibration.MapsTopic), record => Assert.Equal("models/fraud/versions/7", Encoding.UTF8.GetString(record.Key!)));
        Assert.Equal($"2-{maps[1].Checksum!["sha256:".Length..][..8]}\n", await File.ReadAllTextAsync(Path.Combine(recalibration.Folder!, "fraud", "7", "current"), TestContext.Current.CancellationToken));

        var answers = traffic.Read(recalibration.AnswersTopic!).ConvertAll(record => JsonDocument.Parse(record.Value!).RootElement);
        Assert.Equal(
            [("first", "accept"), ("view", "failed"), ("more", "failed"), ("second", "accept")],
            answers.OrderBy(answer => answer.GetProperty("data").GetProperty("episode").GetString() switch { "first" => 0, "view" => 1, "more" => 2, _ => 3 }).Select(answer => (answer.GetProperty("correlationid").GetString(), answer.GetProperty("data").GetProperty("verdict").GetString())));
        string[] reasons = [.. answers.Select(answer => answer.GetProperty("data").GetProperty("reason").GetString()!)];
        Assert.Contains(reasons, reason => reason.StartsWith("The request is of the view folded", StringComparison.Ordinal));
        Assert.Contains(reasons, reason => reason.StartsWith("The request rests on 100000 labeled predictions", StringComparison.Ordinal));
        var letter = Assert.Single(traffic.Read(traffic.Options.Kafka.DeadLetterTopic));
        Assert.Equal("not JSON", Encoding.UTF8.GetString(letter.Value!));
        Assert.Contains(letter.Headers, header => header.Name == DeadLetter.Reason && Encoding.UTF8.GetString(header.Value!) == "malformed");

        string[] common = [.. traffic.Arguments().Skip(1).Where(argument => argument != "--create-topics")];
        foreach (string episode in (string[])["first", "second", "view", "more"])
        {
            using var replay = await CommandProcess.RunAsync(["audit", "replay", episode, "--folder", recalibration.Folder!, .. Settings(common)]);
            Assert.True(replay.ExitCode == 0, replay.Output + replay.Error);
            Assert.Contains("reproduced to the bit by driftwatch", replay.Output, StringComparison.Ordinal);
        }

        using var list = await CommandProcess.RunAsync(["audit", "list", .. Settings(common)]);
        Assert.Equal(5, list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        using var none = await CommandProcess.RunAsync(["audit", "replay", "nobody", "--folder", recalibration.Folder!, .. Settings(common)]);
        Assert.Equal(ExitCode.Failure, none.ExitCode);

        // A new machine: folders are filled from the topic alone, to the byte.
        byte[] onnx = await File.ReadAllBytesAsync(Directory.GetFiles(recalibration.Folder!, "map.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last(), TestContext.Current.CancellationToken);
        Directory.Delete(Path.Combine(recalibration.Folder!, "fraud"), recursive: true);
        Run(traffic);
        Assert.Equal(onnx, await File.ReadAllBytesAsync(Directory.GetFiles(recalibration.Folder!, "map.onnx", SearchOption.AllDirectories).Single(), TestContext.Current.CancellationToken));

        // The first episode is over and its set old: it goes, and whoever asks is told. The second's is that of the current map.
        traffic.Write("""{"id":"y","type":"io.driftwatch.recalibration.resolved.v1","data":{"episode":"first"}}""");
        foreach (string set in Directory.GetFiles(recalibration.Sets)) File.SetLastWriteTimeUtc(set, DateTime.UtcNow.AddDays(-500));
        Run(traffic);
        Assert.Equal($"{maps[1].Lineage.SetChecksum}.arrow", Path.GetFileName(Assert.Single(Directory.GetFiles(recalibration.Sets, "*.arrow"))));
        using var gone = await CommandProcess.RunAsync(["audit", "replay", "first", "--folder", recalibration.Folder!, .. Settings(common)]);
        Assert.Equal(ExitCode.Failure, gone.ExitCode);
        Assert.Contains($"The set {maps[0].Lineage.SetChecksum} was removed by retention at 20", gone.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_backlog_is_looked_after_once_before_it_and_once_after_it()
    {
        using var traffic = new RecalibrationTraffic(kafka.Options("backlog"));
        traffic.WritePairs();
        for (int episode = 0; episode < 6; episode++) traffic.WriteRequest($"ep-{episode}");

        using (var loop = new RecalibrationLoop(traffic.Options, once: true, TimeProvider.System, NullLogger.Instance))
        {
            loop.Run(TestContext.Current.CancellationToken);
            Assert.Equal(2, loop.Looks);
        }

        Assert.Equal(6, traffic.Read(traffic.Options.Recalibration.AuditTopic).Count);
        using var again = new RecalibrationLoop(traffic.Options, once: true, TimeProvider.System, NullLogger.Instance);
        again.Run(TestContext.Current.CancellationToken);
        Assert.Equal(1, again.Looks);
    }

    [Fact]
    public async Task One_instance_answers_the_other_stands_by_and_a_run_beside_them_is_refused()
    {
        using var traffic = new RecalibrationTraffic(kafka.Options("service"));
        traffic.WritePairs();
        using var owner = CommandProcess.Start(traffic.Arguments("--listen", "127.0.0.1:0"));
        string listening = await owner.LineWithAsync("Listening on ");
        await owner.LineWithAsync("Took over as owner");
        using var standby = CommandProcess.Start(traffic.Arguments());
        await standby.LineWithAsync("standing by");
        using var once = await CommandProcess.RunAsync(traffic.Arguments("--once"));
        Assert.Equal(ExitCode.Failure, once.ExitCode);
        Assert.Contains("a running driftwatch recalibrate answers the requests", once.Error, StringComparison.Ordinal);

        traffic.WriteRequest("ep");
        await owner.LineWithAsync("Published revision 1");
        using (var client = new HttpClient { BaseAddress = new Uri(listening[listening.IndexOf("http://", StringComparison.Ordinal)..].Trim()) })
        {
            Assert.Equal("ok\n", await client.GetStringAsync("/healthz/ready", TestContext.Current.CancellationToken));
            var page = new MetricsText(await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken));
            Assert.Equal((1, 1), (page["driftwatch_recalibrator_owner"], page["driftwatch_recalibrator_decisions_total{verdict=\"accept\"}"]));
            // Its own commit stands behind the request by then: the lag goes to nothing all the same.
            for (var until = DateTime.UtcNow.AddSeconds(20); page["driftwatch_recalibrator_requests_pending"] > 0 && DateTime.UtcNow < until; await Task.Delay(200, TestContext.Current.CancellationToken))
                page = new(await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken));
            Assert.Equal(0, page["driftwatch_recalibrator_requests_pending"]);
        }

        owner.Signal("TERM");
        Assert.Equal(ExitCode.Ok, await owner.ExitAsync());
        await standby.LineWithAsync("Took over as owner");
        standby.Signal("TERM");
        Assert.Equal(ExitCode.Ok, await standby.ExitAsync());

        AssertOneOfEach(traffic, revision: 1);
    }

    [Fact]
    public void Who_was_fenced_commits_nothing()
    {
        using var traffic = new RecalibrationTraffic(kafka.Options("fenced"));
        traffic.WriteRequest("ep");
        using AnswerStore first = Store(traffic), second = Store(traffic);
        Assert.NotNull(Acquired(first));
        Assert.NotNull(Acquired(second));
        AnswerRecord answer = new(traffic.Options.Recalibration.AnswersTopic!, null, "answer"u8.ToArray(), []);

        second.Answer([answer], TestContext.Current.CancellationToken);
        Assert.Throws<FencedException>(() => first.Answer([answer], TestContext.Current.CancellationToken));

        Assert.Single(traffic.Read(traffic.Options.Recalibration.AnswersTopic!));
        Assert.Null(Acquired(first));
    }

    private static AnswerStore Store(RecalibrationTraffic traffic) => new(traffic.Options.Kafka, traffic.Options.Recalibration, once: true, TimeProvider.System, NullLogger.Instance);

    private static KeptRecord? Acquired(AnswerStore store)
    {
        store.Acquire(TestContext.Current.CancellationToken);
        while (!store.IsAtEnd)
        {
            if (store.Next(TimeSpan.FromMilliseconds(100)) is { } record) return record;
        }

        return null;
    }

    internal static int Count(string text, string part) => text.Split(part).Length - 1;

    internal static void Run(RecalibrationTraffic traffic)
    {
        using var loop = new RecalibrationLoop(traffic.Options, once: true, TimeProvider.System, NullLogger.Instance);
        loop.Run(TestContext.Current.CancellationToken);
    }

    internal static IEnumerable<string> Settings(string[] arguments) => Enumerable.Range(0, arguments.Length - 1).Where(at => arguments[at] == "--set").SelectMany(at => arguments[at..(at + 2)]).Append("--set").Append($"kafka.bootstrapServers={arguments[Array.IndexOf(arguments, "--bootstrap-servers") + 1]}");

    internal static string[] Settings(S3Server server) => ["--set", $"recalibration.store=s3://{S3Server.Bucket}/calibration", "--set", $"recalibration.storeEndpoint={server.Endpoint}", "--set", "recalibration.storePathStyle=true"];

    internal static void AssertOneOfEach(RecalibrationTraffic traffic, int revision)
    {
        var recalibration = traffic.Options.Recalibration;
        var published = Assert.Single(traffic.Read(recalibration.MapsTopic));
        var map = MapJsonReader.Read(published.Value);
        var record = AuditRecord.Read(Assert.Single(traffic.Read(recalibration.AuditTopic)).Value);
        using var answer = JsonDocument.Parse(Assert.Single(traffic.Read(recalibration.AnswersTopic!)).Value!);
        Assert.Equal(("accept", map.Checksum, map.Lineage.SetChecksum), (record.Verdict, record.MapChecksum, record.SetChecksum));
        Assert.Equal(map.Checksum, answer.RootElement.GetProperty("data").GetProperty("map").GetProperty("checksum").GetString());
        Assert.Equal(revision, map.Lineage.Revision);
        Assert.InRange(map.Map.Apply(.6), .3, .42);

        AssertNothingTorn(traffic);
        string set = Assert.Single(Directory.GetFiles(recalibration.Sets, "*.arrow"));
        Assert.Equal(map.Lineage.SetChecksum, Path.GetFileNameWithoutExtension(set));
        string folder = Assert.Single(Directory.GetDirectories(Path.Combine(recalibration.Folder!, "fraud", "7"), $"{revision}-*"));
        Assert.Equal(published.Value, File.ReadAllBytes(Path.Combine(folder, "map.json")));
        Assert.Equal(Path.GetFileName(folder) + "\n", File.ReadAllText(Path.Combine(recalibration.Folder!, "fraud", "7", "current")));
    }

    /// <summary>What has its final name is whole.</summary>
    internal static void AssertNothingTorn(RecalibrationTraffic traffic)
    {
        foreach (string set in Files("*.arrow")) Assert.Equal(Path.GetFileNameWithoutExtension(set), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(set))));
        foreach (string map in Files("map.json")) Assert.StartsWith($"1-{MapJsonReader.Read(File.ReadAllBytes(map)).Checksum!["sha256:".Length..][..8]}", Path.GetFileName(Path.GetDirectoryName(map)!), StringComparison.Ordinal);
        foreach (string current in Files("current")) Assert.True(Directory.Exists(Path.Combine(Path.GetDirectoryName(current)!, File.ReadAllText(current).Trim())));

        IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(traffic.Folder, pattern, SearchOption.AllDirectories).Where(path => !path.Contains(".part", StringComparison.Ordinal));
    }

    internal static string[] Listing(RecalibrationTraffic traffic) => [.. Directory.EnumerateFiles(traffic.Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => $"{path} {File.GetLastWriteTimeUtc(path):O}")];
}

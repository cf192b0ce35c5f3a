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
    private const int Killed = 137;

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

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static void Run(RecalibrationTraffic traffic)
    {
        using var loop = new RecalibrationLoop(traffic.Options, once: true, TimeProvider.System, NullLogger.Instance);
        loop.Run(TestContext.Current.CancellationToken);
    }

    private static IEnumerable<string> Settings(string[] arguments) => Enumerable.Range(0, arguments.Length - 1).Where(at => arguments[at] == "--set").SelectMany(at => arguments[at..(at + 2)]).Append("--set").Append($"kafka.bootstrapServers={arguments[Array.IndexOf(arguments, "--bootstrap-servers") + 1]}");

    private static string[] Settings(S3Server server) => ["--set", $"recalibration.store=s3://{S3Server.Bucket}/calibration", "--set", $"recalibration.storeEndpoint={server.Endpoint}", "--set", "recalibration.storePathStyle=true"];

    private static void AssertOneOfEach(RecalibrationTraffic traffic, int revision)
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
    private static void AssertNothingTorn(RecalibrationTraffic traffic)
    {
        foreach (string set in Files("*.arrow")) Assert.Equal(Path.GetFileNameWithoutExtension(set), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(set))));
        foreach (string map in Files("map.json")) Assert.StartsWith($"1-{MapJsonReader.Read(File.ReadAllBytes(map)).Checksum!["sha256:".Length..][..8]}", Path.GetFileName(Path.GetDirectoryName(map)!), StringComparison.Ordinal);
        foreach (string current in Files("current")) Assert.True(Directory.Exists(Path.Combine(Path.GetDirectoryName(current)!, File.ReadAllText(current).Trim())));

        IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(traffic.Folder, pattern, SearchOption.AllDirectories).Where(path => !path.Contains(".part", StringComparison.Ordinal));
    }

    private static string[] Listing(RecalibrationTraffic traffic) => [.. Directory.EnumerateFiles(traffic.Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => $"{path} {File.GetLastWriteTimeUtc(path):O}")];
}

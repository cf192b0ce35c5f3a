using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Pipeline;

/// <summary>Stop anywhere, begin again at what is committed: what is counted and asked for is as if nothing had happened.</summary>
public sealed class RestartTests
{
    private static readonly PipelineOptions SmallSteps = new() { BatchRecords = 20, CommitInterval = TimeSpan.Zero, IdleAdvance = false };

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    public void After_crashes_every_window_that_is_shown_is_whole_and_no_request_is_lost(int seed)
    {
        using var steady = new PipelineDriver(pipeline: SmallSteps);
        Traffic.Drifting(steady, hours: 5, seed);
        steady.RunToEnd();
        var expected = Windows(steady);
        string[] expectedRequests = Ids(steady);
        Assert.NotEmpty(expectedRequests);

        using var crashing = new PipelineDriver(pipeline: SmallSteps);
        Traffic.Drifting(crashing, hours: 5, seed);
        HashSet<string> sent = [];
        var random = new Random(seed);
        for (int crash = 0; crash < 4; crash++)
        {
            int cycles = random.Next(5, 60);
            for (int i = 0; i < cycles; i++)
            {
                crashing.Time.Advance(TimeSpan.FromMilliseconds(10));
                crashing.Cycle();
            }

            sent.UnionWith(Ids(crashing));
            crashing.StartService();
        }

        crashing.RunToEnd();
        sent.UnionWith(Ids(crashing));

        Assert.Equal(expectedRequests.Order(), sent.Order());
        var shown = Windows(crashing);
        Assert.NotEmpty(shown);
        Assert.All(shown, w => Assert.Equal(expected[w.Key], w.Value));
    }

    [Fact]
    public void A_clean_restart_sends_no_request_again_and_sets_no_record_aside_again()
    {
        using var service = new PipelineDriver(pipeline: SmallSteps);
        Traffic.Drifting(service, hours: 3, seed: 21);
        for (int i = 0; i < 5; i++) service.Append("predictions", 0, "no json");
        service.RunToEnd();
        Assert.NotEmpty(service.Output.Requests);
        Assert.Equal(5, service.Output.DeadLetters.Count());
        Assert.True(service.Loop.Stop());

        int sent = service.Output.Sent.Count;
        service.StartService();
        service.RunToEnd();

        Assert.Equal(ServicePhase.Running, service.Loop.Phase);
        Assert.Equal(sent, service.Output.Sent.Count);
    }

    [Fact]
    public void Records_that_retention_deleted_while_the_service_was_away_are_counted_and_the_rest_is_read()
    {
        using var service = new PipelineDriver(pipeline: SmallSteps, partitions: 1);
        for (int i = 0; i < 100; i++) service.Predict($"p{i}", TimeSpan.FromMinutes(i), 0.5);
        service.RunToEnd();
        Assert.Equal(0, service.Snapshot.Streams[0].LostRecords);
        Assert.Equal(100, service.Store.Offsets[("predictions", 0)]);

        for (int i = 100; i < 200; i++) service.Predict($"p{i}", TimeSpan.FromMinutes(i), 0.5);
        service.Log.Cut("predictions", 0, 150);
        service.StartService();
        service.RunToEnd();

        // What came after the stored state is lost too, as it could not be done again: the state had the first twenty.
        Assert.Equal([130, 0], service.Snapshot.Streams.Select(s => s.LostRecords));
        Assert.Equal(70, service.Snapshot.Monitor.Join.Predictions);
        Assert.True(service.Snapshot.RestoreMismatches > 0, "It must not look as if nothing had happened.");
        Assert.Equal(200, service.Snapshot.Streams[0].Partitions.Single().Position);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    public void After_crashes_every_latency_counts_once(int seed)
    {
        using var steady = new PipelineDriver(pipeline: SmallSteps);
        using var crashing = new PipelineDriver(pipeline: SmallSteps);
        var random = new Random(seed);
        for (int i = 0; i < 2000; i++)
        {
            string latency = i % 50 == 7 ? "\"slow\"" : $"{random.Next(1, 900)}";
            string json = $$"""{"id":"p{{i}}","model":"m","timestamp":{{PipelineDriver.Start.AddSeconds(i).ToUnixTimeMilliseconds()}},"probability":0.5,"latency":{{latency}}}""";
            foreach (var service in (PipelineDriver[])[steady, crashing])
            {
                service.Append("predictions", i % 2, json);
                if (i % 10 == 0) service.Append("predictions", i % 2, json); // a copy counts once
            }
        }

        steady.RunToEnd();
        for (int crash = 0; crash < 5; crash++)
        {
            int cycles = random.Next(3, 15);
            for (int i = 0; i < cycles; i++)
            {
                crashing.Time.Advance(TimeSpan.FromMilliseconds(10));
                crashing.Cycle();
            }

            crashing.StartService();
        }

        crashing.RunToEnd();

        var expected = steady.Snapshot.Monitor.Series.Single().Latency!;
        Assert.Equal((1960, 40, 0), (expected.Total!.Count, expected.Unreadable, expected.Late));
        Assert.NotNull(expected.Newest);
        Assert.Equal(expected, crashing.Snapshot.Monitor.Series.Single().Latency);
    }

    [Fact]
    public void A_latency_that_cannot_be_read_is_said_in_the_log_with_its_place_and_the_fix_and_nothing_of_the_record()
    {
        var log = new LogLines();
        using var service = new PipelineDriver(logger: log);
        service.Append("predictions", 0, $$"""{"id":"a","model":"m","timestamp":{{PipelineDriver.Start.ToUnixTimeMilliseconds()}},"probability":0.5,"latency":"quick as lightning"}""");
        service.RunToEnd();

        string line = Assert.Single(log.Lines, line => line.Contains("latency"));
        Assert.Contains("predictions[0]@0: latency left out, the prediction counts. /latency: expected a number of milliseconds or a duration such as 12ms or 1.5s, from 0 to 24h. Send that, or point input.predictions.latency elsewhere", line);
        Assert.DoesNotContain("lightning", line);
        Assert.Empty(service.Output.DeadLetters);
        Assert.Equal(1, service.Snapshot.Monitor.Join.Predictions);
    }

    private static string[] Ids(PipelineDriver service) =>
        [.. service.Output.Requests.Select(r => System.Text.Encoding.UTF8.GetString(r.Headers.Single(h => h.Name == "ce_id").Value!))];

    private static Dictionary<EventTime, (long, long, long, double)> Windows(PipelineDriver service) =>
        service.Snapshot.Monitor.Series.Single().Windows.Single().History.ToDictionary(w => w.Start, Sums);

    private static (long Predictions, long Labeled, long Positives, double SumConfidence) Sums(WindowSnapshot w) => (w.Predictions, w.Labeled, w.Positives, w.SumConfidence);
}

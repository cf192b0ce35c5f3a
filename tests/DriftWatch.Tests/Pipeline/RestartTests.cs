using DriftWatch.Windowing;
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
        Assert.True(crashing.Log.Committed[("predictions", 0)].SafeOffset > 0, "The safe offset never moved.");
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

        service.StartService();
        service.Cycle();
        Assert.Equal(ServicePhase.Restoring, service.Loop.Phase);
        service.RunToEnd();

        Assert.Equal(ServicePhase.Running, service.Loop.Phase);
        Assert.Empty(service.Output.Sent);
    }

    [Fact]
    public void Records_that_retention_deleted_while_the_service_was_away_are_counted_and_the_rest_is_read()
    {
        using var service = new PipelineDriver(pipeline: SmallSteps, partitions: 1);
        for (int i = 0; i < 100; i++) service.Predict($"p{i}", TimeSpan.FromMinutes(i), 0.5);
        service.RunToEnd();
        Assert.Equal(0, service.Snapshot.Streams[0].LostRecords);
        long safe = service.Log.Committed[("predictions", 0)].SafeOffset;
        Assert.InRange(safe, 1, 99);

        for (int i = 100; i < 200; i++) service.Predict($"p{i}", TimeSpan.FromMinutes(i), 0.5);
        service.Log.Cut("predictions", 0, 150);
        service.StartService();
        service.RunToEnd();

        Assert.Equal([150 - safe, 0], service.Snapshot.Streams.Select(s => s.LostRecords));
        Assert.Equal(50, service.Snapshot.Monitor.Join.Predictions);
        Assert.Equal(200, service.Snapshot.Streams[0].Partitions.Single().Position);
    }

    [Fact]
    public void A_note_is_read_as_it_was_written_and_fits_beside_an_offset()
    {
        var note = new PositionNote(12_345, -7, [.. Enumerable.Range(0, 100).Select(i => PositionNote.Short($"00000000-0000-5000-8000-{i:x12}"))]);

        var read = PositionNote.Parse(note.ToString());

        Assert.Equal((12_345, -7), (read.Next, read.From));
        Assert.Equal(note.Sent.TakeLast(PositionNote.MaxSent), read.Sent);
        Assert.InRange(note.ToString().Length, 1, 4096);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("moved by hand")]
    [InlineData("N=;F=x;sent=")]
    public void A_note_of_another_tool_says_nothing(string? text) => Assert.Equal(PositionNote.None.ToString(), PositionNote.Parse(text).ToString());

    private static string[] Ids(PipelineDriver service) =>
        [.. service.Output.Requests.Select(r => System.Text.Encoding.UTF8.GetString(r.Headers.Single(h => h.Name == "ce_id").Value!))];

    private static Dictionary<EventTime, (long, long, long, double)> Windows(PipelineDriver service) =>
        service.Snapshot.Monitor.Series.Single().Windows.Single().History.ToDictionary(w => w.Start, Sums);

    private static (long Predictions, long Labeled, long Positives, double SumConfidence) Sums(WindowSnapshot w) => (w.Predictions, w.Labeled, w.Positives, w.SumConfidence);
}

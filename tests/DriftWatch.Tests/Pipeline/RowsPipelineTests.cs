using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Pipeline;

/// <summary>Records that hold several rows, through the whole service.</summary>
public sealed class RowsPipelineTests
{
    private const string Other = "a number from 0 to 1: DriftWatch watches probabilities of outcomes, not regression or ranking (a log probability, logit or percentage needs transform)";

    private static readonly long Time = PipelineDriver.Start.ToUnixTimeMilliseconds();

    [Fact]
    public void Rows_join_the_labels_of_their_numbers()
    {
        using var service = Service();
        service.Append("predictions", 0, $$"""{"id":"r","model":"m","timestamp":{{Time}},"predictions":[0.25,0.5,0.75]}""");
        service.Append("labels", 0, $$"""{"id":"r-2","timestamp":{{Time}},"label":1}""");
        service.Append("labels", 1, $$"""{"id":"r-0","timestamp":{{Time}},"label":0}""");
        service.Append("labels", 1, $$"""{"id":"r","timestamp":{{Time}},"label":0}""");

        service.RunToEnd();

        var whole = service.Snapshot.Monitor.Series.Single(series => series.Key.IsWhole);
        Assert.Equal((3, 2, 1.0), (whole.Total.Predictions, whole.Total.Labeled, whole.Total.SumConfidence));
        Assert.Equal(0.0625, whole.Total.Metrics.Brier); // (1 − 0.75)² and 0.25²
        Assert.Equal(1, service.Snapshot.Streams[0].Records);
    }

    [Fact]
    public void Bad_rows_are_counted_one_by_one_and_set_aside_with_their_record_once()
    {
        using var service = Service();
        string record = $$"""{"id":"r","model":"m","timestamp":{{Time}},"predictions":[0.5,"x",2,0.5,null,{{string.Join(',', Enumerable.Repeat("7", 10))}}]}""";
        service.Append("predictions", 0, record);
        service.Append("predictions", 0, "no json");

        service.RunToEnd();

        var stream = service.Snapshot.Streams.Single(one => one.Name == "predictions");
        Assert.Equal((2, 2), (stream.Records, service.Snapshot.Monitor.Series.Single(series => series.Key.IsWhole).Total.Predictions));
        Assert.Equal((1, 11, 1, 1, 2), (stream.Rejected[RejectReason.Schema], stream.Rejected[RejectReason.ProbabilityRange], stream.Rejected[RejectReason.MissingProbability], stream.Rejected[RejectReason.Malformed], stream.DeadLetters));
        var letters = service.Output.DeadLetters.ToList();
        Assert.Equal(2, letters.Count);
        Assert.Equal((record, "schema"), (Encoding.UTF8.GetString(letters[0].Value!), DeadLetter.TextOf(letters[0], DeadLetter.Reason)));
        Assert.Equal(
            $"row 1: row: expected a number from 0 to 1, found x; row 2: row: expected {Other}, found 2; " +
            "row 4: row: expected a probability, or a predicted class with its confidence, or probabilities of all classes; " +
            $"row 5: row: expected {Other}, found 7; row 6: row: expected {Other}, found 7; row 7: row: expected {Other}, found 7; row 8: row: expected {Other}, found 7; row 9: row: expected {Other}, found 7; and 5 more rows",
            DeadLetter.TextOf(letters[0], DeadLetter.Detail));
    }

    /// <summary>Records are read ahead of the join, which finds some labels unreadable: each letter is still of its own record, and they come in the order of the records.</summary>
    [Fact]
    public void Labels_that_the_join_cannot_read_are_set_aside_among_those_that_nobody_could_with_their_own_words()
    {
        var model = PipelineDriver.QuickModel() with { Default = new ModelOptions { NegativeLabel = "0" } };
        var rows = new FieldMapping { Rows = "/labels", [FieldName.Label] = "row/is", [FieldName.Id] = "row/id" };
        using var service = new PipelineDriver(model, new PipelineOptions { IdleAdvance = false, LabelFields = rows });
        foreach (string id in (string[])["a", "b", "c", "d"]) service.Append("predictions", 0, $$"""{"id":"{{id}}","model":"m","timestamp":{{Time}},"probability":0.5}""");
        service.RunToEnd();
        string[] records =
        [
            $$"""{"timestamp":{{Time}},"labels":[{"id":"a","is":"maybe"},{"id":"c","is":1},{"is":1},{"id":"b","is":"perhaps"}]}""",
            "no json",
            $$"""{"timestamp":{{Time}},"labels":[{"id":"d","is":"hardly"}]}""",
        ];
        foreach (string record in records) service.Append("labels", 0, record);

        service.RunToEnd();

        var letters = service.Output.DeadLetters.ToList();
        Assert.Equal(records, letters.Select(letter => Encoding.UTF8.GetString(letter.Value!)));
        Assert.Matches("^row 0: .*maybe.*; row 2: .*; row 3: .*perhaps", DeadLetter.TextOf(letters[0], DeadLetter.Detail));
        Assert.Equal("malformed", DeadLetter.TextOf(letters[1], DeadLetter.Reason));
        Assert.Matches("^row 0: .*hardly", DeadLetter.TextOf(letters[2], DeadLetter.Detail));
        Assert.Equal(1, service.Snapshot.Monitor.Join.Matched);
    }

    /// <summary>A restart in the middle of everything: what was counted is counted once, row by row.</summary>
    [Theory]
    [InlineData(50_000)]
    [InlineData(0)]
    public void A_restart_reads_rows_again_and_counts_none_twice(int inlineEntries)
    {
        using var service = Service(new PipelineOptions { BatchRecords = 1, CheckpointInterval = TimeSpan.FromSeconds(4), InlineEntries = inlineEntries });
        for (int i = 0; i < 40; i++)
        {
            // The middle row is a copy of the first of the record before, which is dropped; labels of some rows come first.
            service.Append("predictions", 0, $$"""{"model":"m","timestamp":{{Time + i}},"predictions":[{"id":"a{{i}}","p":0.25},{"id":"a{{i - 1}}","p":0.5},{"id":"b{{i}}","p":0.75}]}""");
            service.Append("labels", 0, $$"""{"id":"a{{i}}","timestamp":{{Time + i}},"label":1}""");
            service.Append("labels", 0, $$"""{"id":"b{{i}}","timestamp":{{Time + i}},"label":0}""");
        }

        for (int turn = 0; turn < 60; turn++)
        {
            service.Time.Advance(TimeSpan.FromSeconds(1));
            service.Cycle();
            if (turn % 7 == 6) service.StartService();
        }

        service.RunToEnd();

        var whole = service.Snapshot.Monitor.Series.Single(series => series.Key.IsWhole);
        Assert.Equal((81, 80, 40.0), (whole.Total.Predictions, whole.Total.Labeled, whole.Total.SumConfidence));
        Assert.Equal((39, 0), (service.Snapshot.Monitor.Join.DuplicatePredictions, service.Output.DeadLetters.Count()));
    }

    private static PipelineDriver Service(PipelineOptions? options = null)
    {
        var rows = new FieldMapping { Rows = "/predictions", [FieldName.Probability] = "row" };
        var objects = new FieldMapping { Rows = "/predictions", [FieldName.Probability] = "row/p", [FieldName.Id] = "row/id" };
        return new PipelineDriver(pipeline: (options ?? new PipelineOptions()) with { IdleAdvance = false, PredictionFields = options is null ? rows : objects });
    }
}

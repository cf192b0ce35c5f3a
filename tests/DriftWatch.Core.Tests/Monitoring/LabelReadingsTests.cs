using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Monitoring;

/// <summary>What labels said of which only the positive one is declared.</summary>
public class LabelReadingsTests
{
    private static readonly LabelSpellings Spellings = new();

    [Fact]
    public void Spellings_past_the_bound_are_others_and_none_is_lost()
    {
        var readings = new LabelReadings();
        for (int i = 0; i < 100; i++) Add(readings, $"label {i}", false);
        for (int i = 0; i < 7; i++) Add(readings, "label 3", false);
        readings.Add(LabelValue.Correct, true, Spellings);

        var seen = readings.Capture("yes");

        Assert.Equal((LabelReadings.Most, 100 - LabelReadings.Most), (seen.Negative.Count, seen.Others));
        Assert.Equal(new UndeclaredLabel("label 3", 8, LabelLook.Plain), seen.Negative[0]);
        Assert.EndsWith($", others {100 - LabelReadings.Most}", seen.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void What_most_labels_say_is_no_slip_unless_nothing_was_positive()
    {
        var readings = new LabelReadings();
        for (int i = 0; i < 10; i++) Add(readings, "Approved", false);
        Assert.NotNull(readings.Capture("approved").Doubt);

        Add(readings, "approved", true);
        Assert.Null(readings.Capture("approved").Doubt);
    }

    [Fact]
    public void Counts_and_texts_outlast_a_restart_also_of_labels_that_wait()
    {
        var options = new MonitorOptions { Default = new ModelOptions { PositiveLabel = "fraud", Join = new JoinRule { Lead = TimeSpan.FromHours(1) } } };
        var (before, reader) = Start(options);
        Predict(before, reader, "a", 1000);
        Answer(before, reader, "a", 2000, "no");
        Answer(before, reader, "early", 2000, "perhaps");
        var writer = new ChunkWriter();
        before.AdvanceTo(new EventTime(60_000));
        before.WriteChunks(writer);
        var chunks = writer.Take().Select(chunk => (chunk.Key, new ReadOnlyMemory<byte>(chunk.Bytes))).ToList();
        byte[][] join = [.. before.CopyJoin()];
        byte[] tally = StateExchange.Write(before.JoinTally);

        var (after, again) = Start(options);
        after.ReadChunks(chunks, new ChunkWriter());
        after.StartRejoin();
        foreach (byte[] block in join) after.Rejoin(block);
        after.EndRejoin(tally);
        Predict(after, again, "early", 3000);

        Assert.Equal("no 1, perhaps 1", Assert.Single(after.Capture().Models).Undeclared!.Summary);
    }

    private static void Add(LabelReadings readings, string label, bool outcome)
    {
        Spellings.Note(ClassText.KeyOf(label), System.Text.Encoding.UTF8.GetBytes(label));
        readings.Add(LabelValue.Class(label), outcome, Spellings);
    }

    private static (CalibrationMonitor Monitor, MessageReader Reader) Start(MonitorOptions options)
    {
        var routes = new RouteTable(options.Routing);
        return (new CalibrationMonitor(options, routes, keepsState: true), new MessageReader(new FieldMapping { TimestampUnit = TimestampUnit.Milliseconds }, new ReadLimits(), routes, Records.HashKey));
    }

    private static void Predict(CalibrationMonitor monitor, MessageReader reader, string id, long time)
    {
        Assert.Equal(RejectReason.None, reader.ReadPrediction(new RecordView { Value = System.Text.Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","timestamp":{{time}},"model":"m","probability":0.5}""") }, Records.Now, out var prediction));
        monitor.Add(prediction);
    }

    private static void Answer(CalibrationMonitor monitor, MessageReader reader, string id, long time, string label)
    {
        Assert.Equal(RejectReason.None, reader.ReadLabel(new RecordView { Value = System.Text.Encoding.UTF8.GetBytes($$"""{"id":"{{id}}","timestamp":{{time}},"label":"{{label}}"}""") }, Records.Now, out var read));
        monitor.Add(read);
    }
}

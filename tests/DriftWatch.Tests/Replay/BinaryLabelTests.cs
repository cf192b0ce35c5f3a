using System.Text.Json;
using DriftWatch.Core.Monitoring;

namespace DriftWatch.Replay;

/// <summary>Which label means what, and what becomes of the others.</summary>
public sealed class BinaryLabelTests : IDisposable
{
    private readonly ReplayRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void Labels_that_count_as_negative_though_nobody_declared_them_are_counted_by_spelling()
    {
        var result = Replay(["fraud", "no", "no", "no", "fraud ", "Fraud", "maybe", "no", "no"], new() { PositiveLabel = "fraud" });

        var undeclared = Assert.Single(result.Snapshot.Models).Undeclared!;
        Assert.Equal(("fraud", 2), (undeclared.Positive, undeclared.Positives));
        Assert.Equal("no 5, Fraud 1, maybe 1", undeclared.Summary);
        Assert.Equal("\"Fraud\" (1) looks like the positive one, \"fraud\"", undeclared.Doubt);
        Assert.Equal(["labels of p counted as negative that look otherwise: \"Fraud\" (1) looks like the positive one, \"fraud\"; defaults.negativeLabel names the only label that is negative"], result.Warnings);
        var model = JsonDocument.Parse(ReplayRun.Document(result)).RootElement.GetProperty("input").GetProperty("models")[0];
        Assert.Equal("p", model.GetProperty("model").GetString());
        Assert.Equal(
            """{"positive":"fraud","positives":2,"negative":[{"label":"no","labels":5,"looksLike":null},{"label":"Fraud","labels":1,"looksLike":"positive"},{"label":"maybe","labels":1,"looksLike":null}],"others":0}""",
            model.GetProperty("undeclaredLabels").GetRawText());
    }

    [Fact]
    public void With_a_negative_label_one_that_is_neither_is_refused_with_its_line_its_value_and_the_setting()
    {
        var result = Replay(["fraud", "no", "No", "", "maybe"], new() { PositiveLabel = "fraud", NegativeLabel = "no" });

        Assert.Equal(2, result.Snapshot.Join.Matched);
        Assert.Equal(["missing_label 1", "label_value 2"], result.Rejected.Select(one => $"{Core.Input.RejectReasons.Name(one.Reason)} {one.Rows}"));
        Assert.Equal("l.csv:4: label_value (label: expected fraud (came true) or no (did not) of binary model p, found No; defaults.positiveLabel and defaults.negativeLabel say which label means what)", result.Examples[1]);
        Assert.StartsWith("l.csv:6: label_value (", result.Examples[2], StringComparison.Ordinal);
        Assert.Null(Assert.Single(result.Snapshot.Models).Undeclared);
    }

    [Theory]
    [InlineData(null, "-1", 2, 3)]
    [InlineData("1", "-1", 2, 3)]
    [InlineData("-1", "1", 3, 2)]
    [InlineData("1.0", null, 2, 4)]
    [InlineData(null, null, 2, 1)]
    public void One_and_minus_one_work(string? positive, string? negative, int positives, int negatives)
    {
        var total = Replay(["1", "-1", "-1.0", "1.0", "-1", "0"], new() { PositiveLabel = positive, NegativeLabel = negative }).Snapshot.Series[0].Total;

        Assert.Equal((positives, negatives), (total.Positives, total.Labeled - total.Positives));
    }

    [Fact]
    public void A_model_that_names_neither_reads_one_and_zero_in_any_spelling_and_says_what_to_set()
    {
        var result = Replay(["1", "true", "1.0", "0", "FALSE", "0e0", "-1"], new());

        Assert.Equal((6, 3), (result.Snapshot.Series[0].Total.Labeled, result.Snapshot.Series[0].Total.Positives));
        Assert.Equal("l.csv:8: label_value (label: expected 1 (came true) or 0 (did not) of binary model p, found -1; defaults.positiveLabel and defaults.negativeLabel say which label means what)", Assert.Single(result.Examples));
    }

    [Theory]
    [InlineData("nan")]
    [InlineData("NaN")]
    [InlineData("None")]
    [InlineData("NULL")]
    [InlineData("NA")]
    [InlineData("N/A")]
    [InlineData(" NA ")]
    [InlineData("")]
    [InlineData("  ")]
    public void A_word_for_missing_in_a_cell_is_no_label_and_no_probability(string word)
    {
        var labels = Replay(["yes", word], new() { PositiveLabel = "yes" });
        var predictions = _run.Json($"id,timestamp,probability,predicted,confidence\n1,1000,{word},cat,0.5\n2,1000,{word},cat,{word}\n", "id,timestamp,label\n");
        var vector = _run.Json($"id,timestamp,probability.a,probability.b\n1,1000,1,{word}\n2,1000,{word},{word}\n", "id,timestamp,label\n");

        Assert.Equal((1, "missing_label"), (labels.Snapshot.Join.Matched, Core.Input.RejectReasons.Name(Assert.Single(labels.Rejected).Reason)));
        Assert.Equal("""{"missing_probability":1}""", predictions.GetProperty("input").GetProperty("rejected").GetRawText());
        Assert.Equal("""{"missing_probability":1}""", vector.GetProperty("input").GetProperty("rejected").GetRawText());
        Assert.Equal("top-label", predictions.GetProperty("series")[0].GetProperty("view").GetString());
    }

    [Fact]
    public void Another_list_of_words_makes_a_class_NA_possible()
    {
        const string predictions = "id,timestamp,predicted,confidence\n1,1000,NA,0.5\n2,1000,EU,0.5\n3,1000,?,0.5\n";
        const string labels = "id,timestamp,label\n1,2000,NA\n2,2000,EU\n3,2000,EU\n";

        var usual = _run.Json(predictions, labels);
        var listed = _run.Json(predictions, labels, request => request with { Missing = ["?"] });

        Assert.Equal((2, 1), Of(usual));
        Assert.Equal((2, 2), Of(listed));

        static (int, int) Of(JsonElement replay)
        {
            var total = replay.GetProperty("series")[0].GetProperty("total");
            return (total.GetProperty("n").GetInt32(), total.GetProperty("positives").GetInt32());
        }
    }

    [Fact]
    public void Lines_are_those_of_the_file_whatever_stands_between_the_rows()
    {
        var map = new LineMap();
        (string File, string Counted, long Line)[] rows = [("a", "line", 2), ("a", "line", 3), ("a", "line", 7), ("b", "line", 8), ("b", "line", 10), ("c", "row", 13), ("c", "row", 14)];
        foreach (var (row, (file, counted, line)) in rows.Index()) map.Add(row, file, counted, line);

        Assert.Equal(["a:2", "a:3", "a:7", "b:8", "b:10", "c, row 13", "c, row 14"], rows.Select((_, row) => map.PlaceOf(row)));
    }

    private ReplayResult Replay(string[] labels, ModelOptions model)
    {
        string predictions = _run.Write("p.csv", "id,timestamp,probability\n" + string.Concat(labels.Select((_, i) => $"{i},{1000 + i},0.5\n")));
        string outcomes = _run.Write("l.csv", "id,timestamp,label\n" + string.Concat(labels.Select((label, i) => $"{i},{100_000 + i},{label}\n")));
        return ReplayRun.Run(ReplayRun.Request(predictions, outcomes, request => request with { Configured = new MonitorOptions { Default = model, Windows = [TimeSpan.FromHours(1)] } }));
    }
}

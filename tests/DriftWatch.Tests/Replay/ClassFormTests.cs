using System.Text;
using System.Text.Json;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Files;
using DriftWatch.Options;
using DriftWatch.Web;

namespace DriftWatch.Replay;

/// <summary>One canonical form of a class on every surface that it can stand on.</summary>
public sealed class ClassFormTests : IDisposable
{
    private static readonly byte[] HashKey = new byte[16];
    private readonly ReplayRun _run = new();
    private readonly RouteTable _routes = new(new SeriesOptions());

    public void Dispose() => _run.Dispose();

    /// <summary>The table of <c>docs/input.md</c>, and its edges.</summary>
    public static TheoryData<string, string> Spellings => new()
    {
        { "true", "1" }, { "True", "1" }, { "TRUE", "1" }, { "tRuE", "1" }, { "false", "0" }, { "False", "0" },
        { "1", "1" }, { "1.0", "1" }, { "1.", "1" }, { "1.000", "1" }, { "1e0", "1" }, { "1E+0", "1" }, { "10e-1", "1" }, { "+1", "1" }, { "0.1e1", "1" },
        { "0", "0" }, { "0.0", "0" }, { "-0", "0" }, { "-0.0", "0" }, { "0e5", "0" },
        { "-1", "-1" }, { "-1.0", "-1" }, { "15e1", "150" }, { "12345678901234567890.0", "12345678901234567890" },
        { "01", "01" }, { "00", "00" }, { "01.0", "01.0" }, { "-01", "-01" }, { "+01", "+01" }, { "0x1", "0x1" },
        { "1.5", "1.5" }, { "3.10", "3.10" }, { ".5", ".5" }, { "1e", "1e" }, { "1e40", "1e40" }, { "1,0", "1,0" },
        { " cat", "cat" }, { "cat  ", "cat" }, { " 1.0 ", "1" }, { " true ", "1" }, { "sea lion", "sea lion" },
        { "Cat", "Cat" }, { "yes", "yes" }, { "t", "t" }, { "truth", "truth" }, { "falsy", "falsy" }, { "+", "+" }, { "-", "-" }, { "größe", "größe" },
    };

    [Theory]
    [MemberData(nameof(Spellings))]
    public void A_class_has_one_form_on_every_surface(string spelling, string canonical)
    {
        ulong key = ClassKey.Of(canonical);
        string quoted = JsonSerializer.Serialize(spelling);

        Assert.Equal(canonical, ClassText.Canonical(spelling));
        Assert.Equal(canonical, ClassText.Canonical(canonical));
        Assert.Equal(("JSON label", key), ("JSON label", JsonLabel(quoted)));
        Assert.Equal(("JSON predicted", key), ("JSON predicted", JsonPredicted($"\"predicted\":{quoted},\"confidence\":0.5")));
        Assert.Equal(("JSON key", key), ("JSON key", JsonPredicted($"\"probabilities\":{{{quoted}:1}}")));
        // A JSON number that is not whole is a number, not its text.
        if (IsJsonScalar(spelling.Trim()) && !canonical.Contains('.') && !canonical.Contains('e')) Assert.Equal(("JSON value", key), ("JSON value", JsonLabel(spelling)));
        Assert.Equal(("CSV label", key), ("CSV label", CsvLabel(spelling)));
        Assert.Equal(("CSV predicted", key), ("CSV predicted", CsvPredicted("predicted,confidence", $"\"{spelling}\",0.5")));
        Assert.Equal(("CSV column", key), ("CSV column", CsvPredicted($"\"probability.{spelling}\"", "1")));
        Assert.Equal(("YAML", canonical), ("YAML", Configured($"defaults: {{ positiveLabel: {quoted} }}").PositiveLabel));
        Assert.Equal(("YAML negative", canonical), ("YAML negative", Configured($"defaults: {{ positiveLabel: other, negativeLabel: {quoted} }}").NegativeLabel));
        Assert.Equal(("query", $"class:{canonical}"), ("query", ViewName.Canonical($"class:{spelling}")));
    }

    [Theory]
    [InlineData("true", "1")]
    [InlineData("True", "1")]
    [InlineData("1.0", "1")]
    [InlineData("01", "01")]
    [InlineData("-1", "-1")]
    public void A_setting_needs_no_quotes_to_mean_the_class(string yaml, string canonical) =>
        Assert.Equal(canonical, Configured($"defaults: {{ positiveLabel: {yaml} }}").PositiveLabel);

    [Theory]
    [InlineData("true", "1", 10, 0.2)]
    [InlineData("\"True\"", "true", 10, 0.2)]
    [InlineData("1", "1.0", 10, 0.2)]
    [InlineData("\" yes \"", "yes", 10, 0.2)]
    [InlineData("\"Yes\"", "yes", 0, 0.8)]
    [InlineData("\"01\"", "1", 0, 0.8)]
    public void Vectors_meet_labels_whatever_the_spelling_of_their_keys(string label, string key, int positives, double ece)
    {
        string predictions = string.Concat(Enumerable.Range(0, 10).Select(i => $$"""{"id":{{i}},"timestamp":{{1000 + i}},"probabilities":{"other":0.2,"{{key}}":0.8} }""" + "\n"));
        string labels = string.Concat(Enumerable.Range(0, 10).Select(i => $$"""{"id":{{i}},"timestamp":{{2000 + i}},"label":{{label}} }""" + "\n"));

        var total = Replay(_run.Write("p.jsonl", predictions), _run.Write("l.jsonl", labels)).GetProperty("series")[0].GetProperty("total");

        Assert.Equal((10, positives), (total.GetProperty("n").GetInt32(), total.GetProperty("positives").GetInt32()));
        Assert.Equal(ece, total.GetProperty("metrics").GetProperty("ece").GetDouble(), 1e-12);
    }

    [Fact]
    public void A_code_with_a_leading_zero_meets_its_column_and_no_number()
    {
        string predictions = _run.Write("p.csv", "id,timestamp,probability.01,probability.1\na,1000,0.8,0.2\nb,1000,0.2,0.8\nc,1000,0.8,0.2\n");
        string labels = _run.Write("l.csv", "id,timestamp,label\na,2000,01\nb,2000,1.0\nc,2000,1\n");

        Assert.Equal(2, Replay(predictions, labels).GetProperty("series")[0].GetProperty("total").GetProperty("positives").GetInt32());
    }

    [Fact]
    public void Two_keys_of_one_class_are_refused_in_both_spellings()
    {
        string predictions = _run.Write("p.jsonl", """{"id":1,"timestamp":1000,"probabilities":{"True":0.5,"b":0.2,"1.0":0.3} }""" + "\n");

        var result = ReplayRun.Run(ReplayRun.Request(predictions, _run.Write("l.jsonl", "")));

        Assert.Equal("p.jsonl:1: duplicate_key (/probabilities: expected each class once, in one spelling, found True and 1.0)", Assert.Single(result.Examples));
    }

    [Fact]
    public void Two_columns_of_one_class_are_refused_in_both_spellings()
    {
        string predictions = _run.Write("p.csv", "id,timestamp,probability.true,probability.b,probability.1\n");

        var failure = Assert.Throws<ReplayException>(() => ReplayRun.Run(ReplayRun.Request(predictions, _run.Write("l.csv", "id,timestamp,label\n"))));

        Assert.Equal("p.csv: columns 'probability.true' and 'probability.1' are the same class, 1, in two spellings. Rename one of them.", failure.Message);
    }

    [Fact]
    public void An_id_of_a_table_of_numbers_meets_the_integer_in_CSV_and_JSON()
    {
        string predictions = _run.Write("p.csv", "id,timestamp,probability\n17,1000,0.5\n 18 ,1000,0.5\n19.,1000,0.5\n");
        string labels = _run.Write("l.csv", "id,timestamp,label\n17.0,2000,1\n18.0,2000,1\n19,2000,1\n");
        string json = _run.Write("l.jsonl", """{"id":17.0,"timestamp":2000,"label":1}""" + "\n" + """{"id":"18","timestamp":2000,"label":1}""" + "\n" + """{"id":1.9e1,"timestamp":2000,"label":1}""" + "\n");

        Assert.Equal(3, Replay(predictions, labels).GetProperty("join").GetProperty("matched").GetInt32());
        Assert.Equal(3, Replay(predictions, json).GetProperty("join").GetProperty("matched").GetInt32());
    }

    [Theory]
    [InlineData("0.333,0.333,0.333")]
    [InlineData("0.334,0.333,0.334")]
    [InlineData("0.334,0.334,0.333")]
    [InlineData("0.111,0.111,0.111,0.111,0.111,0.111,0.111,0.111,0.111")]
    [InlineData("0.143,0.143,0.143,0.143,0.143,0.143,0.143")]
    [InlineData("0.999")]
    public void A_vector_a_thousandth_off_is_read_in_every_spelling(string vector)
    {
        string[] values = vector.Split(',');
        string keys = string.Join(',', values.Select((value, i) => $"\"c{i}\":{value}"));
        string exponents = string.Join(',', values.Select(value => $"{value[2..]}e-3"));
        string labels = _run.Write("l.jsonl", "");
        string columns = string.Join(',', values.Select((_, i) => $"probability.c{i}"));

        foreach (string form in new[] { $"[{vector}]", $"[{exponents}]", $"{{{keys}}}" })
        {
            var input = Replay(_run.Write("p.jsonl", $$"""{"id":1,"timestamp":1000,"probabilities":{{form}} }""" + "\n"), labels).GetProperty("input");
            Assert.Equal("{}", input.GetProperty("rejected").GetRawText());
        }

        Assert.Equal("{}", Replay(_run.Write("p.csv", $"id,timestamp,{columns}\n1,1000,{vector}\n"), labels).GetProperty("input").GetProperty("rejected").GetRawText());
    }

    [Theory]
    [InlineData("0.9989")]
    [InlineData("0.5,0.5011")]
    public void A_vector_further_off_is_not(string vector)
    {
        var input = Replay(_run.Write("p.jsonl", $$"""{"id":1,"timestamp":1000,"probabilities":[{{vector}}] }""" + "\n"), _run.Write("l.jsonl", "")).GetProperty("input");

        Assert.Equal("""{"probability_sum":1}""", input.GetProperty("rejected").GetRawText());
    }

    private static JsonElement Replay(string predictions, string labels) => JsonDocument.Parse(ReplayRun.Document(ReplayRun.Request(predictions, labels))).RootElement;

    private static bool IsJsonScalar(string text) => text is "true" or "false" || (text is [>= '0' and <= '9' or '-', ..] && IsJson(text));

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private MessageReader Reader() => new(new FieldMapping { TimestampUnit = TimestampUnit.Milliseconds }, new ReadLimits(), _routes, HashKey);

    private ulong JsonLabel(string value)
    {
        Assert.Equal(RejectReason.None, Reader().ReadLabel(new RecordView { Value = Encoding.UTF8.GetBytes($$"""{"id":1,"timestamp":1,"label":{{value}}}""") }, EventTime.Latest, out var label));
        return label.Value.Key;
    }

    private ulong JsonPredicted(string members)
    {
        Assert.Equal(RejectReason.None, Reader().ReadPrediction(new RecordView { Value = Encoding.UTF8.GetBytes($$"""{"id":1,"timestamp":1,"model":"m",{{members}}}""") }, EventTime.Latest, out var prediction));
        return _routes[prediction.Route].PredictedClass;
    }

    private ulong CsvLabel(string cell)
    {
        Assert.Equal(RejectReason.None, Rows($"id,timestamp,label\n1,1,\"{cell}\"\n", predictions: false).ReadLabel(out var label));
        return label.Value.Key;
    }

    private ulong CsvPredicted(string columns, string cells)
    {
        Assert.Equal(RejectReason.None, Rows($"id,timestamp,{columns}\n1,1,{cells}\n", predictions: true).ReadPrediction(out var prediction));
        return _routes[prediction.Route].PredictedClass;
    }

    private CsvRows Rows(string text, bool predictions)
    {
        var mapping = new FieldMapping { DefaultModel = "m", TimestampUnit = TimestampUnit.Milliseconds };
        var terms = new RowTerms { Records = predictions ? FieldRecords.Predictions : FieldRecords.Labels, Mapping = mapping, Limits = new ReadLimits(), Routes = _routes, HashKey = HashKey };
        var csv = new CsvReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), terms.Limits.MaxRecordBytes, (byte)',');
        var columns = TableColumns.Of("f.csv", TableColumns.ReadHeader("f.csv", csv), terms);
        var rows = new CsvRows(csv, columns, new RecordAssembler(mapping, terms.Limits, _routes, HashKey), new RecordFields(terms.Limits), new MissingWords(MissingWords.Usual));
        Assert.True(rows.Read());
        return rows;
    }

    private static RoutePolicy Configured(string yaml)
    {
        var config = ConfigLoader.LoadText("f.yaml", yaml, new());
        Assert.Empty(config.Faults);
        return config.Options.Monitor.Routing.Default;
    }
}

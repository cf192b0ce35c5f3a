using System.Text;
using Apache.Arrow;
using Apache.Arrow.Types;
using DriftWatch.Core.Input;
using DriftWatch.Replay;
using Xunit;

namespace DriftWatch.Files;

/// <summary>What people have is read, and the same rows give the same bits, whatever they are written in.</summary>
public sealed class FileKindTests : IDisposable
{
    private readonly ReplayRun _run = new();

    public static TheoryData<string> Kinds => [.. TableFiles.Endings, .. from ending in TableFiles.Endings from packed in new[] { "gz", "zst" } select $"{ending}.{packed}"];

    public void Dispose() => _run.Dispose();

    [Theory, MemberData(nameof(Kinds))]
    public void Every_kind_of_file_gives_the_same_document(string ending)
    {
        string expected = ReplayRun.Document(Request(Write("p.csv", TableFiles.Predictions("csv")), Write("l.csv", TableFiles.LabelsOf("csv"))));
        Assert.Contains("\"matched\":500", expected, StringComparison.Ordinal);
        Assert.Contains("\"region\":\"us, west\"", expected, StringComparison.Ordinal);

        Assert.Equal(expected, ReplayRun.Document(Request(Write($"p2.{ending}", Content(ending, TableFiles.Predictions)), Write($"l2.{ending}", Content(ending, TableFiles.LabelsOf)))));
    }

    [Theory, MemberData(nameof(Kinds))]
    public void A_condition_on_a_value_is_asked_in_every_kind_of_file(string ending)
    {
        string expected = Positives("csv");
        Assert.Contains("do not meet the filter", expected, StringComparison.Ordinal);
        Assert.DoesNotContain("\"matched\":500", expected, StringComparison.Ordinal);

        Assert.Equal(expected, Positives(ending));

        string Positives(string kind) => ReplayRun.Document(Request(Write($"p3.{kind}", Content(kind, TableFiles.Predictions)), Write($"l3.{kind}", Content(kind, TableFiles.LabelsOf))) with
        {
            LabelFields = new() { Filter = [RecordFilter.Of("/label = 1")] },
        });
    }

    [Fact]
    public void A_condition_that_no_file_or_this_one_cannot_answer_is_said_not_to_be_asked()
    {
        var result = ReplayRun.Run(Request(Write("p.csv", TableFiles.Predictions("csv")), Write("l.parquet", TableFiles.LabelsOf("parquet"))) with
        {
            PredictionFields = new() { Filter = [RecordFilter.Of("header:ce_type = response")] },
            LabelFields = new() { Filter = [RecordFilter.Of("/status = final")] },
        });

        Assert.Contains(result.Warnings, warning => warning.Contains("all rows are taken to meet the condition 'header:ce_type = response'", StringComparison.Ordinal));
        Assert.Contains(result.Warnings, warning => warning.Contains("l.parquet: no column for the condition '/status = final'", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_or_a_pattern_is_all_of_its_files_and_what_writers_keep_for_themselves_is_none()
    {
        string[] rows = Encoding.UTF8.GetString(TableFiles.Predictions("csv")).TrimEnd().Split('\n');
        string labels = Write("l.csv", TableFiles.LabelsOf("csv"));
        string expected = ReplayRun.Document(Request(Write("p.csv", TableFiles.Predictions("csv")), labels));
        string folder = Directory.CreateDirectory(_run.PathOf("parts/day=2")).Parent!.FullName;
        File.WriteAllText(Path.Combine(folder, "day=2", "part-1.csv"), string.Join('\n', [rows[0], .. rows[200..]]));
        File.WriteAllBytes(Path.Combine(folder, "part-0.csv.gz"), TableFiles.Compress(Encoding.UTF8.GetBytes(string.Join('\n', rows[..200])), "gz"));
        File.WriteAllText(Path.Combine(folder, "_SUCCESS"), "");
        File.WriteAllText(Path.Combine(folder, ".part-0.csv"), "nothing");
        File.WriteAllText(Path.Combine(folder, "_metadata.parquet"), "nothing");

        Assert.Equal(expected, ReplayRun.Document(Request(folder, labels)));
        Assert.Equal(expected, ReplayRun.Document(Request(Path.Combine(folder, "**", "part-?.csv*"), labels)));
        Assert.Equal("parts", InputFiles.Find(folder, () => Stream.Null).Stem);
        Assert.Equal("part", InputFiles.Find(Path.Combine(folder, "part-*.gz"), () => Stream.Null).Stem);
    }

    [Theory]
    [InlineData("utf16.csv", "UTF-16 text", "iconv")]
    [InlineData("nuls.csv", "NUL bytes", "iconv")]
    [InlineData("caret.csv", "no comma, semicolon, tab or bar parts it", "It has: id^timestamp^probability")]
    [InlineData("book.csv", "a zip archive", "save the sheet as CSV")]
    [InlineData("cut.parquet", "cut off", "cut.parquet")]
    [InlineData("text.parquet", "no Parquet file", ".jsonl")]
    [InlineData("text.arrow", "no Arrow file", ".jsonl")]
    [InlineData("cut.arrow", "begins as Arrow", "cut.arrow")]
    [InlineData("old.avro", "an Avro file", "Parquet or CSV")]
    [InlineData("x.csv.xz", "compressed with xz", "xz -d")]
    public void What_cannot_be_read_is_named_with_the_fix(string name, string what, string fix)
    {
        const string Text = "id,timestamp,probability\n1,1772409601000,0.5\n";
        byte[] content = name switch
        {
            "utf16.csv" => [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Text)],
            "nuls.csv" => Encoding.Unicode.GetBytes(Text),
            "caret.csv" => Encoding.UTF8.GetBytes(Text.Replace(',', '^')),
            "book.csv" => "PK\u0003\u0004…"u8.ToArray(),
            "cut.parquet" => TableFiles.Predictions("parquet")[..^100],
            "cut.arrow" => TableFiles.Predictions("arrow")[..40],
            "old.avro" => "Obj\u0001…"u8.ToArray(),
            "x.csv.xz" => [0xFD, .. "7zXZ"u8, 0, 0],
            _ => Encoding.UTF8.GetBytes(Text),
        };

        var refused = Assert.Throws<ReplayException>(() => ReplayRun.Run(Request(Write(name, content), Write("l.csv", TableFiles.LabelsOf("csv")))));

        Assert.Contains(what, refused.Message, StringComparison.Ordinal);
        Assert.Contains(fix, refused.Message, StringComparison.Ordinal);
        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("csv.gz", "p2.csv", "compressed with gzip, which its name does not say")]
    [InlineData("parquet", "p2.csv", "holds Parquet, whatever its name says")]
    [InlineData("json", "p2.jsonl", "holds a JSON array")]
    [InlineData("csv", "p2.csv.zst", "is not compressed, whatever its name says")]
    public void What_is_called_otherwise_than_it_is_is_read_and_named(string kind, string name, string note)
    {
        string labels = Write("l.csv", TableFiles.LabelsOf("csv"));

        var result = ReplayRun.Run(Request(Write(name, Content(kind, TableFiles.Predictions)), labels));

        Assert.Equal(500, result.Snapshot.Join.Matched);
        Assert.Contains(note, Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Half_of_a_zstd_file_is_an_error_and_not_a_short_file()
    {
        string labels = Write("l.csv", TableFiles.LabelsOf("csv"));
        byte[] packed = TableFiles.Compress(TableFiles.Predictions("csv"), "zst");

        Assert.Contains("cannot be decompressed", Assert.Throws<ReplayException>(() => ReplayRun.Run(Request(Write("cut.csv.zst", packed[..^50]), labels))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_of_tables_are_refused_one_by_one_and_told_with_their_number()
    {
        byte[] table = TableFiles.Arrow(
            asFile: false,
            ("id", new StringArray.Builder().Append("a").AppendNull().Append("c").Build()),
            ("timestamp", new Int64Array.Builder().Append(1_772_409_601_000).Append(1_772_409_601_000).Append(1_772_409_601_000).Build()),
            ("probability", new DoubleArray.Builder().Append(0.5).Append(0.5).Append(1.5).Build()));

        var result = ReplayRun.Run(Request(Write("p.arrows", table), Write("l.csv", TableFiles.LabelsOf("csv"))) with { Slices = [] });

        Assert.Equal(["p.arrows, row 2: missing_id (/id: expected an id)", "p.arrows, row 3: probability_range (/probability: expected a number from 0 to 1: DriftWatch watches probabilities of outcomes, not regression or ranking (a log probability, logit or percentage needs transform))"], result.Examples);
    }

    [Fact]
    public void Types_mean_what_their_text_means()
    {
        // Times in microseconds, a float32, ids that a missing value made floats, a dictionary, booleans, and vectors as lists.
        var texts = new StringArray.Builder().Append("cat").Append("dog").Build();
        var predicted = new DictionaryArray(new DictionaryType(Int8Type.Default, StringType.Default, false), new Int8Array.Builder().Append(1).Append(0).Append(1).Build(), texts);
        byte[] predictions = TableFiles.Arrow(
            asFile: true,
            ("id", new DoubleArray.Builder().Append(17).Append(18).AppendNull().Build()),
            ("timestamp", new TimestampArray.Builder(new TimestampType(TimeUnit.Microsecond, "UTC")).Append(At(1)).Append(At(2)).Append(At(3)).Build()),
            ("confidence", new FloatArray.Builder().Append(0.3f).Append(0.25f).Append(0.5f).Build()),
            ("predicted", predicted));
        string csv = "id,timestamp,confidence,predicted\n17,2026-03-02T00:00:01Z,0.3,dog\n18,2026-03-02T00:00:02Z,0.25,cat\n,2026-03-02T00:00:03Z,0.5,dog\n";
        string labels = Write("l.csv", Encoding.UTF8.GetBytes("id,timestamp,label\n17,2026-03-02T01:00:00Z,dog\n18,2026-03-02T01:00:00Z,dog\n"));

        string expected = ReplayRun.Document(Request(Write("p.csv", Encoding.UTF8.GetBytes(csv)), labels) with { Slices = [] });

        Assert.Contains("\"matched\":2", expected, StringComparison.Ordinal);
        Assert.Equal(expected, ReplayRun.Document(Request(Write("p.feather", predictions), labels) with { Slices = [] }));

        static DateTimeOffset At(int second) => new(2026, 3, 2, 0, 0, second, TimeSpan.Zero);
    }

    [Fact]
    public void A_list_of_probabilities_is_a_vector()
    {
        var lists = new ListArray.Builder(DoubleType.Default);
        var items = (DoubleArray.Builder)lists.ValueBuilder;
        lists.Append();
        items.Append(0.25).Append(0.75);
        lists.AppendNull();
        lists.Append();
        items.Append(0.625).Append(0.375);
        byte[] table = TableFiles.Arrow(
            asFile: false,
            ("id", new Int64Array.Builder().Append(1).Append(2).Append(3).Build()),
            ("timestamp", new Int64Array.Builder().Append(1_772_409_601_000).Append(1_772_409_601_000).Append(1_772_409_601_000).Build()),
            ("probabilities", lists.Build()));
        string labels = Write("l.csv", "id,timestamp,label\n1,1772409602000,1\n3,1772409602000,1\n"u8.ToArray());

        var result = ReplayRun.Run(Request(Write("p.arrows", table), labels) with { Slices = [] });

        Assert.Equal((2, "missing_probability"), (result.Snapshot.Join.Matched, Core.Input.RejectReasons.Name(Assert.Single(result.Rejected).Reason)));
        var total = result.Snapshot.Series[0].Total;
        Assert.Equal((1.375, 1), (total.SumConfidence, total.Positives));
    }

    [Fact]
    public void Times_without_a_zone_are_taken_for_UTC_and_that_is_said()
    {
        byte[] table = TableFiles.Arrow(
            asFile: false,
            ("id", new Int64Array.Builder().Append(1).Build()),
            ("timestamp", new TimestampArray.Builder(new TimestampType(TimeUnit.Second, (string?)null)).Append(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero)).Build()),
            ("probability", new DoubleArray.Builder().Append(0.5).Build()));

        var result = ReplayRun.Run(Request(Write("p.arrows", table), Write("l.csv", "id,timestamp,label\n1,2026-03-02T00:00:10Z,1\n"u8.ToArray())) with { Slices = [] });

        Assert.Equal(TimeSpan.FromSeconds(10), result.LongestDelay);
        Assert.Contains("have no zone; they are taken for UTC", Assert.Single(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_decimal_comma_is_told_where_semicolons_part_the_cells()
    {
        var result = ReplayRun.Run(Request(Write("p.csv", "id;timestamp;probability\n1;1772409601000;0,25\n"u8.ToArray()), Write("l.csv", TableFiles.LabelsOf("csv"))) with { Slices = [] });

        Assert.EndsWith("0,5 is not read, write 0.5)", Assert.Single(result.Examples), StringComparison.Ordinal);
    }

    private static ReplayRequest Request(string predictions, string labels) =>
        ReplayRun.Request(predictions, labels, request => request with { Slices = ["region"], Model = "m", TimestampUnit = null });

    private static byte[] Content(string ending, Func<string, byte[]> of) =>
        ending.EndsWith(".gz", StringComparison.Ordinal) || ending.EndsWith(".zst", StringComparison.Ordinal)
            ? TableFiles.Compress(of(Path.GetFileNameWithoutExtension(ending)), Path.GetExtension(ending)[1..])
            : of(ending);

    private string Write(string name, byte[] content)
    {
        File.WriteAllBytes(_run.PathOf(name), content);
        return _run.PathOf(name);
    }
}

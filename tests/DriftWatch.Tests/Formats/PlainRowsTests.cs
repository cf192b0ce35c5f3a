using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Core.Input.Columns;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Formats;

/// <summary>Rows that are taken out of their columns many at once are those that their texts would have made: the oracle is the same format that gives its rows one by one.</summary>
public sealed class PlainRowsTests(ITestOutputHelper output)
{
    private static readonly EventTime Now = new(1_763_719_290_000);

    private static readonly (string, string[])[] Common =
        [("id", ["string", "int64", "codes32", "stringView", "binary"]), ("timestamp", ["ms", "us", "int64", "string"]), ("model", ["string", "codes8", "codes32"]), ("version", ["string", "int32", "largeString"])];

    private static readonly (string, string[])[] OfPredictions =
        [.. Common, ("probability", ["double", "float", "int8"]), ("latency", ["double", "int32", "float"]), ("slices.region", ["string", "codes8"]), ("slices.flag", ["bool", "int16"])];

    private static readonly (string, string[])[] OfClasses = [.. Common, ("predicted", ["string", "codes8", "int64"]), ("confidence", ["double", "float"]), ("slices.region", ["string"])];
    private static readonly (string, string[])[] OfLabels = [.. Common, ("label", ["string", "int8", "bool", "codes8"]), ("correct", ["bool", "int64"])];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 4).Select(_ => Random.Shared.Next())];

    [Theory, MemberData(nameof(Seeds))]
    public void Columns_of_any_type_come_to_the_same_predictions_and_the_same_refusals_as_their_texts(int seed)
    {
        var random = new Random(seed);
        var some = new RandomArrow(random);
        int good = 0;
        for (int i = 0; i < 60; i++)
        {
            var columns = random.Next(3) == 0 ? OfClasses : OfPredictions;
            good += Check(FieldRecords.Predictions, some.Value(Some(columns, random)), Mapping(random), $"seed {seed}, value {i}");
        }

        output.WriteLine($"seed {seed}: {good} predictions");
        Assert.True(good > 150, $"seed {seed}: only {good} rows were good, which tries little");
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Columns_of_any_type_come_to_the_same_labels_and_the_same_refusals_as_their_texts(int seed)
    {
        var random = new Random(seed);
        var some = new RandomArrow(random);
        int good = 0;
        for (int i = 0; i < 60; i++) good += Check(FieldRecords.Labels, some.Value(Some(OfLabels, random)), Mapping(random), $"seed {seed}, value {i}");
        output.WriteLine($"seed {seed}: {good} labels");
        Assert.True(good > 150, $"seed {seed}: only {good} rows were good, which tries little");
    }

    [Fact]
    public void Nearly_all_rows_without_anything_odd_are_taken_many_at_once()
    {
        var reader = new Counted();
        var value = new RandomArrow(new Random(5)) { IsProper = true };
        // A row is read by its texts where it is the first of its kind, or odd.
        Assert.Equal(1, reader.Filled(value.Value([("id", ["int64"]), ("timestamp", ["ms"]), ("probability", ["double"])])));
        Assert.InRange(reader.Filled(value.Value([("id", ["string"]), ("timestamp", ["us"]), ("model", ["codes8"]), ("probability", ["float"]), ("slices.region", ["string"])])), 1, 10);
    }

    [Fact]
    public void Bytes_that_were_broken_are_refused_in_the_same_rows()
    {
        var random = new Random(23);
        for (int i = 0; i < 80; i++)
        {
            byte[] value = new RandomArrow(random).Value(OfPredictions);
            for (int flips = random.Next(1, 6); flips > 0; flips--) value[random.Next(8, value.Length)] = (byte)random.Next(256);
            Check(FieldRecords.Predictions, value, new() { Format = RecordFormat.Arrow, DefaultModel = "m" }, $"value {i}");
        }
    }

    private static (string, string[])[] Some((string Name, string[])[] columns, Random random) => [.. columns.Where((column, i) => i < 2 || random.Next(6) > 0)];

    private static FieldMapping Mapping(Random random) => new()
    {
        Format = RecordFormat.Arrow,
        DefaultModel = random.Next(4) == 0 ? null : "m",
        [FieldName.Version] = random.Next(6) == 0 ? "constant:9" : "/version",
        TimestampUnit = random.Next(4) == 0 ? TimestampUnit.Seconds : null,
        Transform = random.Next(4) == 0 ? (ProbabilityTransform)random.Next(5) : ProbabilityTransform.None,
        Filter = random.Next(5) == 0 ? [RecordFilter.Of("/model != b")] : [],
    };

    private static int Check(FieldRecords records, byte[] value, FieldMapping mapping, string which)
    {
        var (plain, texts) = (Read(records, value, mapping, byText: false), Read(records, value, mapping, byText: true));
        Assert.True(plain.Count == texts.Count, $"{which}: {plain.Count} rows of {texts.Count}");
        for (int row = 0; row < plain.Count; row++) Assert.True(plain[row] == texts[row], $"{which}, row {row}:\n{plain[row]}\nby its texts:\n{texts[row]}");
        return plain.Count(row => row.Fault is null);
    }

    private static List<(string Made, string Route, long Bits, string? Fault, string Texts)> Read(FieldRecords records, byte[] value, FieldMapping mapping, bool byText)
    {
        var routes = new RouteTable(new SeriesOptions { MaxSlices = 8 });
        IRowFormat format = new ArrowFormat(records, mapping, new ReadLimits());
        var reader = new MessageReader(mapping, new ReadLimits(), routes, new byte[16], format: byText ? new RowByRow(format) : format);
        var record = new RecordView { Value = value };
        List<(string, string, long, string?, string)> rows = [];
        // Twice: nothing of a value may hold for the next one.
        for (int time = 0; time < 2; time++)
        {
            reader.Open(record, records);
            while (true)
            {
                Prediction prediction = default;
                Label label = default;
                RejectReason reason;
                if (records == FieldRecords.Labels ? !reader.NextLabel(record, Now, out label, out reason) : !reader.NextPrediction(record, Now, out prediction, out reason)) break;
                // A fault says where and what was found, word for word.
                string? fault = reason == RejectReason.None ? reader.LastFault : $"{reason}: {reader.LastFault}";
                bool good = reason == RejectReason.None;
                var route = good && records == FieldRecords.Predictions ? routes[prediction.Route] : null;
                string texts = good && rows.Count % 7 == 0 ? string.Join(' ', reader.Found(record)) + reader.ShapeOfId(record) : "";
                rows.Add((records == FieldRecords.Labels ? label.ToString() : prediction.ToString(), route is null ? "" : $"{route.Model} {route.Version} {route.View} {string.Join(' ', route.Series.ToArray().Select(series => routes.Series[series]))}", BitConverter.DoubleToInt64Bits(prediction.Confidence), fault, texts));
            }
        }

        return rows;
    }

    /// <summary>A format whose rows can only be had one by one.</summary>
    private class RowByRow(IRowFormat format) : IRowFormat
    {
        public int RowCount => format.RowCount;

        public ReadOnlySpan<byte> Json => format.Json;

        public FormatFault Decode(ReadOnlySpan<byte> value) => format.Decode(value);

        public virtual FormatFault Fill(RecordFields fields, int row) => format.Fill(fields, row);

        public virtual PlainStretch? StretchOf(int row) => null;
    }

    /// <summary>Counts the rows that are read by their texts.</summary>
    private sealed class Counted() : RowByRow(Arrow)
    {
        private static readonly ArrowFormat Arrow = new(FieldRecords.Predictions, new(), new ReadLimits());
        private int _filled;

        public override FormatFault Fill(RecordFields fields, int row)
        {
            _filled++;
            return base.Fill(fields, row);
        }

        public override PlainStretch? StretchOf(int row) => Arrow.StretchOf(row);

        public int Filled(byte[] value)
        {
            var reader = new MessageReader(new() { Format = RecordFormat.Arrow, DefaultModel = "m" }, new ReadLimits(), new RouteTable(new SeriesOptions()), new byte[16], format: this);
            var record = new RecordView { Value = value };
            _filled = 0;
            reader.Open(record, FieldRecords.Predictions);
            while (reader.NextPrediction(record, Now, out _, out _)) { }
            return _filled;
        }
    }
}

using System.Text;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Apache.Arrow.Types;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Formats;

/// <summary>A record of Arrow is as many predictions as it has rows: the same as if each had been a record of JSON.</summary>
public sealed class ArrowFormatTests
{
    private const int Rows = 300;

    private static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(Rows, false)]
    [InlineData(70, false)] // several batches, the last of another length
    [InlineData(70, true)]
    public void Every_row_is_the_prediction_that_its_json_is(int batch, bool asFile)
    {
        var (routes, jsonRoutes) = (new RouteTable(new SeriesOptions { MaxSlices = 8 }), new RouteTable(new SeriesOptions { MaxSlices = 8 }));
        var json = new MessageReader(new FieldMapping(), new ReadLimits(), jsonRoutes, new byte[16]);

        var read = Read(Value(batch, asFile), new FieldMapping { Format = RecordFormat.Arrow }, routes);

        Assert.Equal(Rows, read.Count);
        for (int i = 0; i < Rows; i++)
        {
            Assert.Equal(RejectReason.None, json.ReadPrediction(new RecordView { Value = Json(i) }, EventTime.Latest, out var expected));
            var (reason, found, row) = read[i];
            Assert.Equal((RejectReason.None, i), (reason, row));
            Assert.Equal((expected.Id, expected.Time, expected.Confidence), (found.Id, found.Time, found.Confidence));
            Assert.Equal(jsonRoutes[expected.Route].Model, routes[found.Route].Model);
        }
    }

    [Fact]
    public void Without_a_column_of_ids_row_i_of_record_R_is_R_i_and_what_is_outside_is_common_to_all()
    {
        var mapping = new FieldMapping { Format = RecordFormat.Arrow, [FieldName.Id] = "key", [FieldName.Version] = "constant:9" };
        var routes = new RouteTable(new SeriesOptions());

        var read = Read(Value(Rows, false), mapping, routes, key: "R"u8.ToArray());

        var reader = new MessageReader(new FieldMapping { [FieldName.Version] = "constant:9" }, new ReadLimits(), routes, new byte[16]);
        foreach (int i in (int[])[0, 17, Rows - 1])
        {
            reader.ReadPrediction(new RecordView { Value = Encoding.UTF8.GetBytes($$"""{"id":"R-{{i}}","model":"fraud","timestamp":{{Start.ToUnixTimeMilliseconds()}},"probability":0.5}""") }, EventTime.Latest, out var expected);
            Assert.Equal(expected.Id, read[i].Prediction.Id);
            Assert.Equal("9", routes[read[i].Prediction.Route].Version);
        }
    }

    [Fact]
    public void A_filter_looks_at_each_row_and_a_bad_row_loses_only_itself()
    {
        var read = Read(Value(Rows, false), new FieldMapping { Format = RecordFormat.Arrow, Filter = [RecordFilter.Of("/id != p3 | p4*")] }, new RouteTable(new SeriesOptions()));
        Assert.Equal(RejectReason.Filtered, read[3].Reason);
        Assert.Equal(RejectReason.Filtered, read[42].Reason);
        Assert.Equal(RejectReason.None, read[5].Reason);

        read = Read(Value(Rows, false, bad: 7), new FieldMapping { Format = RecordFormat.Arrow }, new RouteTable(new SeriesOptions()));
        Assert.Equal(RejectReason.ProbabilityRange, read[7].Reason);
        Assert.All(read.Where((_, i) => i != 7), one => Assert.Equal(RejectReason.None, one.Reason));
    }

    [Fact]
    public void What_is_no_arrow_is_refused_whatever_the_bytes()
    {
        var routes = new RouteTable(new SeriesOptions());
        var mapping = new FieldMapping { Format = RecordFormat.Arrow };
        var format = new ArrowFormat(FieldRecords.Predictions, mapping, new ReadLimits());
        Assert.Equal(RejectReason.Format, format.Decode("{}"u8).Reason);
        byte[] good = Value(Rows, false);
        Assert.Equal(RejectReason.Oversize, new ArrowFormat(FieldRecords.Predictions, mapping, new ReadLimits { MaxRows = Rows - 1 }).Decode(good).Reason);
        Assert.Equal(RejectReason.None, Read(good, mapping, routes)[0].Reason);
        var random = new Random(11);
        for (int i = 0; i < 300; i++)
        {
            byte[] broken = [.. good];
            for (int flips = random.Next(1, 6); flips > 0; flips--) broken[random.Next(8, broken.Length)] = (byte)random.Next(256);
            Read(broken[..random.Next(1, broken.Length + 1)], mapping, routes);
        }
    }

    private static List<(RejectReason Reason, Prediction Prediction, int Row)> Read(byte[] value, FieldMapping mapping, RouteTable routes, byte[]? key = null)
    {
        var reader = new MessageReader(mapping, new ReadLimits(), routes, new byte[16], format: new ArrowFormat(FieldRecords.Predictions, mapping, new ReadLimits()));
        var record = new RecordView { Value = value, Key = key, HasKey = key is not null };
        List<(RejectReason, Prediction, int)> read = [];
        reader.Open(record, FieldRecords.Predictions);
        while (reader.NextPrediction(record, EventTime.Latest, out var prediction, out var reason)) read.Add((reason, prediction, reader.Row));
        return read;
    }

    private static double Probability(int i) => i % 101 / 100.0;

    private static byte[] Json(int i) => Encoding.UTF8.GetBytes($$$"""{"id":"p{{{i}}}","model":"fraud","timestamp":{{{Start.ToUnixTimeMilliseconds() + i}}},"probability":{{{Probability(i):R}}},"slices":{"region":"{{{(i % 2 == 0 ? "eu" : "us")}}}"}}""");

    private static byte[] Value(int batch, bool asFile, int bad = -1)
    {
        var region = new Apache.Arrow.Field("region", StringType.Default, true);
        var schema = new Apache.Arrow.Schema(
            [new("id", StringType.Default, false), new("timestamp", new TimestampType(TimeUnit.Microsecond, "UTC"), false), new("model", StringType.Default, true), new("probability", DoubleType.Default, true), new("slices", new StructType([region]), true)], null);
        var stream = new MemoryStream();
        using (ArrowStreamWriter writer = asFile ? new ArrowFileWriter(stream, schema, leaveOpen: true) : new ArrowStreamWriter(stream, schema, leaveOpen: true))
        {
            for (int from = 0; from < Rows; from += batch)
            {
                int count = Math.Min(batch, Rows - from);
                var rows = Enumerable.Range(from, count).ToList();
                var times = new TimestampArray.Builder(new TimestampType(TimeUnit.Microsecond, "UTC"));
                foreach (int i in rows) times.Append(Start.AddMilliseconds(i));
                var regions = new StringArray.Builder().AppendRange(rows.Select(i => i % 2 == 0 ? "eu" : "us")).Build();
                writer.WriteRecordBatch(new RecordBatch(schema,
                [
                    new StringArray.Builder().AppendRange(rows.Select(i => $"p{i}")).Build(), times.Build(), new StringArray.Builder().AppendRange(rows.Select(_ => "fraud")).Build(),
                    new DoubleArray.Builder().AppendRange(rows.Select(i => i == bad ? 1.5 : Probability(i))).Build(),
                    new StructArray(new StructType([region]), count, [regions], ArrowBuffer.Empty),
                ], count));
            }

            writer.WriteEnd();
        }

        return stream.ToArray();
    }
}

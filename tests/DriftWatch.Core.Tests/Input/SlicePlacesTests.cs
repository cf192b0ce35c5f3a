using System.Text;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using Xunit;

namespace DriftWatch.Core.Input;

/// <summary>Slices that have places of their own.</summary>
public sealed class SlicePlacesTests
{
    private const string Rest = "\"id\":\"a\",\"model\":\"m\",\"timestamp\":1763719200000,\"probability\":0.5";

    private readonly RouteTable _routes = new(new MonitorOptions().Routing);

    /// <summary>The oracle: the same slices in one object.</summary>
    [Fact]
    public void Slices_from_anywhere_are_those_of_one_object()
    {
        var apart = new FieldMapping
        {
            [FieldName.Slices] = "",
            SlicePlaces = [new("region", "header:x-region"), new("tier", "/customer/tier"), new("shard", "key/s"), new("site", "constant:ams"), new("absent", "/nowhere")],
        };
        var record = new RecordView { Value = Encoding.UTF8.GetBytes($$"""{{{Rest}},"customer":{"tier":3} }"""), Key = """{"s":"s1"}"""u8, HasKey = true, Headers = new GivenHeaders("eu"), KafkaTimestamp = -1 };
        var together = new RecordView { Value = Encoding.UTF8.GetBytes($$"""{{{Rest}},"slices":{"region":"eu","tier":3,"shard":"s1","site":"ams"} }"""), KafkaTimestamp = -1 };

        Assert.Equal(["x-region"], apart.Headers);
        Assert.Equal(SlicesOf(new FieldMapping(), together), SlicesOf(apart, record));
        Assert.Equal(5, SlicesOf(apart, record).Length);
    }

    [Fact]
    public void A_row_has_slices_of_its_own_beside_those_of_its_record()
    {
        var mapping = new FieldMapping { Rows = "/rows", [FieldName.Probability] = "row/p", [FieldName.Slices] = "", SlicePlaces = [new("region", "/region"), new("tier", "row/tier")] };
        var reader = new MessageReader(mapping, new ReadLimits(), _routes, Records.HashKey);
        var record = new RecordView { Value = """{"id":"a","model":"m","timestamp":1763719200000,"region":"eu","rows":[{"p":0.5,"tier":"gold"},{"p":0.5},{"p":0.5,"tier":"gold"}]}"""u8, KafkaTimestamp = -1 };
        List<int> series = [];

        reader.Open(record, FieldRecords.Predictions);
        while (reader.NextPrediction(record, Records.Now, out var prediction, out var reason)) series.Add(reason == RejectReason.None ? _routes[prediction.Route].Series.Length : -1);

        Assert.Equal([3, 2, 3], series);
    }

    [Fact]
    public void A_slice_that_is_no_single_value_is_refused()
    {
        var reader = new MessageReader(new FieldMapping { SlicePlaces = [new("tier", "/customer")] }, new ReadLimits(), _routes, Records.HashKey);

        Assert.Equal(RejectReason.Schema, reader.ReadPrediction(new RecordView { Value = Encoding.UTF8.GetBytes($$"""{{{Rest}},"customer":{"tier":3} }"""), KafkaTimestamp = -1 }, Records.Now, out _));
        Assert.Throws<ArgumentException>(() => new MessageReader(new FieldMapping { SlicePlaces = [new("tier", "customer")] }, new ReadLimits(), _routes, Records.HashKey));
    }

    private int[] SlicesOf(FieldMapping mapping, in RecordView record)
    {
        var reader = new MessageReader(mapping, new ReadLimits(), _routes, Records.HashKey);
        Assert.Equal(RejectReason.None, reader.ReadPrediction(record, Records.Now, out var prediction));
        return [.. _routes[prediction.Route].Series.Order()];
    }
}

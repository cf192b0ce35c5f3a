using System.Text;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using Xunit;

namespace DriftWatch.Core.Input;

/// <summary>Fields and conditions that are not in a record's value.</summary>
public sealed class OuterFieldsTests
{
    private const string Time = "\"timestamp\":1763719200000";

    private readonly RouteTable _routes = new(new MonitorOptions().Routing);

    /// <summary>Every field that is one value can be anywhere, and comes to the same.</summary>
    [Theory]
    [InlineData(FieldName.Id)]
    [InlineData(FieldName.Timestamp)]
    [InlineData(FieldName.Model)]
    [InlineData(FieldName.Version)]
    [InlineData(FieldName.Probability)]
    [InlineData(FieldName.Latency)]
    [InlineData(FieldName.Predicted)]
    [InlineData(FieldName.Confidence)]
    public void A_field_of_a_prediction_can_be_in_any_place(FieldName name)
    {
        Dictionary<FieldName, string> fields = new()
        {
            [FieldName.Id] = "a-17", [FieldName.Timestamp] = "1763719200000", [FieldName.Model] = "fraud", [FieldName.Version] = "7", [FieldName.Latency] = "12",
        };
        if (name is FieldName.Predicted or FieldName.Confidence) (fields[FieldName.Predicted], fields[FieldName.Confidence]) = ("cat", "0.75");
        else fields[FieldName.Probability] = "0.75";
        string Json(Func<FieldName, bool> with) => "{" + string.Join(',', fields.Where(f => with(f.Key)).Select(f => $"\"{FieldCatalogue.All[(int)f.Key].Name}\":{(f.Value.Any(char.IsLetter) ? $"\"{f.Value}\"" : f.Value)}")) + "}";
        string value = fields[name], inJson = value.Any(char.IsLetter) ? $"\"{value}\"" : value;
        var expected = Read(new FieldMapping(), new RecordView { Value = Encoding.UTF8.GetBytes(Json(_ => true)), KafkaTimestamp = -1 });
        byte[] rest = Encoding.UTF8.GetBytes(Json(field => field != name));

        Assert.Equal(expected, Read(At(name, "header:x"), new RecordView { Value = rest, Headers = new GivenHeaders(value), KafkaTimestamp = -1 }));
        Assert.Equal(expected, Read(At(name, "key"), new RecordView { Value = rest, Key = Encoding.UTF8.GetBytes(value), HasKey = true, KafkaTimestamp = -1 }));
        Assert.Equal(expected, Read(At(name, "key/k/v"), new RecordView { Value = rest, Key = Encoding.UTF8.GetBytes($$"""{"k":{"v":{{inJson}}},"other":[1]}"""), HasKey = true, KafkaTimestamp = -1 }));
        Assert.Equal(expected, Read(At(name, $"constant:{value}"), new RecordView { Value = rest, KafkaTimestamp = -1 }));
        Assert.Equal(expected, Read(At(name, "topic:^t/(.+)$"), new RecordView { Value = rest, KafkaTimestamp = -1 }, $"t/{value}"));
    }

    [Theory]
    [InlineData("header:y")]
    [InlineData("key")]
    [InlineData("constant:1")]
    public void A_field_of_a_label_can_be_in_any_place(string place)
    {
        var reader = new MessageReader(new FieldMapping { [FieldName.Label] = place }, new ReadLimits(), _routes, Records.HashKey);

        var record = new RecordView { Value = Encoding.UTF8.GetBytes($$"""{"id":"a",{{Time}}}"""), Key = "1"u8, HasKey = true, Headers = new GivenHeaders("1"), KafkaTimestamp = -1 };

        Assert.Equal(RejectReason.None, reader.ReadLabel(record, Records.Now, out var label));
        Assert.Equal(RejectReason.None, new Records(routes: _routes).Reader.ReadLabel(new RecordView { Value = Encoding.UTF8.GetBytes($$"""{"id":"a",{{Time}},"label":"1"}"""), KafkaTimestamp = -1 }, Records.Now, out var plain));
        Assert.Equal(plain, label);
    }

    [Theory]
    [InlineData("header:ce_id", RejectReason.MissingId, "header:ce_id: expected an id")]
    [InlineData("key", RejectReason.MissingId, "key: expected an id")]
    [InlineData("key/id", RejectReason.MissingId, "key/id: expected an id")]
    public void What_is_missing_is_told_with_its_place(string place, RejectReason reason, string said)
    {
        var reader = new MessageReader(At(FieldName.Id, place), new ReadLimits(), _routes, Records.HashKey);

        Assert.Equal(reason, reader.ReadPrediction(new RecordView { Value = Encoding.UTF8.GetBytes($$"""{"id":"in the value","model":"m",{{Time}},"probability":0.5}"""), KafkaTimestamp = -1 }, Records.Now, out _));
        Assert.Equal(said, reader.LastFault);
    }

    [Fact]
    public void Keys_that_are_no_text_or_no_JSON_are_told_as_that()
    {
        byte[] value = Encoding.UTF8.GetBytes($$"""{"model":"m",{{Time}},"probability":0.5}""");
        var text = new MessageReader(At(FieldName.Id, "key"), new ReadLimits(), _routes, Records.HashKey);
        var json = new MessageReader(At(FieldName.Id, "key/id"), new ReadLimits(), _routes, Records.HashKey);

        Assert.Equal(RejectReason.Encoding, text.ReadPrediction(new RecordView { Value = value, Key = [0, 0, 0, 0, 0, 0, 0, 200], HasKey = true, KafkaTimestamp = -1 }, Records.Now, out _));
        Assert.Equal("key: expected UTF-8 text", text.LastFaultForLogs);
        Assert.Equal(RejectReason.Schema, json.ReadPrediction(new RecordView { Value = value, Key = "17"u8, HasKey = true, KafkaTimestamp = -1 }, Records.Now, out _));
        Assert.Equal("key/id: expected a JSON object in the record's key, found 17", json.LastFault);
        // The next record is not the last one.
        Assert.Equal(RejectReason.None, json.ReadPrediction(new RecordView { Value = value, Key = """{"id":17}"""u8, HasKey = true, KafkaTimestamp = -1 }, Records.Now, out _));
    }

    [Theory]
    [InlineData("header:type = response", true)]
    [InlineData("header:type = request", false)]
    [InlineData("header:type != request", true)]
    [InlineData("key = k*", true)]
    [InlineData("key/a = 1", false)]
    [InlineData("topic = t", true)]
    [InlineData("topic:(.)$ = u", false)]
    [InlineData("/kind = score", true)]
    [InlineData("/n = 1.50", true)]
    [InlineData("/n = 1.5", false)]
    [InlineData("/deep/flag = true", true)]
    [InlineData("/deep/flag != true", false)]
    [InlineData("/absent = x", false)]
    [InlineData("/absent != x", true)]
    [InlineData("/id = a", true)]
    public void A_condition_decides_which_records_are_read(string filter, bool passes)
    {
        var reader = new MessageReader(new FieldMapping { Filter = [RecordFilter.Of(filter)] }, new ReadLimits(), _routes, Records.HashKey, "t");
        var record = new RecordView
        {
            Value = Encoding.UTF8.GetBytes($$"""{"id":"a","model":"m","kind":"score","n":1.50,"deep":{"flag":true},{{Time}},"probability":0.5,"label":1}"""),
            Key = "key-1"u8, HasKey = true, Headers = new GivenHeaders("response"), KafkaTimestamp = -1,
        };

        Assert.Equal(passes ? RejectReason.None : RejectReason.Filtered, reader.ReadPrediction(record, Records.Now, out _));
        Assert.Equal(passes ? RejectReason.None : RejectReason.Filtered, reader.ReadLabel(record, Records.Now, out _));
    }

    [Fact]
    public void All_conditions_have_to_hold()
    {
        var reader = new MessageReader(new FieldMapping { Filter = [RecordFilter.Of("header:type = response"), RecordFilter.Of("/kind = score")] }, new ReadLimits(), _routes, Records.HashKey);
        RejectReason Of(string header, string kind) => reader.ReadPrediction(
            new RecordView { Value = Encoding.UTF8.GetBytes($$"""{"id":"a","model":"m","kind":"{{kind}}",{{Time}},"probability":0.5}"""), Headers = new GivenHeaders(header), KafkaTimestamp = -1 }, Records.Now, out _);

        Assert.Equal(RejectReason.None, Of("response", "score"));
        Assert.Equal(RejectReason.Filtered, Of("request", "score"));
        Assert.Equal(RejectReason.Filtered, Of("response", "other"));
        Assert.Equal(RejectReason.None, Of("response", "score"));
    }

    [Fact]
    public void What_a_header_leaves_out_may_be_anything()
    {
        var reader = new MessageReader(new FieldMapping { Filter = [RecordFilter.Of("header:type = response")] }, new ReadLimits(), _routes, Records.HashKey);

        Assert.Equal(RejectReason.Filtered, reader.ReadPrediction(new RecordView { Value = [0, 1, 2, 255], Headers = new GivenHeaders("request"), KafkaTimestamp = -1 }, Records.Now, out _));
        Assert.Equal(RejectReason.Filtered, reader.ReadPrediction(new RecordView { IsTombstone = true, KafkaTimestamp = -1 }, Records.Now, out _));
        Assert.Equal(RejectReason.Encoding, reader.ReadPrediction(new RecordView { Value = [0, 1, 2, 255], Headers = new GivenHeaders("response"), KafkaTimestamp = -1 }, Records.Now, out _));
    }

    [Fact]
    public void Inside_an_envelope_conditions_are_on_the_data_as_fields_are()
    {
        var reader = new MessageReader(new FieldMapping { Filter = [RecordFilter.Of("/kind = score")] }, new ReadLimits(), _routes, Records.HashKey);
        RejectReason Of(string kind) => reader.ReadPrediction(
            new RecordView { Value = Encoding.UTF8.GetBytes($$"""{"specversion":"1.0","id":"e","kind":"score","data":{"id":"a","model":"m","kind":"{{kind}}",{{Time}},"probability":0.5} }"""), KafkaTimestamp = -1 }, Records.Now, out _);

        Assert.Equal(RejectReason.None, Of("score"));
        Assert.Equal(RejectReason.Filtered, Of("other"));
    }

    [Fact]
    public void Headers_are_asked_for_by_their_place_in_the_mapping_each_once()
    {
        var mapping = new FieldMapping
        {
            TimeFrom = TimeSource.Header, TimeHeader = "ts", [FieldName.Id] = "header:ce_id", [FieldName.Model] = "header:service", [FieldName.Version] = "header:service", Filter = [RecordFilter.Of("header:ce_id != probe")],
        };
        Assert.Equal(["ts", "ce_id", "service"], mapping.Headers);

        var reader = new MessageReader(mapping, new ReadLimits(), _routes, Records.HashKey);
        Assert.Equal(RejectReason.None, reader.ReadPrediction(new RecordView { Value = """{"probability":0.5}"""u8, Headers = new GivenHeaders("1763719200000", "a", "fraud"), KafkaTimestamp = -1 }, Records.Now, out var prediction));
        Assert.Equal((Records.IdOf("a"), 1763719200000L, "fraud", "fraud"), (prediction.Id, prediction.Time.Milliseconds, _routes[prediction.Route].Model, _routes[prediction.Route].Version));
        Assert.Equal(RejectReason.Filtered, reader.ReadPrediction(new RecordView { Value = """{"probability":0.5}"""u8, Headers = new GivenHeaders("1763719200000", "probe", "fraud"), KafkaTimestamp = -1 }, Records.Now, out _));
    }

    private static FieldMapping At(FieldName field, string place) => new() { [field] = place };

    private (string Route, Prediction Prediction) Read(FieldMapping mapping, in RecordView record, string topic = "")
    {
        var reader = new MessageReader(mapping, new ReadLimits(), _routes, Records.HashKey, topic);
        Assert.Equal(RejectReason.None, reader.ReadPrediction(record, Records.Now, out var prediction));
        return (_routes[prediction.Route].ToString()!, prediction);
    }
}

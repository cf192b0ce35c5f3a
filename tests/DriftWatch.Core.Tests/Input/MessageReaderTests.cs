using System.Text;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Input;

public class MessageReaderTests
{
    private const string Time = "\"timestamp\":\"2026-11-21T10:00:00Z\"";
    private static readonly EventTime Ten = EventTime.From(new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero));

    [Fact]
    public void ABinaryPredictionIsRead()
    {
        var records = new Records();

        var (reason, prediction) = records.Prediction($$"""{"id":"a","model":"fraud","version":"7",{{Time}},"probability":0.83,"slices":{"region":"eu","tier":"gold"} }""");

        Assert.Equal(RejectReason.None, reason);
        Assert.Null(records.Reader.LastFault);
        Assert.Equal(Records.IdOf("a"), prediction.Id);
        Assert.Equal(Ten, prediction.Time);
        Assert.Equal(0.83, prediction.Confidence);
        var route = records.Routes[prediction.Route];
        Assert.Equal(("fraud", "7", View.Binary, ClassKey.Positive), (route.Model, route.Version, route.View, route.PredictedClass));
        Assert.Equal(["fraud/7", "fraud/7/region=eu", "fraud/7/tier=gold"], route.Series.Select(s => records.Routes.Series[s].ToString()));
    }

    [Fact]
    public void ATopLabelPredictionIsRead()
    {
        var records = new Records();

        var (reason, prediction) = records.Prediction($$"""{"id":1,"model":"pets","predicted":"cat",{{Time}},"confidence":0.91}""");

        Assert.Equal(RejectReason.None, reason);
        Assert.Equal(0.91, prediction.Confidence);
        var route = records.Routes[prediction.Route];
        Assert.Equal(("pets", "", View.TopLabel, ClassKey.Of("cat")), (route.Model, route.Version, route.View, route.PredictedClass));
    }

    [Theory]
    [InlineData("""{"cat":0.91,"dog":0.09}""", "cat", 0.91, 0)]
    [InlineData("""{"dog":0.09,"cat":0.91}""", "cat", 0.91, 0)]
    [InlineData("[0.1,0.2,0.7]", "2", 0.7, 0)]
    [InlineData("[0.5,0.5]", "0", 0.5, 1)]
    [InlineData("""{"b":0.4,"a":0.4,"c":0.2}""", "b", 0.4, 1)]
    [InlineData("[0.2,0.2,0.6]", "2", 0.6, 0)]
    [InlineData("[1]", "0", 1, 0)]
    [InlineData("[0.5004,0.5004]", "0", 0.5004, 1)]
    [InlineData("""{"c\u0061t":1,"dog":-0.0}""", "cat", 1, 0)]
    [InlineData("""{"false":0.2,"true":0.8}""", "1", 0.8, 0)]
    [InlineData("""{"False":0.2,"True":0.8}""", "1", 0.8, 0)]
    [InlineData("""{"0.0":0.2,"1.0":0.8}""", "1", 0.8, 0)]
    [InlineData("""{"01":0.2," 02 ":0.8}""", "02", 0.8, 0)]
    [InlineData("[0.333,0.333,0.333]", "0", 0.333, 1)]
    [InlineData("[0.334,0.333,0.334]", "0", 0.334, 1)]
    [InlineData("""{"a":0.334,"b":0.334,"c":0.333}""", "a", 0.334, 1)]
    [InlineData("[0.111,0.111,0.111,0.111,0.111,0.111,0.111,0.111,0.111]", "0", 0.111, 1)]
    [InlineData("[0.143,0.143,0.143,0.143,0.143,0.143,0.143]", "0", 0.143, 1)]
    [InlineData("[0.14300000667572021,0.14300000667572021,0.14300000667572021,0.14300000667572021,0.14300000667572021,0.14300000667572021,0.14300000667572021]", "0", 0.14300000667572021, 1)]
    public void AVectorIsReducedToItsFirstMostLikelyClass(string vector, string predicted, double confidence, long ties)
    {
        var records = new Records();

        var (reason, prediction) = records.Prediction($$"""{"id":"a","model":"m",{{Time}},"probabilities":{{vector}}}""");

        Assert.Equal((RejectReason.None, confidence), (reason, prediction.Confidence));
        Assert.Equal(ClassKey.Of(predicted), records.Routes[prediction.Route].PredictedClass);
        Assert.Equal(ties, records.Reader.Ties);
    }

    [Theory]
    [InlineData("1", "1")]
    [InlineData("1.0", "1")]
    [InlineData("1e0", "1")]
    [InlineData("10E-1", "1")]
    [InlineData("\"1\"", "1")]
    [InlineData("true", "1")]
    [InlineData("false", "0")]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("0.50", "0.5")]
    [InlineData("-3", "-3")]
    [InlineData("12345678901234567890", "12345678901234567890")]
    [InlineData("\"cat\"", "cat")]
    [InlineData("\"c\\u00e4t\"", "cät")]
    [InlineData("\"cät\"", "cät")]
    [InlineData("\"true\"", "1")]
    [InlineData("\"True\"", "1")]
    [InlineData("\" FALSE\"", "0")]
    [InlineData("\"1.0\"", "1")]
    [InlineData("\"+1\"", "1")]
    [InlineData("\"01\"", "01")]
    [InlineData("\"3.10\"", "3.10")]
    [InlineData("\"cat \"", "cat")]
    [InlineData("\"\\tsea lion\\n\"", "sea lion")]
    [InlineData("\"Cat\"", "Cat")]
    [InlineData("1e20", "100000000000000000000")]
    public void ALabelNamesAClass(string label, string name)
    {
        var (reason, read) = new Records().Label($$"""{"id":"a",{{Time}},"label":{{label}}}""");

        Assert.Equal(RejectReason.None, reason);
        Assert.Equal(new Label(Records.IdOf("a"), Ten, new LabelValue(LabelKind.Class, ClassKey.Of(name))), read);
    }

    [Theory]
    [InlineData("true", 1ul)]
    [InlineData("false", 0ul)]
    [InlineData("1", 1ul)]
    [InlineData("0.0", 0ul)]
    public void ALabelMaySayWhetherThePredictionWasRight(string correct, ulong key)
    {
        var (reason, read) = new Records().Label($$"""{"id":"a",{{Time}},"label":null,"correct":{{correct}}}""");

        Assert.Equal((RejectReason.None, new LabelValue(LabelKind.Correctness, key)), (reason, read.Value));
    }

    [Fact]
    public void NumbersAndTextNameTheSameId()
    {
        var records = new Records();

        Assert.Equal(Records.IdOf("123"), records.Label($$"""{"id":123,{{Time}},"label":1}""").Label.Id);
        Assert.Equal(Records.IdOf("123"), records.Label($$"""{"id":"123",{{Time}},"label":1}""").Label.Id);
        Assert.Equal(Records.IdOf("123"), records.Label($$"""{"id":123.0,{{Time}},"label":1}""").Label.Id);
        Assert.Equal(Records.IdOf("12345678901234567890123"), records.Label($$"""{"id":12345678901234567890123,{{Time}},"label":1}""").Label.Id);
        Assert.NotEqual(Records.IdOf("123"), records.Label($$"""{"id":"0123",{{Time}},"label":1}""").Label.Id);
    }

    [Fact]
    public void TheOrderOfKeysAndSlicesDoesNotMatter()
    {
        var records = new Records();

        var first = records.Prediction($$"""{"id":"a","model":"m","version":7,{{Time}},"probability":0.5,"slices":{"a":"1","b":true,"c":2.50} }""");
        var second = records.Prediction($$""" { "slices" : {"c":2.50, "b":"true","a":1 ,"d":null} , "probability":5e-1, {{Time}}, "version":"7" , "model":"m","id":"a" } """ + "\r\n\t");

        Assert.Equal(RejectReason.None, first.Reason);
        Assert.Equal(first, second);
        Assert.Equal(1, records.Routes.Count);
    }

    [Fact]
    public void DifferentPartsMakeDifferentRoutes()
    {
        string[] parts =
        [
            "\"model\":\"ab\",\"version\":\"c\",\"probability\":0.5", "\"model\":\"a\",\"version\":\"bc\",\"probability\":0.5",
            "\"model\":\"ab\",\"probability\":0.5", "\"model\":\"ab\",\"predicted\":\"c\",\"confidence\":0.5", "\"model\":\"ab\",\"predicted\":\"\\u0063d\",\"confidence\":0.5",
            "\"model\":\"ab\",\"probability\":0.5,\"slices\":{\"x\":\"yz\"}", "\"model\":\"ab\",\"probability\":0.5,\"slices\":{\"xy\":\"z\"}",
            "\"model\":\"ab\",\"probability\":0.5,\"slices\":{\"x\":\"a\",\"y\":\"b\"}", "\"model\":\"ab\",\"probability\":0.5,\"slices\":{\"x\":\"b\",\"y\":\"a\"}",
        ];
        var records = new Records();

        var routes = parts.Select(p => records.Prediction($$"""{"id":"a",{{Time}},{{p}}}""").Prediction.Route).ToList();

        Assert.Equal(Enumerable.Range(0, parts.Length), routes);
    }

    [Theory]
    [InlineData("\"probability\":0.2,\"predicted\":\"x\",\"confidence\":0.3,\"probabilities\":[0.9,0.9]", 0.2, View.Binary)]
    [InlineData("\"probability\":null,\"predicted\":\"x\",\"confidence\":0.3,\"probabilities\":[0.4,0.6]", 0.3, View.TopLabel)]
    [InlineData("\"predicted\":\"x\",\"probabilities\":[0.4,0.6]", 0.6, View.TopLabel)]
    public void TheSimplestFormThatIsThereCounts(string fields, double confidence, View view)
    {
        var records = new Records();

        var (reason, prediction) = records.Prediction($$"""{"id":"a","model":"m",{{Time}},{{fields}}}""");

        Assert.Equal((RejectReason.None, confidence), (reason, prediction.Confidence));
        Assert.Equal(view, records.Routes[prediction.Route].View);
    }

    [Fact]
    public void EventTimeMayComeFromAHeaderOrFromKafka()
    {
        string json = """{"id":"a","model":"m","probability":0.5,"timestamp":"nonsense"}""";
        var byHeader = new Records(new FieldMapping { TimeFrom = TimeSource.Header, TimeHeader = "ts" });
        var byKafka = new Records(new FieldMapping { TimeFrom = TimeSource.Kafka });

        Assert.Equal(Ten, byHeader.Prediction(json, header: "2026-11-21T11:00:00+01:00").Prediction.Time);
        Assert.Equal(new EventTime(1763719200123), byHeader.Prediction(json, header: "1763719200123").Prediction.Time);
        Assert.Equal(RejectReason.MissingTimestamp, byHeader.Prediction(json).Reason);
        Assert.Equal(RejectReason.TimestampRange, byHeader.Prediction(json, header: "yesterday").Reason);
        Assert.Equal("header ts: expected epoch milliseconds or RFC 3339 with an offset, from 2000 to 2109, found yesterday", byHeader.Reader.LastFault);
        Assert.Equal(Ten, byKafka.Prediction(json, kafka: Ten.Milliseconds).Prediction.Time);
        Assert.Equal(RejectReason.MissingTimestamp, byKafka.Prediction(json, kafka: -1).Reason);
        Assert.Equal(RejectReason.TimestampRange, byKafka.Prediction(json, kafka: long.MaxValue).Reason);
    }

    [Fact]
    public void ATopicMayHaveADefaultModelAndVersion()
    {
        var records = new Records(new FieldMapping { DefaultModel = "m", DefaultVersion = "1" });

        var route = records.Routes[records.Prediction($$"""{"id":"a",{{Time}},"probability":0.5,"model":null}""").Prediction.Route];

        Assert.Equal(("m", "1"), (route.Model, route.Version));
    }

    [Theory]
    [InlineData("""  "model":"m" """, "m", null)]
    [InlineData("""  "model":"m","version":7.10 """, "m", "7.10")]
    [InlineData("""  "model":"","version":"7" """, "", null)]
    [InlineData("""  "version":"7" """, "", null)]
    [InlineData("""  "model":null """, "", null)]
    public void ALabelAddressesWhatItNames(string fields, string model, string? version)
    {
        var records = new Records();
        string json = $$"""{"id":"a",{{Time}},"label":1,{{fields}}}""";

        var (reason, label) = records.Label(json);

        Assert.Equal(RejectReason.None, reason);
        Assert.Equal((model, version), records.Routes.Addressees[label.Addressee]);
        Assert.Equal(label, records.Label(json).Label);
    }

    [Fact]
    public void WhatNamesNoModelIsRefusedInALabelAsItIsInAPrediction()
    {
        var records = new Records();
        Assert.Equal(RejectReason.Schema, records.Label($$"""{"id":"a",{{Time}},"label":1,"model":["m"]}""").Reason);
        Assert.Equal(RejectReason.Schema, records.Label($$"""{"id":"a",{{Time}},"label":1,"model":"a\u0000b"}""").Reason);
    }

    [Fact]
    public void FieldsAreFoundByJsonPointer()
    {
        var mapping = new FieldMapping
        {
            [FieldName.Id] = "/meta/trace~1id", [FieldName.Model] = "/meta/model~0name", [FieldName.Timestamp] = "/t", [FieldName.Probability] = "/scores/1/p", [FieldName.Slices] = "/meta", [FieldName.Version] = "/a//b", [FieldName.Label] = "/scores/0",
        };
        var records = new Records(mapping);
        string json = """
            {"t":1763719200123,"scores":[{"p":"no"},{"q":[1,{"p":3}],"p":0.25}],"a":{"x":1,"":{"b":"v"}},"meta":{"trace/id":"i","model~name":"m","country":"de"}}
            """;

        var (reason, prediction) = records.Prediction(json);

        Assert.Equal(RejectReason.None, reason);
        Assert.Equal((Records.IdOf("i"), new EventTime(1763719200123), 0.25), (prediction.Id, prediction.Time, prediction.Confidence));
        var route = records.Routes[prediction.Route];
        Assert.Equal(("m", "v"), (route.Model, route.Version));
        Assert.Contains("m/v/country=de", route.Series.Select(s => records.Routes.Series[s].ToString()));
    }

    [Fact]
    public void TwoFieldsMayShareAPlace()
    {
        var records = new Records(new FieldMapping { [FieldName.Probability] = "/confidence", [FieldName.Probabilities] = "/confidence" });

        Assert.Equal(0.5, records.Prediction($$"""{"id":"a","model":"m",{{Time}},"confidence":0.5}""").Prediction.Confidence);
        Assert.Equal(0.75, records.Prediction($$"""{"id":"a","model":"m",{{Time}},"confidence":[0.25,0.75]}""").Prediction.Confidence);
    }

    [Theory]
    [InlineData("id")]
    [InlineData("meta.id")]
    [InlineData("/a~2")]
    [InlineData("/a~")]
    public void APlaceThatIsNoJsonPointerIsRefusedWithItsFix(string place)
    {
        var error = Assert.Throws<ArgumentException>(() => new Records(new FieldMapping { [FieldName.Id] = place }));

        Assert.Contains("Id", error.Message, StringComparison.Ordinal);
        Assert.Contains($"\"{place}\" is no JSON pointer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACloudEventsEnvelopeIsSeenThrough()
    {
        string data = """{"id":"a","model":"m","probability":0.5,"time":"1999-01-01T00:00:00Z","slices":{"s":"x"}}""";
        var records = new Records();
        string[] envelopes =
        [
            $$"""{"specversion":"1.0","id":"e","source":"/s","type":"t","time":"2026-11-21T10:00:00Z","slices":{"wrong":1},"data":{{data}}}""",
            $$"""{"data":{{data}},"time":"2026-11-21T10:00:00\u005A","id":"e","specversion":"1.0"}""",
        ];

        foreach (string envelope in envelopes)
        {
            var (reason, prediction) = records.Prediction(envelope);
            Assert.Equal(RejectReason.None, reason);
            Assert.Equal((Records.IdOf("a"), Ten, 0.5), (prediction.Id, prediction.Time, prediction.Confidence));
            Assert.Equal(["m/", "m//s=x"], records.Routes[prediction.Route].Series.Select(s => records.Routes.Series[s].ToString()));
        }
    }

    [Fact]
    public void AnEnvelopesOwnFieldsAreNotThePayloads()
    {
        var records = new Records();

        Assert.Equal(RejectReason.MissingId, records.Prediction($$"""{"specversion":"1.0","id":"e","data":{"model":"m",{{Time}},"probability":0.5} }""").Reason);
        Assert.Equal(RejectReason.MissingTimestamp, records.Prediction("""{"time":"2026-11-21T10:00:00Z","id":"e","model":"m","probability":0.5,"data":{}}""").Reason);
    }

    [Fact]
    public void AMappingThatBeginsWithDataIsTakenAsItIs()
    {
        var records = new Records(new FieldMapping { [FieldName.Id] = "/id", [FieldName.Model] = "/data/model", [FieldName.Probability] = "/data/p", [FieldName.Timestamp] = "/data/ts" });

        var (reason, prediction) = records.Prediction("""{"specversion":"1.0","id":"e","time":"2026-11-21T10:00:00Z","data":{"id":"no","model":"m","p":0.5}}""");

        Assert.Equal((RejectReason.None, Records.IdOf("e"), Ten), (reason, prediction.Id, prediction.Time));
    }

    [Fact]
    public void DecodingAllocatesNothingOnceARouteIsKnown()
    {
        byte[][] predictions =
        [
            .. new[]
            {
                $$"""{"id":"550e8400-e29b-41d4-a716-446655440000","model":"fraud","version":"7",{{Time}},"probability":0.83,"slices":{"region":"eu"} }""",
                $$"""{"id":12,"model":"pets","predicted":1.0,"timestamp":1763719200123,"confidence":0.3333333333333333333}""",
                $$"""{"id":"a\u00e9","model":"pets",{{Time}},"probabilities":{"cat":0.5,"dog":0.25,"c\u006fw":0.25},"more":[{"a":[1,2,{}]}]}""",
                $$"""{"specversion":"1.0","id":"e","data":{"id":"a","model":"m",{{Time}},"probabilities":[0.1,0.9]} }""",
                $$"""{"id":"a","model":"m",{{Time}},"probability":1.5}""",
                $$"""{"id":"a","model":"m",{{Time}},"probability":NaN,"x":}""",
            }.Select(Encoding.UTF8.GetBytes),
        ];
        byte[] label = Encoding.UTF8.GetBytes($$"""{"id":"550e8400-e29b-41d4-a716-446655440000",{{Time}},"label":1.0}""");
        var records = new Records();
        DecodeAll(100);

        long before = GC.GetAllocatedBytesForCurrentThread();
        DecodeAll(10_000);
        long after = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(0, after - before);

        void DecodeAll(int times)
        {
            for (int i = 0; i < times; i++)
            {
                foreach (byte[] value in predictions) records.Reader.ReadPrediction(new RecordView { Value = value }, Records.Now, out _);
                records.Reader.ReadLabel(new RecordView { Value = label }, Records.Now, out _);
            }
        }
    }
}

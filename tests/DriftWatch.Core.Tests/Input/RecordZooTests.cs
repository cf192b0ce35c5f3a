using System.Text;
using DriftWatch.Core.Monitoring;
using Xunit;

namespace DriftWatch.Core.Input;

/// <summary>What strangers send: each record has one reason, and the stream goes on.</summary>
public class RecordZooTests
{
    private const string Time = "\"timestamp\":\"2026-11-21T10:00:00Z\"";

    public static TheoryData<string, RejectReason> Predictions => new()
    {
        // the document
        { "", RejectReason.Empty },
        { " ", RejectReason.Malformed },
        { "\uFEFF" + Of("\"probability\":0.5"), RejectReason.Malformed },
        { Of("\"probability\":0.5") + "x", RejectReason.Malformed },
        { Of("\"probability\":0.5") + "{}", RejectReason.Malformed },
        { Of("\"probability\":0.5") + "\0", RejectReason.Malformed },
        { Of("\"probability\":0.5")[..^1], RejectReason.Malformed },
        { Of("\"probability\":0.5,"), RejectReason.Malformed },
        { "[" + Of("\"probability\":0.5") + "]", RejectReason.Schema },
        { "null", RejectReason.Schema },
        { "42", RejectReason.Schema },
        { "\"text\"", RejectReason.Schema },
        { "{'id':1}", RejectReason.Malformed },
        { "{id:1}", RejectReason.Malformed },
        { "// comment\n{}", RejectReason.Malformed },
        { "{\"id\" 1}", RejectReason.Malformed },
        { "{\"id\":tru}", RejectReason.Malformed },
        { "<xml/>", RejectReason.Malformed },
        { "\0\0\0\0\u0001", RejectReason.Malformed },
        { Of("\"probability\":0.5,\"x\":\"a\nb\""), RejectReason.Malformed },
        { Of("\"probability\":0.5,\"x\":\"\\q\""), RejectReason.Malformed },
        { Of("\"probability\":0.5,\"x\":\"\\u12g4\""), RejectReason.Malformed },
        { Of("\"probability\":0.5,\"x\":[1,]"), RejectReason.Malformed },
        { Of("\"probability\":0.5,\"x\":[1}"), RejectReason.Malformed },
        { Of("\"probability\":0.5,\"x\":{\"a\":1]"), RejectReason.Malformed },
        { Of("\"probability\":0.5,\"x\":" + new string('[', 10_000) + new string(']', 10_000)), RejectReason.TooDeep },
        { new string('[', 10_000), RejectReason.TooDeep },
        { string.Concat(Enumerable.Repeat("{\"a\":", 10_000)), RejectReason.TooDeep },
        { Of("\"probability\":0.5,\"probability\":0.5"), RejectReason.DuplicateKey },
        { Of("\"probability\":0.5,\"prob\\u0061bility\":0.6"), RejectReason.DuplicateKey },
        { Of("\"probability\":0.5,\"model\":\"n\""), RejectReason.DuplicateKey },
        { Of("\"probability\":0.5,\"slices\":{\"a\":1,\"a\":2}"), RejectReason.DuplicateKey },
        { Of("\"probabilities\":{\"a\":0.5,\"a\":0.5}"), RejectReason.DuplicateKey },
        { Of("\"probability\":0.5,\"x\":\"\\ud800\""), RejectReason.Encoding },
        { Of("\"probability\":0.5,\"\\udc00\\ud800\":1"), RejectReason.Encoding },
        { Of("\"probability\":0.5,\"x\":\"\\ud800\\u0041\""), RejectReason.Encoding },
        { Of("\"probability\":0.5,\"x\":\"\\ud83d8ude00\""), RejectReason.Encoding },

        // id and names
        { $$"""{"model":"m",{{Time}},"probability":0.5}""", RejectReason.MissingId },
        { $$"""{"id":"","model":"m",{{Time}},"probability":0.5}""", RejectReason.MissingId },
        { $$"""{"id":null,"model":"m",{{Time}},"probability":0.5}""", RejectReason.MissingId },
        { $$"""{"id":{},"model":"m",{{Time}},"probability":0.5}""", RejectReason.Schema },
        { $$"""{"id":[1],"model":"m",{{Time}},"probability":0.5}""", RejectReason.Schema },
        { $$"""{"id":true,"model":"m",{{Time}},"probability":0.5}""", RejectReason.Schema },
        { $$"""{"id":1.5,"model":"m",{{Time}},"probability":0.5}""", RejectReason.Schema },
        { $$"""{"id":1e300,"model":"m",{{Time}},"probability":0.5}""", RejectReason.Schema },
        { $$"""{"id":1e999,"model":"m",{{Time}},"probability":0.5}""", RejectReason.Schema },
        { $$"""{"id":0123,"model":"m",{{Time}},"probability":0.5}""", RejectReason.Malformed },
        { $$"""{"id":+1,"model":"m",{{Time}},"probability":0.5}""", RejectReason.Malformed },
        { $$"""{"id":NaN,"model":"m",{{Time}},"probability":0.5}""", RejectReason.Malformed },
        { $$"""{"id":"{{new string('x', 1 << 19)}}","model":"m",{{Time}},"probability":0.5}""", RejectReason.Oversize },
        { $$"""{"id":"{{new string('x', 1 << 20)}}","model":"m",{{Time}},"probability":0.5}""", RejectReason.Oversize },
        { $$"""{"id":"a",{{Time}},"probability":0.5}""", RejectReason.MissingModel },
        { $$"""{"id":"a","model":"",{{Time}},"probability":0.5}""", RejectReason.MissingModel },
        { $$"""{"id":"a","model":false,{{Time}},"probability":0.5}""", RejectReason.Schema },
        { $$"""{"id":"a","model":"{{new string('m', 129)}}",{{Time}},"probability":0.5}""", RejectReason.Oversize },
        { Of("\"probability\":0.5,\"version\":{}"), RejectReason.Schema },
        { $$"""{"id":"a","model":"{{new string('m', 127)}}é",{{Time}},"probability":0.5}""", RejectReason.Oversize },
        { $$"""{"id":"a","model":"m\u0007",{{Time}},"probability":0.5}""", RejectReason.Schema },
        { $$"""{"id":"a","model":"m\u202e",{{Time}},"probability":0.5}""", RejectReason.Schema },
        { $$"""{"id":"a","model":"m\u200b",{{Time}},"probability":0.5}""", RejectReason.Schema },
        { $$"""{"id":"a","model":"m\udb40\udc41",{{Time}},"probability":0.5}""", RejectReason.Schema },
        { Of("\"probability\":0.5,\"version\":\"1\\u2028\""), RejectReason.Schema },
        { Of("\"probability\":0.5,\"version\":\"" + new string('1', 129) + "\""), RejectReason.Oversize },
        { Of("\"probability\":0.5,\"version\":\"1\\n2\""), RejectReason.Schema },
        { Of("\"probability\":0.5,\"slices\":[\"a\"]"), RejectReason.Schema },
        { Of("\"probability\":0.5,\"slices\":\"eu\""), RejectReason.Schema },
        { Of("\"probability\":0.5,\"slices\":{\"a\":{}}"), RejectReason.Schema },
        { Of("\"probability\":0.5,\"slices\":{\"a\":NaN}"), RejectReason.Malformed },
        { Of("\"probability\":0.5,\"slices\":{\"a\":\"" + new string('s', 1025) + "\"}"), RejectReason.Oversize },
        { Of("\"probability\":0.5,\"slices\":{" + string.Join(",", Enumerable.Range(0, 17).Select(i => $"\"{i}\":1")) + "}"), RejectReason.Oversize },

        // time
        { """{"id":"a","model":"m","probability":0.5}""", RejectReason.MissingTimestamp },
        { """{"id":"a","model":"m","probability":0.5,"timestamp":null}""", RejectReason.MissingTimestamp },
        { """{"id":"a","model":"m","probability":0.5,"timestamp":true}""", RejectReason.Schema },
        { """{"id":"a","model":"m","probability":0.5,"timestamp":{}}""", RejectReason.Schema },
        { """{"id":"a","model":"m","probability":0.5,"timestamp":""}""", RejectReason.TimestampRange },
        { """{"id":"a","model":"m","probability":0.5,"timestamp":"1904-01-01T00:00:00Z"}""", RejectReason.TimestampRange },
        { """{"id":"a","model":"m","probability":0.5,"timestamp":"2262-04-11T23:47:16Z"}""", RejectReason.TimestampRange },
        { """{"id":"a","model":"m","probability":0.5,"timestamp":-1}""", RejectReason.TimestampRange },
        { """{"id":"a","model":"m","probability":0.5,"timestamp":1e999}""", RejectReason.TimestampRange },
        { """{"id":"a","model":"m","probability":0.5,"timestamp":1763719200000000000}""", RejectReason.TimestampRange },
        { """{"id":"a","model":"m","probability":0.5,"timestamp":"2026-02-29T00:00:00Z"}""", RejectReason.TimestampRange },
        { """{"id":"a","model":"m","probability":0.5,"timestamp":"2026-11-21T10:00:00"}""", RejectReason.TimestampRange },
        { """{"id":"a","model":"m","probability":0.5,"timestamp":"2026-11-21T12:10:00.001Z"}""", RejectReason.TimestampFuture },
        { """{"id":"a","model":"m","probability":0.5,"timestamp":4102444800000}""", RejectReason.TimestampFuture },

        // probability
        { Of("\"x\":1"), RejectReason.MissingProbability },
        { Of("\"probability\":null"), RejectReason.MissingProbability },
        { Of("\"predicted\":\"cat\""), RejectReason.MissingProbability },
        { Of("\"confidence\":0.5"), RejectReason.MissingProbability },
        { Of("\"probabilities\":{}"), RejectReason.MissingProbability },
        { Of("\"probabilities\":[]"), RejectReason.MissingProbability },
        { Of("\"probability\":\"0.5\""), RejectReason.Schema },
        { Of("\"probability\":true"), RejectReason.Schema },
        { Of("\"probability\":[0.5]"), RejectReason.Schema },
        { Of("\"probability\":NaN"), RejectReason.ProbabilityRange },
        { Of("\"probability\":Infinity"), RejectReason.ProbabilityRange },
        { Of("\"probability\":-Infinity"), RejectReason.ProbabilityRange },
        { Of("\"probability\":nan"), RejectReason.Malformed },
        { Of("\"probability\":NaNs"), RejectReason.Malformed },
        { Of("\"probability\":-"), RejectReason.Malformed },
        { Of("\"probability\":1e999"), RejectReason.ProbabilityRange },
        { Of("\"probability\":-1e999"), RejectReason.ProbabilityRange },
        { Of("\"probability\":1.0000001"), RejectReason.ProbabilityRange },
        { Of("\"probability\":1.0000000000000002220446049250313"), RejectReason.ProbabilityRange },
        { Of("\"probability\":-1"), RejectReason.ProbabilityRange },
        { Of("\"probability\":-1e-300"), RejectReason.ProbabilityRange },
        { Of("\"probability\":83"), RejectReason.ProbabilityRange },
        { Of("\"probability\":00.5"), RejectReason.Malformed },
        { Of("\"probability\":.5"), RejectReason.Malformed },
        { Of("\"probability\":5."), RejectReason.Malformed },
        { Of("\"probability\":+0.5"), RejectReason.Malformed },
        { Of("\"probability\":0x1"), RejectReason.Malformed },
        { Of("\"probability\":1e"), RejectReason.Malformed },
        { Of("\"probability\":0.5f"), RejectReason.Malformed },
        { Of("\"predicted\":{},\"confidence\":0.5"), RejectReason.Schema },
        { Of("\"predicted\":\"\",\"confidence\":0.5"), RejectReason.Schema },
        { Of("\"predicted\":\"cat\",\"confidence\":1.5"), RejectReason.ProbabilityRange },
        { Of("\"predicted\":\"cat\",\"confidence\":NaN"), RejectReason.ProbabilityRange },
        { Of("\"probabilities\":{\"cat\":0.9,\"dog\":0.2}"), RejectReason.ProbabilitySum },
        { Of("\"probabilities\":[0.5,0.4]"), RejectReason.ProbabilitySum },
        { Of("\"probabilities\":[0.5,0.5011]"), RejectReason.ProbabilitySum },
        { Of("\"probabilities\":[0,0]"), RejectReason.ProbabilitySum },
        { Of("\"probabilities\":[-0.5,1.5]"), RejectReason.ProbabilityRange },
        { Of("\"probabilities\":[NaN,1]"), RejectReason.ProbabilityRange },
        { Of("\"probabilities\":[\"0.5\",0.5]"), RejectReason.Schema },
        { Of("\"probabilities\":[null,1]"), RejectReason.Schema },
        { Of("\"probabilities\":[[1]]"), RejectReason.Schema },
        { Of("\"probabilities\":\"cat\""), RejectReason.Schema },
        { Of("\"probabilities\":[" + string.Join(",", Enumerable.Repeat("0.0001", 10_001)) + "]"), RejectReason.Oversize },
    };

    public static TheoryData<string, RejectReason> Labels => new()
    {
        { $$"""{"id":"a",{{Time}}}""", RejectReason.MissingLabel },
        { $$"""{"id":"a",{{Time}},"label":null}""", RejectReason.MissingLabel },
        { $$"""{"id":"a",{{Time}},"label":{} }""", RejectReason.Schema },
        { $$"""{"id":"a",{{Time}},"label":[1]}""", RejectReason.Schema },
        { $$"""{"id":"a",{{Time}},"label":""}""", RejectReason.LabelValue },
        { $$"""{"id":"a",{{Time}},"label":1e999}""", RejectReason.LabelValue },
        { $$"""{"id":"a",{{Time}},"label":NaN}""", RejectReason.Malformed },
        { $$"""{"id":"a",{{Time}},"label":"{{new string('c', 1025)}}"}""", RejectReason.Oversize },
        { $$"""{"id":"a",{{Time}},"label":1,"label":0}""", RejectReason.DuplicateKey },
        { $$"""{"id":"a",{{Time}},"correct":"true"}""", RejectReason.Schema },
        { $$"""{"id":"a",{{Time}},"correct":2}""", RejectReason.Schema },
        { $$"""{"id":"a",{{Time}},"correct":{} }""", RejectReason.Schema },
        { $$"""{{{Time}},"label":1}""", RejectReason.MissingId },
        { """{"id":"a","label":1}""", RejectReason.MissingTimestamp },
        { "", RejectReason.Empty },
    };

    [Theory]
    [MemberData(nameof(Predictions), DisableDiscoveryEnumeration = true)]
    public void ABadPredictionHasItsReason(string json, RejectReason expected)
    {
        var records = new Records();

        var (reason, prediction) = records.Prediction(json);

        Assert.Equal((expected, default), (reason, prediction));
        Assert.NotNull(records.Reader.LastFault);
        AssertStreamGoesOn(records);
    }

    [Theory]
    [MemberData(nameof(Labels), DisableDiscoveryEnumeration = true)]
    public void ABadLabelHasItsReason(string json, RejectReason expected)
    {
        var records = new Records();

        var (reason, label) = records.Label(json);

        Assert.Equal((expected, default), (reason, label));
        Assert.NotNull(records.Reader.LastFault);
        AssertStreamGoesOn(records);
    }

    [Theory]
    [InlineData("7B226964223A22E282", RejectReason.Encoding)]
    [InlineData("7B226964223A22E282227D", RejectReason.Encoding)]
    [InlineData("7B226964223A22C0AF227D", RejectReason.Encoding)]
    [InlineData("7B226964223A22EDA080227D", RejectReason.Encoding)]
    [InlineData("7B22FF223A317D", RejectReason.Encoding)]
    [InlineData("7B226964223AFF7D", RejectReason.Encoding)]
    [InlineData("7B226964223AC3A97D", RejectReason.Malformed)]
    [InlineData("1F8B0800000000000003", RejectReason.Encoding)]
    [InlineData("000000000103E8", RejectReason.Encoding)]
    public void BytesThatAreNoTextHaveTheirReason(string hexadecimal, RejectReason expected)
    {
        var records = new Records();

        Assert.Equal(expected, records.Prediction(Convert.FromHexString(hexadecimal)).Reason);
        AssertStreamGoesOn(records);
    }

    [Fact]
    public void ATombstoneHasItsReason()
    {
        var records = new Records();

        Assert.Equal(RejectReason.Tombstone, records.Reader.ReadPrediction(new RecordView { IsTombstone = true }, Records.Now, out _));
        Assert.Equal(RejectReason.Tombstone, records.Reader.ReadLabel(new RecordView { IsTombstone = true }, Records.Now, out _));
        AssertStreamGoesOn(records);
    }

    [Fact]
    public void AModelThatIsNotWatchedHasItsReason()
    {
        var records = new Records(options: new MonitorOptions { OnlyNamedModels = true });

        Assert.Equal(RejectReason.UnknownModel, records.Prediction(Of("\"probability\":0.5")).Reason);
        Assert.Equal("/model: expected a model that is watched, found m", records.Reader.LastFault);
    }

    [Theory]
    [InlineData("\"probability\":-0")]
    [InlineData("\"probability\":-0.0")]
    [InlineData("\"probability\":1e-999")]
    public void ZeroIsZeroHoweverItIsWritten(string field)
    {
        var (reason, prediction) = new Records().Prediction(Of(field));

        Assert.Equal(RejectReason.None, reason);
        Assert.Equal(0L, BitConverter.DoubleToInt64Bits(prediction.Confidence));
    }

    [Theory]
    [InlineData(64, RejectReason.None)]
    [InlineData(65, RejectReason.TooDeep)]
    public void NestingIsBoundedExactly(int depth, RejectReason expected)
    {
        string json = Of("\"probability\":0.5,\"x\":" + new string('[', depth - 1) + new string(']', depth - 1));

        Assert.Equal(expected, new Records().Prediction(json).Reason);
    }

    [Theory]
    [InlineData("\"probability\":1.0000001", "/probability: expected a number from 0 to 1, found 1.0000001")]
    [InlineData("\"probability\":NaN", "/probability: expected a number from 0 to 1, found NaN")]
    [InlineData("\"probability\":0.5 \"x\":1", "byte 75: expected a comma or the end of the object, found \"x\":1}")]
    [InlineData("\"probability\":0.5,\"x\":\"\u0007\"", "byte 80: expected control characters in strings to be escaped, found \\x07\"}")]
    [InlineData("\"probabilities\":[0.5,0.4]", "/probabilities: expected a sum of 1 within 0.001, found 0.9")]
    public void AFaultSaysWhereItIsWhatWasExpectedAndWhatWasFound(string fields, string words)
    {
        var records = new Records();

        records.Prediction(Of(fields));

        Assert.Equal(words, records.Reader.LastFault);
    }

    private static string Of(string fields) => $$"""{"id":"a","model":"m",{{Time}},{{fields}}}""";

    private static void AssertStreamGoesOn(Records records)
    {
        Assert.Equal(RejectReason.None, records.Prediction(Of("\"probability\":0.5")).Reason);
        Assert.Equal(RejectReason.None, records.Label($$"""{"id":"a",{{Time}},"label":1}""").Reason);
        Assert.Null(records.Reader.LastFault);
    }
}

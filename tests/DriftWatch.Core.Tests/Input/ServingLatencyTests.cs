using System.Text;
using DriftWatch.Core.Series;
using Xunit;

namespace DriftWatch.Core.Input;

/// <summary>The latency is read where it is one, and a bad one costs nothing but itself.</summary>
public class ServingLatencyTests
{
    private readonly Records _records = new();

    [Theory]
    [InlineData("12", 12), InlineData("12.75", 12.75), InlineData("0", 0), InlineData("-0", 0), InlineData("1.5e3", 1500), InlineData("0.0001", 0.0001), InlineData("86400000", 86_400_000)]
    [InlineData("\"12ms\"", 12), InlineData("\"1.5s\"", 1500), InlineData("\"0.25ms\"", 0.25), InlineData("\"1s250ms\"", 1250), InlineData("\"PT1.5S\"", 1500), InlineData("\"00:00:00.0420000\"", 42)]
    [InlineData("\"1\\u0032ms\"", 12), InlineData("\"24h\"", 86_400_000)]
    public void A_number_counts_milliseconds_and_a_text_says_its_unit(string written, double milliseconds) =>
        Assert.Equal(TimeSpan.FromTicks((long)Math.Round(milliseconds * 10_000)), Read(written).Value);

    [Theory]
    [InlineData("-1"), InlineData("NaN"), InlineData("-Infinity"), InlineData("1e999"), InlineData("86400001"), InlineData("true"), InlineData("[12]"), InlineData("{}")]
    [InlineData("\"\""), InlineData("\"fast\""), InlineData("\"12\""), InlineData("\"-3ms\""), InlineData("\"12 MS\""), InlineData("\"25h\""), InlineData("\"1µs\""), InlineData("\"0.00001ms\"")]
    [InlineData("\"1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s1s\"")]
    public void What_is_no_latency_loses_the_latency_and_not_the_prediction(string written)
    {
        Assert.Equal(ServingLatency.Unreadable, Read(written));
        Assert.Null(ServingLatency.Unreadable.Value);
        Assert.False(ServingLatency.Unreadable.IsAbsent);
    }

    [Fact]
    public void A_record_without_one_says_nothing_of_it()
    {
        Assert.True(Read("null").IsAbsent);
        Assert.True(_records.Prediction("""{"id":"a","model":"m","timestamp":1795255200000,"probability":0.5}""").Prediction.Latency.IsAbsent);
    }

    [Theory]
    [InlineData("12.75", 12.75), InlineData("12ms", 12), InlineData("1.5s", 1500)]
    public void A_cell_without_types_may_be_either(string cell, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), ServingLatency.Read(FieldKind.Bare, Encoding.UTF8.GetBytes(cell)).Value);

    [Fact]
    public void It_stands_where_the_mapping_says()
    {
        var records = new Records(new FieldMapping { [FieldName.Latency] = "/meta/took" });

        Assert.Equal(TimeSpan.FromMilliseconds(7), records.Prediction("""{"id":"a","model":"m","timestamp":1795255200000,"probability":0.5,"latency":1,"meta":{"took":"7ms"}}""").Prediction.Latency.Value);
    }

    [Fact]
    public void Reading_one_allocates_nothing()
    {
        byte[] record = """{"id":"a","model":"m","timestamp":1795255200000,"probability":0.5,"latency":"12.5ms"}"""u8.ToArray();
        _records.Prediction(record);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) _records.Reader.ReadPrediction(new RecordView { Value = record, KafkaTimestamp = -1 }, Records.Now, out _);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private ServingLatency Read(string written)
    {
        var (reason, prediction) = _records.Prediction($$"""{"id":"a","model":"m","timestamp":1795255200000,"probability":0.25,"latency":{{written}}}""");
        Assert.Equal((RejectReason.None, 0.25), (reason, prediction.Confidence));
        return prediction.Latency;
    }
}

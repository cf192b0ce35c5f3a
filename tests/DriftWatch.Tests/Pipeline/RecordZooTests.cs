using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Core.Time;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Pipeline;

/// <summary>A stranger's records among good ones.</summary>
public sealed class RecordZooTests
{
    public static readonly IReadOnlyList<byte[]?> Zoo =
    [
        null,
        [],
        "no json"u8.ToArray(),
        "[1,2]"u8.ToArray(),
        "null"u8.ToArray(),
        "\"text\""u8.ToArray(),
        [0xEF, 0xBB, 0xBF, (byte)'{'],
        [.. """{"id":"x","model":"m","timestamp":1772409600000,"probability":0.5,"slices":{"a":"""u8, (byte)'"', 0xE2, 0x82],
        [.. """{"id":"""u8, (byte)'"', 0xC3, 0x28, .. "\"}"u8],
        Json("""{"id":5,"model":[7],"timestamp":1772409600000,"probability":0.5}"""),
        Json("""{"id":"x","model":"m","timestamp":1772409600000,"probability":"high"}"""),
        Json("""{"id":"x","model":"m","timestamp":1772409600000,"probability":NaN}"""),
        Json("""{"id":"x","model":"m","timestamp":1772409600000,"probability":1e999}"""),
        Json("""{"id":"x","model":"m","timestamp":1772409600000,"probability":1.5}"""),
        Json("""{"id":"x","model":"m","timestamp":"1904-01-01T00:00:00Z","probability":0.5}"""),
        Json("""{"id":"x","model":"m","timestamp":"2262-01-01T00:00:00Z","probability":0.5}"""),
        Json("""{"id":"x","id":"y","model":"m","timestamp":1772409600000,"probability":0.5}"""),
        Json("""{"model":"m","timestamp":1772409600000,"probability":0.5}"""),
        Json("""{"id":"x","model":"m","probability":0.5}"""),
        Json("""{"id":"x","model":"m","timestamp":1772409600000}"""),
        Json($$"""{"id":"{{new string('x', 1_100_000)}}","model":"m","timestamp":1772409600000,"probability":0.5}"""),
        Json($$"""{"id":"x","model":"m","timestamp":1772409600000,"probability":0.5,"deep":{{new string('[', 10_000)}}{{new string(']', 10_000)}}}"""),
        Json($$"""{"id":"x","model":"m","timestamp":{{new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds()}},"probability":0.5}"""),
    ];

    /// <summary>What a filter leaves out is counted and nothing else, also after a restart.</summary>
    [Fact]
    public void What_the_filter_leaves_out_is_counted_and_is_no_dead_letter()
    {
        var options = new PipelineOptions { IdleAdvance = false, PredictionFields = new FieldMapping { Filter = [RecordFilter.Of("header:type != request")] } };
        using var service = new PipelineDriver(pipeline: options);
        Traffic.Calibrated(service, predictions: 200, seed: 5);
        for (int i = 0; i < 30; i++) service.Log.Append("predictions", i % 2, new LogRecord(null, "no json"u8.ToArray()) { Headers = [new("type", "request"u8.ToArray())] });
        service.Log.Append("predictions", 0, new LogRecord(null, "no json"u8.ToArray()) { Headers = [new("type", "response"u8.ToArray())] });
        service.RunToEnd();
        Check();

        service.StartService();
        service.RunToEnd();
        Check();

        void Check()
        {
            var stream = service.Snapshot.Streams.Single(s => s.Name == "predictions");
            Assert.Equal((200, 30, 1, 1), (service.Snapshot.Monitor.Join.Matched, stream.Filtered, stream.Rejected.Values.Sum(), stream.DeadLetters));
            Assert.Single(service.Output.DeadLetters);
        }
    }

    [Fact]
    public void Each_is_counted_and_set_aside_byte_for_byte_and_the_stream_goes_on()
    {
        using var service = new PipelineDriver();
        Traffic.Calibrated(service, predictions: 200, seed: 5);
        foreach (byte[]? value in Zoo)
        {
            service.Log.Append("predictions", 0, new LogRecord("key"u8.ToArray(), value) { Headers = [new("trace", [1, 0, 255]), new("trace", null)] });
        }

        Traffic.Calibrated(service, predictions: 200, seed: 6, from: 200);

        service.RunToEnd();

        var stream = service.Snapshot.Streams.Single(s => s.Name == "predictions");
        Assert.Equal(400, service.Snapshot.Monitor.Join.Matched);
        Assert.Equal(Zoo.Count, stream.Rejected.Values.Sum());
        Assert.Equal(Zoo.Count, stream.DeadLetters);
        var letters = service.Output.DeadLetters.ToList();
        for (int i = 0; i < Zoo.Count; i++)
        {
            var letter = letters[i];
            Assert.Equal(Zoo[i], letter.Value);
            Assert.Equal("key"u8.ToArray(), letter.Key);
            Assert.Equal(["trace", "trace", "dw_error_reason", "dw_error_detail", "dw_error_count", "dw_source_topic", "dw_source_partition", "dw_source_offset"], letter.Headers.Select(h => h.Name));
            Assert.Equal([1, 0, 255], letter.Headers[0].Value);
            Assert.Null(letter.Headers[1].Value);
            Assert.Equal("predictions", Encoding.UTF8.GetString(letter.Headers[5].Value!));
        }

        // The far future of the zoo has not moved event time.
        Assert.True(service.Snapshot.Monitor.Watermark < EventTime.From(PipelineDriver.Start + TimeSpan.FromDays(1)));
    }

    [Fact]
    public void A_dead_letter_that_is_fed_in_again_carries_one_reason_the_newest_and_a_count()
    {
        using var service = new PipelineDriver();
        var record = new LogRecord([], "no json"u8.ToArray(), Timestamp: 1_772_409_600_123) { Headers = [new("trace", [1])] };
        for (int time = 1; time <= 3; time++)
        {
            service.Log.Append("predictions", 1, record);
            service.RunToEnd();
            var letter = service.Output.DeadLetters.Last();

            Assert.Equal(["trace", .. OurHeaders], letter.Headers.Select(h => h.Name));
            Assert.Equal(time.ToString(), DeadLetter.TextOf(letter, DeadLetter.Count));
            Assert.Equal(time == 1 ? "malformed" : "missing_id", DeadLetter.TextOf(letter, DeadLetter.Reason));
            Assert.Equal((time - 1).ToString(), DeadLetter.TextOf(letter, DeadLetter.SourceOffset));
            Assert.Equal(("1772409600123", "CreateTime"), (DeadLetter.TextOf(letter, DeadLetter.Timestamp), DeadLetter.TextOf(letter, DeadLetter.TimestampType)));
            Assert.Equal([], letter.Key!);
            record = new(letter.Key, "{}"u8.ToArray(), Timestamp: 1_772_500_000_000) { Headers = letter.Headers };
        }
    }

    [Fact]
    public void A_record_without_key_or_time_has_a_dead_letter_without()
    {
        using var service = new PipelineDriver();
        service.Log.Append("predictions", 0, new LogRecord(null, "no json"u8.ToArray()));

        service.RunToEnd();

        var letter = service.Output.DeadLetters.Single();
        Assert.Null(letter.Key);
        Assert.DoesNotContain(letter.Headers, h => h.Name.StartsWith("dw_original", StringComparison.Ordinal));
    }

    private static readonly string[] OurHeaders =
        ["dw_error_reason", "dw_error_detail", "dw_error_count", "dw_source_topic", "dw_source_partition", "dw_source_offset", "dw_original_timestamp", "dw_original_timestamp_type"];

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);
}

using System.Text;
using System.Text.Json.Nodes;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Events;

public sealed class AnswerReaderTests
{
    private const string Full = """
        {"specversion":"1.0","id":"a-1","source":"/ci","type":"io.driftwatch.recalibration.completed.v1","time":"2026-03-02T00:00:00Z","correlationid":"other",
         "data":{"episode":"e-1","model":"m","version":"7","slice":null,"by":"ada","verdict":"accept","reason":"saves a lot","map":{"checksum":"sha256:ab","revision":3,"method":"beta"},"modelVersion":"8","more":[1]}}
        """;

    [Fact]
    public void An_answer_says_who_what_and_when()
    {
        var answer = Read(Full).Answer!;

        Assert.Equal((AnswerKind.Completed, "a-1", "ada", "e-1"), (answer.Kind, answer.Id, answer.By, answer.Episode));
        Assert.Equal(("m", "7", null, "accept", "saves a lot"), (answer.Model, answer.Version, answer.Slice, answer.Verdict, answer.Reason));
        Assert.Equal(new FixName("sha256:ab", 3, "beta", "8"), answer.Fix);
        Assert.Equal(EventTime.From(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero)), answer.Sent);
        Assert.True(answer.BringsFix);
        Assert.Equal("map 3 (beta, sha256:ab) and version 8", answer.Fix!.ToString());
    }

    [Fact]
    public void The_least_that_an_answer_must_say_is_an_event_that_names_its_episode()
    {
        var answer = Read("""{"specversion":"1.0","id":"a","source":"/ci","type":"io.driftwatch.recalibration.dismissed.v1","correlationid":"e","data":{}}""", broker: 77).Answer!;
        Assert.Equal((AnswerKind.Dismissed, "/ci", "e", new EventTime(77), false), (answer.Kind, answer.By, answer.Episode, answer.Sent, answer.BringsFix));
    }

    [Fact]
    public void The_attributes_may_be_headers()
    {
        Dictionary<string, string> headers = new() { ["ce_specversion"] = "1.0", ["ce_id"] = "a", ["ce_source"] = "/ci", ["ce_type"] = CloudEventWriter.CompletedType };
        var answer = AnswerReader.Read("""{"episode":"e","verdict":"retrain"}"""u8.ToArray(), headers.GetValueOrDefault).Answer!;
        Assert.Equal(("a", "/ci", "e", false), (answer.Id, answer.By, answer.Episode, answer.BringsFix));
    }

    [Theory]
    [InlineData(null, AnswerResult.Malformed, "it has no value")]
    [InlineData("no json", AnswerResult.Malformed, "the value is no JSON")]
    [InlineData("[]", AnswerResult.Malformed, "the value is an array, not an object")]
    [InlineData("{}", AnswerResult.Malformed, "it is no CloudEvent: neither /specversion nor a header ce_specversion is there")]
    [InlineData("""{"specversion":"1.0","id":"a","source":"/ci","data":{}}""", AnswerResult.Malformed, "/type is missing or empty")]
    [InlineData("""{"specversion":"1.0","id":"a","source":"/ci","type":"io.driftwatch.recalibration.completed.v2"}""", AnswerResult.Version, "completed.v2, and v1 is read here")]
    [InlineData("""{"specversion":"1.0","id":"a","source":"/ci","type":"io.driftwatch.recalibration.requested.v1"}""", AnswerResult.Type, "its type is io.driftwatch.recalibration.requested.v1")]
    [InlineData("""{"specversion":"1.0","id":"a","source":"/ci","type":"io.driftwatch.recalibration.completed.v1"}""", AnswerResult.Malformed, "/data is missing")]
    [InlineData("""{"specversion":"1.0","id":"a","source":"/ci","type":"io.driftwatch.recalibration.completed.v1","data":{}}""", AnswerResult.Malformed, "/data/episode is missing or empty")]
    [InlineData("""{"specversion":"1.0","id":"a","source":"/ci","type":"io.driftwatch.recalibration.completed.v1","data":{"episode":7}}""", AnswerResult.Malformed, "/data/episode is a number, not a text")]
    [InlineData("""{"specversion":"1.0","id":"","source":"/ci","type":"io.driftwatch.recalibration.completed.v1","data":{"episode":"e"}}""", AnswerResult.Malformed, "/id is missing or empty")]
    [InlineData("""{"specversion":"1.0","id":"a","source":"/ci","type":"io.driftwatch.recalibration.completed.v1","data":{"episode":"e","map":3}}""", AnswerResult.Malformed, "/data/map is a number, not an object")]
    [InlineData("""{"specversion":"1.0","id":"a","source":"/ci","type":"io.driftwatch.recalibration.completed.v1","data":{"episode":"e","verdict":"acept"}}""", AnswerResult.Malformed, "/data/verdict is 'acept', expected accept, keep, retrain, wait or failed")]
    [InlineData("""{"specversion":"1.0","id":"a","source":"/ci","type":"io.driftwatch.recalibration.completed.v1","data":{"episode":"e","map":{"revision":"4"}}}""", AnswerResult.Malformed, "/data/map/revision is a text, not a number")]
    [InlineData("""{"specversion":"1.0","id":"a","source":"/ci","type":"io.driftwatch.recalibration.completed.v1","data":{"episode":"e","map":{"revision":0}}}""", AnswerResult.Malformed, "/data/map/revision is 0, expected a whole number from 1")]
    [InlineData("""{"specversion":"1.0","id":"a","source":"/ci","type":"io.driftwatch.recalibration.completed.v1","data":{"episode":"e","map":{"revision":2.5}}}""", AnswerResult.Malformed, "/data/map/revision is 2.5, expected")]
    [InlineData("""{"specversion":"1.0","id":"a","source":"/ci","type":"io.driftwatch.recalibration.completed.v1","data":{"episode":"e","verdict":"retrain","map":{}}}""", AnswerResult.Malformed, "/data/map is an object, and the verdict 'retrain' says that no map came of it")]
    [InlineData("""{"specversion":"1.0","id":"a","source":"/ci","type":"io.driftwatch.recalibration.dismissed.v1","data":{"episode":"e","by":""}}""", AnswerResult.Malformed, "/data/by is empty")]
    public void What_is_no_answer_is_told_by_its_place(string? json, AnswerResult refused, string fault)
    {
        var reading = Read(json);
        Assert.Null(reading.Answer);
        Assert.Equal(refused, reading.Refused);
        Assert.Contains(fault, reading.Fault);
        Assert.True(refused.IsUnreadable());
    }

    [Theory]
    [InlineData("""{"map":{"revision":4.0}}""", 4)]
    [InlineData("""{"map":{"revision":null,"checksum":"sha256:ab"}}""", null)]
    [InlineData("""{"verdict":"accept","map":null,"modelVersion":"8"}""", null)]
    [InlineData("""{"verdict":null,"map":{"revision":1e3}}""", 1000)]
    public void What_the_schema_allows_and_what_was_once_sent_is_understood(string body, int? revision)
    {
        var answer = AnswerReader.Read(AnswerKind.Completed, "/ci", "e", JsonNode.Parse(body)!.AsObject()).Answer!;
        Assert.Equal(("e", true, revision), (answer.Episode, answer.BringsFix, answer.Fix!.Revision));
    }

    [Fact]
    public void Whatever_comes_nothing_is_thrown_and_nothing_is_kept_without_a_bound()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        byte[] whole = Encoding.UTF8.GetBytes(Full);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] damaged = [.. whole];
            for (int hits = random.Next(1, 4); hits > 0; hits--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0) damaged = damaged[..random.Next(damaged.Length)];
            var reading = AnswerReader.Read(damaged, _ => null);
            Assert.True(reading.Answer is not null ^ reading.Fault is not null, $"seed {seed}, {i}");
        }

        string longReason = new('x', 5000), longName = new('y', 300);
        Assert.Equal(AnswerReader.MostText, Read(Full.Replace("saves a lot", longReason)).Answer!.Reason!.Length);
        Assert.Contains("/data/by is longer than 256 characters", Read(Full.Replace("ada", longName)).Fault);
    }

    private static AnswerReading Read(string? json, long broker = -1) => AnswerReader.Read(json is null ? null : Encoding.UTF8.GetBytes(json), _ => null, broker);
}

using System.Text;
using System.Text.Json;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Events;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Pipeline;

/// <summary>Answers on the path of the service: applied once, told once, counted once, whatever crashes.</summary>
public sealed class AnswerPipelineTests
{
    private static readonly PipelineOptions SmallSteps = new() { BatchRecords = 20, CommitInterval = TimeSpan.Zero, IdleAdvance = false, AnswerTopic = InMemoryAnswers.Topic };

    [Fact]
    public void An_answer_changes_the_episode_and_an_event_says_so()
    {
        using var service = Requested();
        var request = Events(service, CloudEventWriter.RequestedType).Single();
        service.Answers!.Append(Answer(request, "a-1"));
        service.RunToEnd();

        var told = Events(service, CloudEventWriter.UpdatedType).Single();
        Assert.Equal(request.GetProperty("correlationid").GetString(), told.GetProperty("correlationid").GetString());
        var data = told.GetProperty("data");
        Assert.Equal(("answered", "completed", "ci"), (Text(data, "state"), Text(data.GetProperty("answered"), "kind"), Text(data.GetProperty("answered"), "by")));
        Assert.Equal(("sha256:ab", 3, "open", false), (Text(data.GetProperty("fix"), "map"), data.GetProperty("fix").GetProperty("revision").GetInt32(), Text(data.GetProperty("fix"), "standing"), data.GetProperty("fix").GetProperty("proven").GetBoolean()));
        var episode = service.Snapshot.Monitor.Episodes[^1];
        Assert.Equal((EpisodeState.Answered, "a-1"), (episode.State, episode.Answer!.Said.Id));
        Assert.Equal(1, service.Snapshot.Answers!.Counts[AnswerResult.Completed]);
        Assert.Equal([new AnswerOffset(InMemoryAnswers.Topic, 0, 1)], service.Store.Answers);
    }

    [Fact]
    public void What_cannot_be_applied_is_counted_by_its_reason_said_in_the_log_and_unreadable_ones_are_set_aside_whole()
    {
        var log = new LogLines();
        using var service = Requested(log);
        var request = Events(service, CloudEventWriter.RequestedType).Single();
        string[] answers =
        [
            Answer(request, "a-1"), Answer(request, "a-2"),
            Answer(request, "a-3").Replace(Text(request, "correlationid"), "nobody"),
            Answer(request, "a-4").Replace("completed.v1", "completed.v2"),
            Answer(request, "a-5").Replace("completed.v1", "celebrated.v1"),
            "no json",
        ];
        foreach (string answer in answers) service.Answers!.Append(answer, [new RecordHeader("trace", "t"u8.ToArray())]);
        service.RunToEnd();

        var counts = service.Snapshot.Answers!.Counts;
        Assert.Equal((1, 1, 1, 1, 1, 1), (counts[AnswerResult.Completed], counts[AnswerResult.Repeated], counts[AnswerResult.Unknown], counts[AnswerResult.Version], counts[AnswerResult.Type], counts[AnswerResult.Malformed]));
        var letters = service.Output.DeadLetters.ToList();
        Assert.Equal(["answer_version", "answer_type", "answer_malformed"], letters.Select(letter => DeadLetter.TextOf(letter, DeadLetter.Reason)));
        Assert.Equal(answers[3..], letters.Select(letter => Encoding.UTF8.GetString(letter.Value!)));
        Assert.All(letters, letter => Assert.Equal("t", DeadLetter.TextOf(letter, "trace")));
        Assert.Equal("5", DeadLetter.TextOf(letters[2], DeadLetter.SourceOffset));
        // As the page and the API show them: the same words, the newest last.
        Assert.Equal([AnswerResult.Repeated, AnswerResult.Unknown, AnswerResult.Version, AnswerResult.Type, AnswerResult.Malformed], service.Snapshot.Answers.NotApplied.Select(one => one.Result));
        Assert.Equal(("answers[0]@1", Text(request, "correlationid")), (service.Snapshot.Answers.NotApplied[0].Place, service.Snapshot.Answers.NotApplied[0].Episode));
        Assert.All(service.Snapshot.Answers.NotApplied, one => Assert.Contains(log.Lines, line => line.Contains(one.Place) && line.Contains(one.Why)));
        Assert.Contains(log.Lines, line => line.Contains("was answered: completed, by ci map 3 (sha256:ab)"));
        Assert.Contains(log.Lines, line => line.Contains("answers[0]@1: answer to episode") && line.Contains("passed over as repeated: ci has answered at "));
        Assert.Contains(log.Lines, line => line.Contains("answers[0]@2") && line.Contains("no episode here has this id"));
        Assert.Contains(log.Lines, line => line.Contains("answers[0]@5: no answer, malformed: the value is no JSON"));
    }

    [Fact]
    public void Where_nobody_reads_answers_nothing_of_them_is_there()
    {
        using var service = new PipelineDriver(pipeline: SmallSteps with { AnswerTopic = null });
        Traffic.Drifting(service, hours: 3, seed: 21);
        service.RunToEnd();
        Assert.Null(service.Snapshot.Answers);
        Assert.DoesNotContain("\"answer\"", Encoding.UTF8.GetString(service.Output.Requests.First().Value!));
        Assert.Empty(service.Store.Answers);
    }

    [Fact]
    public void An_answer_outlives_its_topic()
    {
        using var service = Requested();
        service.Answers!.Append(Answer(Events(service, CloudEventWriter.RequestedType).Single(), "a-1"));
        service.RunToEnd(); // in the journal only: the state was stored before
        service.Answers.Clear();
        service.StartService();
        service.Cycle();
        Assert.Equal(1, service.Snapshot.Answers!.Counts[AnswerResult.Completed]); // though no epoch has been committed since
        service.RunToEnd();

        Assert.Equal(EpisodeState.Answered, service.Snapshot.Monitor.Episodes[^1].State);
        Assert.Equal((0, 1), (service.Snapshot.RestoreMismatches, service.Snapshot.Answers!.Counts[AnswerResult.Completed]));
    }

    [Theory]
    [InlineData(41)]
    [InlineData(42)]
    [InlineData(43)]
    [InlineData(44)]
    public void Whatever_crashes_each_answer_counts_once_and_each_event_is_sent_once(int seed)
    {
        using var service = new PipelineDriver(pipeline: SmallSteps with { CommitInterval = TimeSpan.FromMilliseconds(30), CheckpointInterval = TimeSpan.FromMilliseconds(200) }, answers: true);
        Traffic.Drifting(service, hours: 5, seed);
        var random = new Random(seed);
        bool answered = false;
        for (int crash = 0; crash < 40; crash++)
        {
            for (int cycles = random.Next(5, 40); cycles > 0; cycles--)
            {
                service.Time.Advance(TimeSpan.FromMilliseconds(10));
                service.Cycle();
            }

            if (Events(service, CloudEventWriter.RequestedType).FirstOrDefault() is { ValueKind: JsonValueKind.Object } request)
            {
                answered = true;
                string[] some = [Answer(request, $"a-{crash}"), "nonsense", Answer(request, $"d-{crash}").Replace("completed", "dismissed")];
                service.Answers!.Append(some[random.Next(some.Length)]);
            }

            service.StartService();
            Assert.Equal(0, service.Snapshot.RestoreMismatches);
        }

        service.RunToEnd();

        Assert.True(answered, $"seed {seed}: nothing was asked");
        var counts = service.Snapshot.Answers!.Counts;
        Assert.Equal(service.Answers!.Count, counts.Values.Sum());
        long counted = counts[AnswerResult.Completed] + counts[AnswerResult.Dismissed];
        // After a fix that has not helped, another answer counts.
        Assert.InRange(counted, 1, 1 + Events(service, CloudEventWriter.IneffectiveType).Count());
        Assert.Equal(counts[AnswerResult.Malformed], service.Output.DeadLetters.Count());
        var events = service.Output.Requests.Select(record => Text(JsonDocument.Parse(record.Value!).RootElement, "id")).ToList();
        Assert.Equal(events.Count, events.Distinct().Count());
        Assert.Equal(counted, Events(service, CloudEventWriter.UpdatedType).Count());
        Assert.Equal(service.Answers.Count, service.Store.Answers.Single().Offset);
    }

    private static PipelineDriver Requested(LogLines? log = null)
    {
        var service = new PipelineDriver(pipeline: SmallSteps, logger: log, answers: true);
        Traffic.Drifting(service, hours: 3, seed: 21);
        service.RunToEnd();
        return service;
    }

    private static IEnumerable<JsonElement> Events(PipelineDriver service, string type) =>
        service.Output.Requests.Select(record => JsonDocument.Parse(record.Value!).RootElement).Where(one => Text(one, "type") == type);

    private static string Answer(JsonElement request, string id) =>
        $$$"""{"specversion":"1.0","id":"{{{id}}}","source":"/ci","type":"io.driftwatch.recalibration.completed.v1","data":{"episode":"{{{Text(request, "correlationid")}}}","by":"ci","map":{"checksum":"sha256:ab","revision":3} } }""";

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString()!;
}

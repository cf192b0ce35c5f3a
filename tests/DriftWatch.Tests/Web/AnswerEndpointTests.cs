using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Recalibration;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DriftWatch.Web;

/// <summary>Answers over HTTP: who may, what is refused with which words, and what is sent.</summary>
public sealed class AnswerEndpointTests
{
    private const string Token = "a token of more than sixteen";

    private static readonly ServiceSnapshot Service = SimulatedService.Busy();

    /// <summary>An episode that waits for an answer: that of a slice.</summary>
    private static readonly string Waiting = Service.Monitor.Episodes.Single(episode => episode.Series.Slice is not null).IdUnder(Service.Options.Source);

    [Fact]
    public async Task An_answer_is_sent_to_its_topic_with_what_the_body_says()
    {
        var sender = new RecordingSender();
        await using var host = await Start(sender);
        using var completed = await Post(host, $"/api/v1/episodes/{Waiting}/completed", """{"by":"ada","map":{"checksum":"sha256:ab","revision":4}}""");
        using var dismissed = await Post(host, $"/api/v1/episodes/{Waiting}/dismissed", "");

        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Accepted), (completed.StatusCode, dismissed.StatusCode));
        Assert.Equal([(AnswerKind.Completed, Waiting, """{"by":"ada","map":{"checksum":"sha256:ab","revision":4}}"""), (AnswerKind.Dismissed, Waiting, "{}")], sender.Sent);
        using var said = JsonDocument.Parse(await completed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(("id-1", Waiting, "answers[0]@1"), (said.RootElement.GetProperty("id").GetString(), said.RootElement.GetProperty("episode").GetString(), said.RootElement.GetProperty("place").GetString()));
        Assert.True(said.RootElement.GetProperty("checked").GetBoolean());
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("Bearer", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer wrong", HttpStatusCode.Unauthorized)]
    [InlineData("Basic a token of more than sixteen", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer a token of more than sixteen", HttpStatusCode.Accepted)]
    [InlineData("bearer a token of more than sixteen", HttpStatusCode.Accepted)]
    public async Task Only_who_knows_the_token_may(string? authorization, HttpStatusCode status)
    {
        await using var host = await Start(new RecordingSender());
        using var answer = await Post(host, $"/api/v1/episodes/{Waiting}/completed", "", authorization);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(status == HttpStatusCode.Unauthorized, answer.Headers.WwwAuthenticate.Contains(new AuthenticationHeaderValue("Bearer")));
    }

    [Fact]
    public async Task Without_a_token_it_is_switched_off_whatever_is_shown()
    {
        await using var host = await Start(new RecordingSender(), token: null);
        using var answer = await Post(host, $"/api/v1/episodes/{Waiting}/completed", "", "Bearer ");
        await Says(answer, HttpStatusCode.Forbidden, "web.answerToken is not set");
    }

    [Fact]
    public async Task What_cannot_be_answered_is_refused_with_the_way_out()
    {
        await using var host = await Start(new RecordingSender());
        string over = Id(episode => episode.Recovered is not null), answered = Id(episode => episode.Answer is not null);
        await Says(await Post(host, "/api/v1/episodes/nobody/completed", ""), HttpStatusCode.NotFound, "There is no episode nobody: /api/v1/episodes lists those that there are.");
        await Says(await Post(host, $"/api/v1/episodes/{over}/completed", ""), HttpStatusCode.Conflict, "Nothing was sent: the episode is over since ");
        await Says(await Post(host, $"/api/v1/episodes/{answered}/completed", ""), HttpStatusCode.Conflict, "Nothing was sent: nightly has answered at ");
        await Says(await Post(host, $"/api/v1/episodes/{Waiting}/completed", "[]"), HttpStatusCode.BadRequest, "The body is no JSON object");
        await Says(await Post(host, $"/api/v1/episodes/{Waiting}/completed", "{"), HttpStatusCode.BadRequest, "The body is no JSON object");
        foreach (int length in new[] { 17_000, 100_000 })
            await Says(await Post(host, $"/api/v1/episodes/{Waiting}/completed", $$"""{"reason":"{{new string('x', length)}}"}"""), HttpStatusCode.RequestEntityTooLarge, "more than 16384 bytes");

        await using var silent = await Start(new RecordingSender { Refuses = new AnswerNotSentException("It was not sent. No broker answers.") });
        await Says(await Post(silent, $"/api/v1/episodes/{Waiting}/completed", ""), HttpStatusCode.ServiceUnavailable, "No broker answers");
        await using var strange = await Start(new RecordingSender { Refuses = new AnswerNotSentException("The answer would not be understood: /data/by is a number.", isOurs: true) });
        await Says(await Post(strange, $"/api/v1/episodes/{Waiting}/completed", """{"by":1}"""), HttpStatusCode.BadRequest, "/data/by is a number");
        await using var nowhere = await Start(new RecordingSender { Topic = null });
        await Says(await Post(nowhere, $"/api/v1/episodes/{Waiting}/completed", ""), HttpStatusCode.ServiceUnavailable, "set recalibration.answersTopic");
    }

    [Theory]
    [InlineData("completed", """{"verdict":"acept"}""", "/data/verdict is 'acept', expected accept, keep, retrain, wait or failed")]
    [InlineData("completed", """{"map":{"revision":"four"}}""", "/data/map/revision is a text, not a number")]
    [InlineData("completed", """{"map":{"revision":-3}}""", "/data/map/revision is -3, expected a whole number from 1")]
    [InlineData("completed", """{"map":[]}""", "/data/map is an array, not an object")]
    [InlineData("completed", """{"episode":"another"}""", "/data/episode is \"another\", and this is an answer to ")]
    [InlineData("dismissed", """{"by":""}""", "/data/by is empty")]
    [InlineData("dismissed", """{"by":"a","by":"b"}""", "that has each member once")]
    [InlineData("dismissed", """{"by":"\ud800"}""", "a text of it cannot be read")]
    public async Task A_body_that_would_not_be_understood_is_refused_by_its_place_and_not_sent(string kind, string body, string words)
    {
        var sender = new RecordingSender();
        await using var host = await Start(sender);
        await Says(await Post(host, $"/api/v1/episodes/{Waiting}/{kind}", body), HttpStatusCode.BadRequest, words);
        await using var standby = await Start(sender, SimulatedService.Without(ServicePhase.Standby));
        await Says(await Post(standby, $"/api/v1/episodes/{Waiting}/{kind}", body), HttpStatusCode.BadRequest, words);
        Assert.Empty(sender.Sent);
    }

    [Fact]
    public async Task An_answer_that_means_another_model_is_refused_where_it_can_be_seen()
    {
        var sender = new RecordingSender();
        await using var host = await Start(sender);
        await Says(await Post(host, $"/api/v1/episodes/{Waiting}/completed", """{"model":"somebody else's"}"""), HttpStatusCode.Conflict, "Nothing was sent: the answer says model ");
        Assert.Empty(sender.Sent);
        using var named = await Post(host, $"/api/v1/episodes/{Waiting}/completed", $$"""{"episode":"{{Waiting}}"}""");
        Assert.Equal(HttpStatusCode.Accepted, named.StatusCode);
    }

    [Fact]
    public async Task A_standby_sends_it_too_and_says_that_nobody_has_looked_at_it_yet()
    {
        var sender = new RecordingSender();
        await using var standby = await Start(sender, SimulatedService.Without(ServicePhase.Standby) with { Owner = "at 10.1.2.3 (client.id driftwatch-0)" });
        using var taken = await Post(standby, $"/api/v1/episodes/{Waiting}/completed", """{"by":"ada"}""");
        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        Assert.Equal([(AnswerKind.Completed, Waiting, """{"by":"ada"}""")], sender.Sent);
        using var said = JsonDocument.Parse(await taken.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.False(said.RootElement.GetProperty("checked").GetBoolean());
        Assert.StartsWith("This instance is a standby; the owner is at 10.1.2.3 (client.id driftwatch-0). So nobody has looked yet", said.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);

        // What it shows is the owner's alone.
        using var shown = await standby.Client.GetAsync(new Uri("/api/v1/series?model=fraud", UriKind.Relative), TestContext.Current.CancellationToken);
        await Says(shown, HttpStatusCode.ServiceUnavailable, "This instance is a standby; the owner is at 10.1.2.3 (client.id driftwatch-0). Ask the owner.");
        await using var restoring = await Start(sender, SimulatedService.Without(ServicePhase.Restoring));
        using var early = await Post(restoring, $"/api/v1/episodes/{Waiting}/completed", "");
        Assert.Contains("phase restoring", await early.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public void A_verdict_is_one_that_the_schema_knows_and_that_a_recalibration_may_come_to()
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("docs/events/completed.v1.schema.json")));
        Assert.Equal(schema.RootElement.GetProperty("properties").GetProperty("verdict").GetProperty("enum").EnumerateArray().Select(one => one.GetString()), RecalibrationAnswer.Verdicts);
        Assert.Equal(Enum.GetValues<Verdict>().Select(one => one.Name()).Append("failed"), RecalibrationAnswer.Verdicts);
    }

    private static string Id(Func<Episode, bool> which) => Service.Monitor.Episodes.First(which).IdUnder(Service.Options.Source);

    private static async Task Says(HttpResponseMessage answer, HttpStatusCode status, string words)
    {
        using (answer)
        {
            Assert.Equal((status, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
            using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            Assert.Contains(words, problem.RootElement.GetProperty("detail").GetString());
        }
    }

    private static Task<WebHost> Start(RecordingSender sender, ServiceSnapshot? snapshot = null, string? token = Token) => WebHost.Start(snapshot ?? Service, services: services =>
    {
        services.AddSingleton<IAnswerSender>(sender);
        services.AddSingleton(new WebLimits { AnswerToken = token });
    });

    private static async Task<HttpResponseMessage> Post(WebHost host, string path, string body, string? authorization = $"Bearer {Token}")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private sealed class RecordingSender : IAnswerSender
    {
        public string? Topic { get; init; } = "answers";

        public string Source => "/tests";

        public AnswerNotSentException? Refuses { get; init; }

        public List<(AnswerKind, string, string)> Sent { get; } = [];

        public Task<SentAnswer> SendAsync(AnswerKind kind, string episode, JsonObject data, CancellationToken cancel)
        {
            if (Refuses is not null) return Task.FromException<SentAnswer>(Refuses);
            Sent.Add((kind, episode, data.ToJsonString()));
            return Task.FromResult(new SentAnswer($"id-{Sent.Count}", $"answers[0]@{Sent.Count}"));
        }
    }
}

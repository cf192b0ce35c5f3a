using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Events;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DriftWatch.Web.Api;

/// <summary>Answers to requests over HTTP, for whoever has no Kafka at hand: <c>POST /api/v1/episodes/ID/completed</c> and <c>…/dismissed</c>, with a bearer token.</summary>
/// <remarks>
/// They go to the topic of answers and come back from there, so that there is one way in, once over crashes. What is refused here is refused for the picture of this moment; what counts is decided when the answer is read.
/// So whoever has no picture, a standby above all, takes them too: behind a load balancer nobody chooses whom they reach.
/// </remarks>
internal static class AnswerEndpoints
{
    /// <summary>Most bytes of a body.</summary>
    private const int MostBytes = 16 << 10;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static void MapAnswers(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/episodes/{id}/completed", (HttpContext context, string id) => Take(context, id, AnswerKind.Completed));
        routes.MapPost("/api/v1/episodes/{id}/dismissed", (HttpContext context, string id) => Take(context, id, AnswerKind.Dismissed));
    }

    private static async Task Take(HttpContext context, string id, AnswerKind kind)
    {
        context.Response.Headers.CacheControl = "no-store";
        var services = context.RequestServices;
        if (services.GetRequiredService<WebLimits>().AnswerToken is not { } token)
        {
            await Problems.Refuse(context, StatusCodes.Status403Forbidden, "Switched off", "Answers are not taken over HTTP: web.answerToken is not set. driftwatch events complete sends them over Kafka.");
            return;
        }

        if (!Bearer.Knows(context.Request.Headers.Authorization.ToString(), token))
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            await Problems.Refuse(context, StatusCodes.Status401Unauthorized, "Not authorized", "Send the token of web.answerToken as 'Authorization: Bearer TOKEN'.");
            return;
        }

        if (services.GetService<IAnswerSender>() is not { Topic: not null } sender)
        {
            await Problems.Refuse(context, StatusCodes.Status503ServiceUnavailable, "No topic", "There is no topic for answers: set recalibration.answersTopic.");
            return;
        }

        if (await DataOf(context) is not { } data) return;
        var reading = AnswerReader.Read(kind, sender.Source, id, data);
        if (reading.Answer is not { } answer)
        {
            await Problems.Refuse(context, StatusCodes.Status400BadRequest, "Bad body", $"The answer would not be understood: {reading.Fault}.");
            return;
        }

        var snapshot = services.GetRequiredService<SnapshotBoard>().Current;
        if (snapshot.HasState && Objection(snapshot, answer) is var (status, title, detail))
        {
            await Problems.Refuse(context, status, title, detail);
            return;
        }

        await Send(context, sender, kind, id, data, snapshot);
    }

    private static (int Status, string Title, string Detail)? Objection(ServiceSnapshot snapshot, RecalibrationAnswer answer)
    {
        string source = snapshot.Options.Source;
        if (snapshot.Monitor.Episodes.FirstOrDefault(episode => episode.IdUnder(source) == answer.Episode) is not { } found)
            return (StatusCodes.Status404NotFound, "Not found", $"There is no episode {answer.Episode}: /api/v1/episodes lists those that there are.");
        var result = EpisodeAnswers.ResultOf(found, answer);
        if (result.Counts()) return null;
        string title = result switch
        {
            AnswerResult.Ended => "Episode is over",
            AnswerResult.Mismatch => "Another episode",
            AnswerResult.Repeated => "Answered already",
            AnswerResult.Completed or AnswerResult.NoFix or AnswerResult.Dismissed or AnswerResult.Unknown or AnswerResult.Malformed or AnswerResult.Type or AnswerResult.Version => throw new System.Diagnostics.UnreachableException(),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return (StatusCodes.Status409Conflict, title, $"Nothing was sent: {EpisodeAnswers.WhyNot(result, found, answer)}.");
    }

    /// <summary>The body; null: it was refused.</summary>
    private static async Task<JsonObject?> DataOf(HttpContext context)
    {
        byte[] room = new byte[MostBytes + 1];
        int read = 0;
        try
        {
            for (int more; read < room.Length && (more = await context.Request.Body.ReadAsync(room.AsMemory(read), context.RequestAborted)) > 0;) read += more;
        }
        catch (BadHttpRequestException refused) when (refused.StatusCode != StatusCodes.Status413PayloadTooLarge)
        {
            await Problems.Refuse(context, refused.StatusCode, "Bad body", refused.Message);
            return null;
        }
        catch (BadHttpRequestException)
        {
            // The server's own limit for all requests: not even the first byte is read.
            read = room.Length;
        }

        if (read > MostBytes)
        {
            await Problems.Refuse(context, StatusCodes.Status413PayloadTooLarge, "Too long", $"The body has more than {MostBytes} bytes.");
            return null;
        }

        try
        {
            if (read == 0) return [];
            if (Utf8.IsValid(room.AsSpan(0, read)) && JsonNode.Parse(room.AsSpan(0, read), documentOptions: Strict) is JsonObject data) return data;
        }
        catch (JsonException)
        {
            // Said below.
        }

        await Problems.Refuse(context, StatusCodes.Status400BadRequest, "Bad body", "The body is no JSON object in UTF-8 that has each member once; expected the data of an answer, such as {\"by\":\"ada\",\"map\":{\"checksum\":\"sha256:…\",\"revision\":4}}, or nothing.");
        return null;
    }

    private static async Task Send(HttpContext context, IAnswerSender sender, AnswerKind kind, string id, JsonObject data, ServiceSnapshot snapshot)
    {
        try
        {
            var sent = await sender.SendAsync(kind, id, data, context.RequestAborted);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            await ApiEndpoints.Answer(context, json =>
            {
                json.WriteStartObject();
                json.WriteString("id", sent.Id);
                json.WriteString("episode", id);
                json.WriteString("place", sent.Place);
                json.WriteBoolean("checked", snapshot.HasState);
                if (!snapshot.HasState) json.WriteString("detail", $"{Problems.WhyNoState(snapshot)} So nobody has looked yet whether there is such an episode and whether it waits for an answer. The owner does when it reads this one, and counts what became of it in driftwatch_answers_total.");
                json.WriteEndObject();
            });
        }
        catch (AnswerNotSentException refused)
        {
            await Problems.Refuse(context, refused.IsOurs ? StatusCodes.Status400BadRequest : StatusCodes.Status503ServiceUnavailable, refused.IsOurs ? "Bad body" : "Not sent", refused.Message);
        }
    }
}

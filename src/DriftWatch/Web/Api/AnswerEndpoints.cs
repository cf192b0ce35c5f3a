using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DriftWatch.Core.Drift;
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

        if (!Knows(context.Request.Headers.Authorization.ToString(), token))
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

        var snapshot = services.GetRequiredService<SnapshotBoard>().Current;
        if (snapshot.HasState && Objection(snapshot, id) is var (status, title, detail))
        {
            await Problems.Refuse(context, status, title, detail);
            return;
        }

        if (await DataOf(context) is { } data) await Send(context, sender, kind, id, data, snapshot);
    }

    // Digests are of one length, so the time tells nothing of the token's.
    private static bool Knows(string authorization, string token) =>
        authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(authorization[7..].Trim())), SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static (int Status, string Title, string Detail)? Objection(ServiceSnapshot snapshot, string id)
    {
        string source = snapshot.Options.Source;
        if (snapshot.Monitor.Episodes.FirstOrDefault(episode => episode.IdUnder(source) == id) is not { } found)
            return (StatusCodes.Status404NotFound, "Not found", $"There is no episode {id}: /api/v1/episodes lists those that there are.");
        return found.State switch
        {
            EpisodeState.Recovered => (StatusCodes.Status409Conflict, "Episode is over", $"The episode ended at {found.Recovered}."),
            EpisodeState.Answered or EpisodeState.Dismissed => (StatusCodes.Status409Conflict, "Answered already", $"{found.Answer!.Said.By} has answered at {found.Answer.At}, and the first answer counts."),
            EpisodeState.Firing or EpisodeState.Cooling or EpisodeState.Ineffective or EpisodeState.Worsened or EpisodeState.Inactive or EpisodeState.Pending => null,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>The body; null: it was refused.</summary>
    private static async Task<JsonObject?> DataOf(HttpContext context)
    {
        byte[] room = new byte[MostBytes + 1];
        int read = 0;
        for (int more; read < room.Length && (more = await context.Request.Body.ReadAsync(room.AsMemory(read), context.RequestAborted)) > 0;) read += more;
        if (read > MostBytes)
        {
            await Problems.Refuse(context, StatusCodes.Status413PayloadTooLarge, "Too long", $"The body has more than {MostBytes} bytes.");
            return null;
        }

        try
        {
            if (read == 0) return [];
            if (JsonNode.Parse(room.AsSpan(0, read)) is JsonObject data) return data;
        }
        catch (JsonException)
        {
            // Said below.
        }

        await Problems.Refuse(context, StatusCodes.Status400BadRequest, "Bad body", "The body is no JSON object; expected the data of an answer, such as {\"by\":\"ada\",\"map\":{\"checksum\":\"sha256:…\",\"revision\":4}}, or nothing.");
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

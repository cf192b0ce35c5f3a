using System.Text.Json;
using DriftWatch.Pipeline;
using Microsoft.AspNetCore.Http;

namespace DriftWatch.Web.Api;

/// <summary>Refusals as <c>application/problem+json</c> (RFC 9457), naming the parameter and what would have been understood.</summary>
internal static class Problems
{
    /// <summary>Most known values that are listed.</summary>
    private const int MostKnown = 100;

    /// <summary>400: a parameter is missing or cannot be read.</summary>
    public static Task BadParameter(HttpContext context, string parameter, string detail, IEnumerable<string> known) =>
        Write(context, StatusCodes.Status400BadRequest, "Bad parameter", parameter, detail, known);

    /// <summary>404: a parameter names something that is not there.</summary>
    public static Task Unknown(HttpContext context, string parameter, string value, IEnumerable<string> known) =>
        Write(context, StatusCodes.Status404NotFound, "Not found", parameter, $"There is no {parameter} '{value}'.", known);

    /// <summary>503: this instance has no state to answer from. That a model is unknown would be a lie.</summary>
    public static Task NoState(HttpContext context, ServiceSnapshot snapshot)
    {
        context.Response.Headers.RetryAfter = "5";
        return Write(context, StatusCodes.Status503ServiceUnavailable, "No state yet", null, WhyNoState(snapshot) + (snapshot.Phase == ServicePhase.Standby ? " Ask the owner." : ""), []);
    }

    /// <summary>Why this instance has no state, and where the owner is as far as is known.</summary>
    public static string WhyNoState(ServiceSnapshot snapshot) => snapshot.Phase != ServicePhase.Standby ? $"This instance has no state yet: phase {Health.Name(snapshot.Phase)}."
        : snapshot.Owner is { } owner ? $"This instance is a standby; the owner is {owner}."
        : "This instance is a standby.";

    /// <summary>Any other refusal.</summary>
    public static Task Refuse(HttpContext context, int status, string title, string detail)
    {
        if (status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = "5";
        return Write(context, status, title, null, detail, []);
    }

    private static async Task Write(HttpContext context, int status, string title, string? parameter, string detail, IEnumerable<string> known)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, ApiEndpoints.Plain);
        json.WriteStartObject();
        json.WriteString("type", "about:blank");
        json.WriteString("title", title);
        json.WriteNumber("status", status);
        json.WriteString("detail", detail);
        json.WriteString("parameter", parameter);
        json.WriteStartArray("known");
        foreach (string value in known.Distinct().Take(MostKnown)) json.WriteStringValue(value);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}

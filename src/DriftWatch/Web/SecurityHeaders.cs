using Microsoft.AspNetCore.Builder;
using Microsoft.Net.Http.Headers;

namespace DriftWatch.Web;

/// <summary>Headers that keep a browser from doing anything that the page does not need.</summary>
internal static class SecurityHeaders
{
    /// <summary>Nothing but our own files: no inline script or style, no other host, no frame around us.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var headers = context.Response.Headers;
        headers[HeaderNames.ContentSecurityPolicy] = ContentSecurityPolicy;
        headers[HeaderNames.XContentTypeOptions] = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        return next(context);
    });
}

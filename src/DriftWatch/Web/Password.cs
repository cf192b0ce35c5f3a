using System.Text;
using DriftWatch.Options;
using DriftWatch.Web.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DriftWatch.Web;

/// <summary>One user and password for everything over HTTP but <c>/healthz</c>, which orchestrators ask without any (RFC 7617).</summary>
internal static class Password
{
    public static void UsePassword(this WebApplication app)
    {
        var limits = app.Services.GetRequiredService<WebLimits>();
        if (limits.Password is not { } password) return;
        byte[] expected = Encoding.UTF8.GetBytes($"{limits.User}:{password}");
        app.Use((context, next) =>
        {
            var path = context.Request.Path;
            string authorization = context.Request.Headers.Authorization.ToString();
            // Answers have a token of their own, in the same header: they look at it themselves.
            if (path.StartsWithSegments("/healthz") || (HttpMethods.IsPost(context.Request.Method) && Bearer.IsIn(authorization)) || IsRight(authorization, expected)) return next(context);
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"DriftWatch\", charset=\"UTF-8\"";
            context.Response.Headers.CacheControl = "no-store";
            return Problems.Refuse(context, StatusCodes.Status401Unauthorized, "Not authorized", "Name and password are those of web.user and web.password.");
        });
    }

    private static bool IsRight(string authorization, byte[] expected)
    {
        const string scheme = "Basic ";
        if (!authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) return false;
        Span<byte> said = new byte[authorization.Length];
        return Convert.TryFromBase64String(authorization[scheme.Length..].Trim(), said, out int length) && Bearer.AreSame(said[..length], expected);
    }
}

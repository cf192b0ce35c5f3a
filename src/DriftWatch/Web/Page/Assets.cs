using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DriftWatch.Web.Page;

/// <summary>Style sheet, script and icon: embedded, so that the command is one file's worth of page and needs no other host.</summary>
internal static class Assets
{
    private static readonly FrozenDictionary<string, (byte[] Bytes, string Type, string Hash)> Files = new[]
    {
        Load("driftwatch.css", "text/css; charset=utf-8"),
        Load("driftwatch.js", "text/javascript; charset=utf-8"),
        Load("favicon.svg", "image/svg+xml"),
    }.ToFrozenDictionary(file => file.Name, file => (file.Bytes, file.Type, file.Hash));

    /// <summary>The address of a file; it changes with its content, so browsers may keep it for ever. Relative to the page, which may stand anywhere behind a proxy.</summary>
    public static string Path(string name) => $"assets/{name}?v={Files[name].Hash}";

    public static void MapAssets(this IEndpointRouteBuilder routes) => routes.MapMethods("/assets/{name}", ["GET", "HEAD"], (string name, HttpContext context) =>
    {
        if (!Files.TryGetValue(name, out var file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        context.Response.ContentType = file.Type;
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return context.Response.Body.WriteAsync(file.Bytes).AsTask();
    });

    /// <summary>An embedded text.</summary>
    public static string TextOf(string name) => Encoding.UTF8.GetString(BytesOf(name));

    private static byte[] BytesOf(string name)
    {
        using var stream = typeof(Assets).Assembly.GetManifestResourceStream("DriftWatch.Web.Assets." + name)!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }

    private static (string Name, byte[] Bytes, string Type, string Hash) Load(string name, string type)
    {
        byte[] bytes = BytesOf(name);
        return (name, bytes, type, Convert.ToHexStringLower(SHA256.HashData(bytes))[..12]);
    }
}

using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Formats;

/// <summary>A Schema Registry in this process, by its documented REST interface: as much of it as serializers and readers ask. It can be down, slow, or refuse.</summary>
internal sealed class RegistryStub : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<int, Registered> _schemas = [];

    private RegistryStub(WebApplication app) => _app = app;

    /// <summary>Its address.</summary>
    public string Url => _app.Urls.Single();

    /// <summary>The status that it gives to everything; 0: it does what it is asked.</summary>
    public int Refuses { get; set; }

    /// <summary>The body that goes with it; null: one as the registry's.</summary>
    public string? Says { get; set; }

    /// <summary>How long it takes.</summary>
    public TimeSpan Slow { get; set; }

    /// <summary>What it was asked, as path and query.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>What questions said of who asks.</summary>
    public ConcurrentQueue<string> Credentials { get; } = [];

    /// <param name="certificate">What it shows of itself, over TLS; null: it speaks plainly.</param>
    public static async Task<RegistryStub> Start(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http{(certificate is null ? "" : "s")}://127.0.0.1:0");
        if (certificate is not null) builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(server => server.ConfigureHttpsDefaults(tls => tls.ServerCertificate = certificate));
        var app = builder.Build();
        var stub = new RegistryStub(app);
        app.Run(stub.Answer);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return stub;
    }

    /// <summary>Registers a schema under an id of its own.</summary>
    public void Add(int id, string schema, string? type = null, string? subject = null, int version = 1, params (string Name, string Subject, int Version)[] references) =>
        _schemas[id] = new(subject ?? $"subject-{id}", version, schema, type, [.. references.Select(one => new Reference(one.Name, one.Subject, one.Version))]);

    public void Remove(int id) => _schemas.TryRemove(id, out _);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        string path = context.Request.Path.Value!;
        Asked.Enqueue(path);
        if (context.Request.Headers.Authorization.ToString() is { Length: > 0 } who) Credentials.Enqueue(who);
        if (Slow > TimeSpan.Zero) await Task.Delay(Slow, context.RequestAborted);
        var (status, body) = Refuses > 0 ? (Refuses, Says ?? Error(Refuses * 100, $"refused with {Refuses}")) : await Act(context, path.Trim('/').Split('/'));
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/vnd.schemaregistry.v1+json";
        await context.Response.WriteAsync(body, context.RequestAborted);
    }

    private async Task<(int, string)> Act(HttpContext context, string[] path)
    {
        switch ((context.Request.Method, path))
        {
            case ("GET", ["schemas", "ids", var id]):
                return _schemas.TryGetValue(int.Parse(id), out var known) ? (200, Json(known, null)) : (404, Error(40403, $"Schema {id} not found"));
            case ("GET", ["subjects", var subject, "versions", var version]):
                var found = _schemas.FirstOrDefault(one => one.Value.Subject == Uri.UnescapeDataString(subject) && one.Value.Version == int.Parse(version));
                return found.Value is null ? (404, Error(40401, $"Subject '{subject}' not found.")) : (200, Json(found.Value, found.Key));
            case ("POST", ["subjects", var subject, "versions"]):
                var body = JsonNode.Parse(await new StreamReader(context.Request.Body).ReadToEndAsync())!;
                string schema = (string)body["schema"]!;
                int next = _schemas.FirstOrDefault(one => one.Value.Schema == schema).Key is > 0 and var had ? had : _schemas.Count + 1;
                _schemas[next] = new(Uri.UnescapeDataString(subject), 1, schema, (string?)body["schemaType"], []);
                return (200, new JsonObject { ["id"] = next }.ToJsonString());
            default:
                return (404, Error(404, "HTTP 404 Not Found"));
        }
    }

    private static string Json(Registered one, int? id)
    {
        var json = new JsonObject { ["schema"] = one.Schema };
        if (id is not null) (json["id"], json["subject"], json["version"]) = (id, one.Subject, one.Version);
        if (one.Type is not null) json["schemaType"] = one.Type;
        if (one.References.Length > 0) json["references"] = JsonSerializer.SerializeToNode(one.References);
        return json.ToJsonString();
    }

    private static string Error(int code, string message) => new JsonObject { ["error_code"] = code, ["message"] = message }.ToJsonString();

    private sealed record Registered(string Subject, int Version, string Schema, string? Type, Reference[] References);

#pragma warning disable SA1300, IDE1006 // the names on the wire
    private sealed record Reference(string name, string subject, int version);
#pragma warning restore SA1300, IDE1006
}

using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DriftWatch.Options;

namespace DriftWatch.Hosting;

/// <summary>Page and API over TLS and behind a password, on a real connection with certificates that are made here.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("driftwatch-tls-").FullName;

    private string Certificate => Path.Combine(_folder, "tls.crt");

    private string Key => Path.Combine(_folder, "tls.key");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_service_is_served_with_its_chain_and_asks_for_a_password_but_not_for_health()
    {
        Write("first");
        var options = new DriftWatchOptions
        {
            Listen = new() { Address = new("127.0.0.1", 0) },
            Kafka = new() { BootstrapServers = "127.0.0.1:1" },
            Web = new() { Certificate = Certificate, Key = Key, Password = "tulips and tea" },
            Log = new() { Level = Microsoft.Extensions.Logging.LogLevel.None },
        };
        await using var app = ServiceHost.Build(options);
        var cancel = TestContext.Current.CancellationToken;
        await app.StartAsync(cancel);
        string address = ServiceHost.AddressOf(app);
        Assert.StartsWith("https://127.0.0.1:", address, StringComparison.Ordinal);
        List<string> chain = [];
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, sent, _) =>
        {
            chain = [.. sent!.ChainPolicy.ExtraStore.Select(one => one.Subject)];
            return true;
        };
        using var client = new HttpClient(handler) { BaseAddress = new Uri(address) };

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/healthz/live", cancel)).StatusCode);
        Assert.Contains("CN=first CA", chain);
        foreach (string path in (string[])["/", "/live", "/glossary", "/metrics", "/api/v1/models", "/assets/driftwatch.js"])
        {
            using var refused = await client.GetAsync(path, cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Equal("Basic", refused.Headers.WwwAuthenticate.Single().Scheme);
        }

        Assert.Equal(HttpStatusCode.OK, await Ask("/", "driftwatch:tulips and tea"));
        Assert.Equal(HttpStatusCode.OK, await Ask("/metrics", "driftwatch:tulips and tea"));
        foreach (string wrong in (string[])["driftwatch:tulips", "DriftWatch:tulips and tea", "driftwatch", ""]) Assert.Equal(HttpStatusCode.Unauthorized, await Ask("/", wrong));

        // A bearer of a token gets as far as those who know tokens, and only to write.
        Assert.Equal(HttpStatusCode.Forbidden, await Send(HttpMethod.Post, "/api/v1/episodes/any/completed"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Send(HttpMethod.Get, "/api/v1/models"));
        await app.StopAsync(cancel);

        async Task<HttpStatusCode> Ask(string path, string who)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(who))) } };
            using var answer = await client.SendAsync(request, cancel);
            return answer.StatusCode;
        }

        async Task<HttpStatusCode> Send(HttpMethod method, string path)
        {
            using var request = new HttpRequestMessage(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", "a-token-of-some-length") } };
            using var answer = await client.SendAsync(request, cancel);
            return answer.StatusCode;
        }
    }

    [Fact]
    public void A_renewed_certificate_is_taken_up_and_half_a_renewal_is_not()
    {
        Write("first");
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var log = new LogLines();
        var file = new CertificateFile(Certificate, Key, time) { Logger = log };
        file.Load();
        Assert.Equal("CN=first", Current());

        Write("second", later: 1);
        Assert.Equal("CN=first", Current()); // it does not look all the time
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("CN=second", Current());

        string good = File.ReadAllText(Key);
        Write("third", later: 2);
        File.WriteAllText(Key, good);
        File.SetLastWriteTimeUtc(Key, DateTime.UtcNow.AddHours(3));
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("CN=second", Current());
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal("CN=second", Current());
        Assert.Single(log.Lines, line => line.Contains("cannot be read", StringComparison.Ordinal) && line.Contains(Certificate, StringComparison.Ordinal));

        string Current() => file.Current.TargetCertificate.Subject;
    }

    [Theory]
    [InlineData("no PEM", null)]
    [InlineData(null, "no PEM")]
    public void Files_that_are_none_are_named_before_anything_starts(string? certificate, string? key)
    {
        Write("first");
        if (certificate is not null) File.WriteAllText(Certificate, certificate);
        if (key is not null) File.WriteAllText(Key, key);

        var failure = Assert.Throws<CommandFailure>(new CertificateFile(Certificate, Key, TimeProvider.System).Load);

        Assert.Contains($"web.certificate {Certificate} and web.key {Key}: ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("expected a certificate with its chain and the key that it belongs to, both as PEM", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>A certificate with the authority behind it that made it, which has its own right from another.</summary>
    private void Write(string name, int later = 0)
    {
        var now = DateTimeOffset.UtcNow;
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Authority($"{name} root", rootKey).CreateSelfSigned(now.AddDays(-1), now.AddDays(60));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var unsigned = Authority($"{name} CA", authorityKey).Create(root, now.AddDays(-1), now.AddDays(30), Guid.NewGuid().ToByteArray());
        using var authority = unsigned.CopyWithPrivateKey(authorityKey);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256).Create(authority, now.AddDays(-1), now.AddDays(20), Guid.NewGuid().ToByteArray());
        File.WriteAllText(Certificate, leaf.ExportCertificatePem() + "\n" + authority.ExportCertificatePem() + "\n");
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
        foreach (string path in (string[])[Certificate, Key]) File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(later));
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request;
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DriftWatch.Formats.Registry;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Formats;

/// <summary>Whatever a registry answers, or does not, comes to one of four ends, in words that lead to the fix and without secrets.</summary>
public sealed class RegistryClientTests
{
    [Fact]
    public async Task A_schema_and_what_it_refers_to_is_found()
    {
        await using var registry = await RegistryStub.Start();
        registry.Add(3, """{"type":"record","name":"Model","namespace":"m","fields":[{"name":"name","type":"string"}]}""", subject: "model");
        registry.Add(4, """{"type":"record","name":"P","namespace":"m","fields":[{"name":"model","type":"m.Model"},{"name":"other","type":"m.Model"}]}""", references: [("m.Model", "model", 1)]);

        var answer = await Ask(registry, 4);

        Assert.Equal(AnswerKind.Found, answer.Kind);
        var buffer = new JsonBuffer(1000);
        Assert.Equal(default, new Avro.AvroWalk([0x02, (byte)'a', 0x02, (byte)'b'], buffer, 64).Read(answer.Shape!));
        Assert.Equal("""{"model":{"name":"a"},"other":{"name":"b"}}""", System.Text.Encoding.UTF8.GetString(buffer.Written));
    }

    [Fact]
    public async Task What_it_does_not_have_is_missing_and_what_nobody_can_read_by_is_unusable()
    {
        await using var registry = await RegistryStub.Start();
        registry.Add(1, """{"type":"record","name":"x","fields":[{"name":"a","type":"nonsense"}]}""");
        registry.Add(2, """{"type":"object"}""", "JSON");
        registry.Add(3, "syntax = \"proto3\";", "PROTOBUF");
        registry.Add(4, "{}", references: [("gone", "gone", 1)]);

        Assert.Contains($"a schema id that the registry {registry.Url} has; it does not have schema id 9", (await Ask(registry, 9)).Fault.Expected);
        Assert.Equal(AnswerKind.Missing, (await Ask(registry, 4)).Kind);
        Assert.Contains("schema id 1 of the registry", (await Ask(registry, 1)).Fault.Expected);
        Assert.Contains("nonsense", (await Ask(registry, 1)).Fault.Expected);
        Assert.Contains("set format: json-schema", (await Ask(registry, 2)).Fault.Expected);
        Assert.Contains("is Protobuf", (await Ask(registry, 3)).Fault.Expected);
    }

    [Theory]
    [InlineData(401, null, "it refuses us")]
    [InlineData(403, null, "Set schemaRegistry.username and password, or token")]
    [InlineData(503, null, "503")]
    [InlineData(500, "<html>", "500")]
    [InlineData(404, "<html>no such page</html>", "what answers there is no Schema Registry (404)")]
    [InlineData(200, "<html>hello</html>", "")]
    public async Task Whatever_else_it_says_is_trouble_with_its_address_and_without_secrets(int status, string? body, string expected)
    {
        await using var registry = await RegistryStub.Start();
        (registry.Refuses, registry.Says) = (status, body);

        var answer = await Ask(registry, 7, options => options with { Username = "reader", Password = "s3cret" });

        Assert.Equal(AnswerKind.Failed, answer.Kind);
        Assert.StartsWith($"Schema Registry {registry.Url}: ", answer.Trouble);
        Assert.Contains(expected.Length == 3 && status >= 500 ? expected == "503" ? "ServiceUnavailable" : "InternalServerError" : expected, answer.Trouble);
        Assert.DoesNotContain("s3cret", answer.Trouble);
    }

    [Fact]
    public async Task A_registry_that_is_slow_or_not_there_is_trouble_within_its_time()
    {
        await using var registry = await RegistryStub.Start();
        registry.Slow = TimeSpan.FromSeconds(30);
        var slow = await Ask(registry, 7, options => options with { Timeout = TimeSpan.FromMilliseconds(200) });
        Assert.Contains("(schemaRegistry.timeout)", slow.Trouble);

        using var nobody = new RegistryClient(new SchemaRegistryOptions { Url = ["http://127.0.0.1:9"] });
        Assert.Contains("refused", (await nobody.Ask(7)).Trouble);
    }

    /// <summary>A certificate that nobody else has signed, as in many a company's own network.</summary>
    [Fact]
    public async Task Over_TLS_it_is_believed_by_the_certificates_of_caFile_and_without_them_it_says_what_to_set()
    {
        using var certificate = SelfSigned("127.0.0.1");
        using var stranger = SelfSigned("127.0.0.1");
        await using var registry = await RegistryStub.Start(certificate);
        registry.Add(1, "\"long\"");
        string folder = Directory.CreateTempSubdirectory("driftwatch-tls-").FullName;
        try
        {
            string own = Path.Combine(folder, "ca.pem"), other = Path.Combine(folder, "other.pem");
            File.WriteAllText(own, certificate.ExportCertificatePem());
            File.WriteAllText(other, stranger.ExportCertificatePem());

            Assert.StartsWith("https", registry.Url);
            var trusted = await Ask(registry, 1, options => options with { CaFile = own });
            Assert.True(trusted.Kind == AnswerKind.Found, trusted.Trouble);
            foreach (string? ca in (string?[])[null, other])
            {
                var refused = await Ask(registry, 1, options => options with { CaFile = ca });
                Assert.Equal(AnswerKind.Failed, refused.Kind);
                Assert.Contains("TLS failed", refused.Trouble);
                Assert.Contains("Set schemaRegistry.caFile to the certificates to trust", refused.Trouble);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Of_several_addresses_the_one_that_answers_counts()
    {
        await using var registry = await RegistryStub.Start();
        registry.Add(1, "\"long\"");
        Assert.Equal(AnswerKind.Found, (await Ask(registry, 1, options => options with { Url = ["http://127.0.0.1:9", registry.Url] })).Kind);
    }

    [Fact]
    public async Task Who_we_are_is_said_as_it_is_set()
    {
        await using var registry = await RegistryStub.Start();
        registry.Add(1, "\"long\"");

        await Ask(registry, 1, options => options with { Username = "reader", Password = "s3cret" });
        await Ask(registry, 1, options => options with { Token = "t0ken" });

        Assert.Equal([$"Basic {Convert.ToBase64String("reader:s3cret"u8)}", "Bearer t0ken"], registry.Credentials);
    }

    [Fact]
    public void A_file_that_cannot_be_used_is_named_before_anything_is_asked()
    {
        var refused = Assert.Throws<FormatSetupException>(() => new RegistryClient(new SchemaRegistryOptions { Url = ["https://127.0.0.1:9"], CaFile = "/nowhere/ca.pem" }));
        Assert.Contains("/nowhere/ca.pem", refused.Message);
    }

    private static async Task<SchemaAnswer> Ask(RegistryStub registry, int id, Func<SchemaRegistryOptions, SchemaRegistryOptions>? change = null)
    {
        var options = new SchemaRegistryOptions { Url = [registry.Url], Timeout = TimeSpan.FromSeconds(5) };
        using var client = new RegistryClient(change?.Invoke(options) ?? options);
        return await client.Ask(id);
    }

    private static X509Certificate2 SelfSigned(string address)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=registry", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, true));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}

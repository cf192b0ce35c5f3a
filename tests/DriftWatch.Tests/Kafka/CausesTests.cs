using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DriftWatch.Kafka.Causes;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>Every way not to get in at a real broker is told by its name, with the setting to change: by the service, and by <c>check-config --connect</c>.</summary>
public sealed class CausesTests(SecuredKafka kafka) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("driftwatch-causes-");

    [Fact]
    public void A_wrong_password() => Expect(
        At(kafka.Sasl, kafka.Login, ("sasl.password", "wrong")),
        "refuses the login of user 'driftwatch' by SCRAM-SHA-512", "kafka.properties.sasl.password");

    [Fact]
    public void A_wrong_user() => Expect(
        At(kafka.Sasl, kafka.Login, ("sasl.username", "nobody")),
        "refuses the login of user 'nobody'", "kafka.properties.sasl.username");

    [Fact]
    public void A_wrong_mechanism() => Expect(
        At(kafka.Sasl, kafka.Login, ("sasl.mechanism", "SCRAM-SHA-256")),
        "does not offer the SASL mechanism SCRAM-SHA-256", "SCRAM-SHA-512,PLAIN", "kafka.properties.sasl.mechanism");

    [Fact]
    public void No_authority() => Expect(
        At(kafka.Sasl, kafka.Login, ("ssl.ca.location", null)),
        "was signed by 'CN=driftwatch-test-ca', which this host does not know", "kafka.properties.ssl.ca.location");

    [Fact]
    public void A_wrong_authority()
    {
        string other = Certificate().Certificate;

        Expect(At(kafka.Sasl, kafka.Login, ("ssl.ca.location", other)), $"'CN=driftwatch-test-ca', which is not among the CAs of {other}", "kafka.properties.ssl.ca.location");
    }

    [Fact]
    public void A_name_that_the_certificate_does_not_hold()
    {
        using var elsewhere = new Forwarder(IPAddress.Parse("127.0.0.2"), IPEndPoint.Parse(kafka.Sasl));

        Expect(At(elsewhere.Address, kafka.Login), "names localhost, 127.0.0.1, not '127.0.0.2'", "kafka.bootstrapServers");
    }

    [Fact]
    public void A_plain_client_at_a_tls_listener() => Expect(
        At(kafka.Tls, []),
        "expects TLS, but kafka.properties.security.protocol is PLAINTEXT. Set it to SSL or SASL_SSL");

    [Fact]
    public void A_login_without_tls_at_a_tls_listener() => Expect(
        At(kafka.Sasl, kafka.Login, ("security.protocol", "SASL_PLAINTEXT")),
        "expects TLS, but kafka.properties.security.protocol is SASL_PLAINTEXT. Set it to SASL_SSL");

    [Fact]
    public void No_login_where_one_is_expected() => Expect(
        At(kafka.Sasl, kafka.Login, ("security.protocol", "SSL")),
        "expects a login, but kafka.properties.security.protocol is SSL. Set it to SASL_SSL");

    [Fact]
    public void A_tls_client_at_a_plain_listener() => Expect(
        At(kafka.Running(), kafka.Login),
        "does not speak TLS, but kafka.properties.security.protocol is SASL_SSL");

    [Fact]
    public void A_login_where_none_is_taken() => Expect(
        At(kafka.Running(), kafka.Login, ("security.protocol", "SASL_PLAINTEXT")),
        "takes no login, but kafka.properties.security.protocol is SASL_PLAINTEXT");

    [Fact]
    public void No_client_certificate() => Expect(
        At(kafka.Tls, kafka.Login, ("security.protocol", "SSL")),
        "wants a client certificate, and none is set", "kafka.properties.ssl.keystore.location");

    [Fact]
    public void A_client_certificate_that_the_broker_does_not_trust()
    {
        var (certificate, key) = Certificate();

        Expect(
            At(kafka.Tls, kafka.Login, ("security.protocol", "SSL"), ("ssl.certificate.location", certificate), ("ssl.key.location", key)),
            "does not take our client certificate", "kafka.properties.ssl.certificate.location");
    }

    [Fact]
    public void A_name_that_does_not_resolve() => Expect(
        At("kafka.invalid:9092", []),
        "The name 'kafka.invalid' does not resolve", "kafka.bootstrapServers");

    [Fact]
    public void Nobody_at_that_port() => Expect(
        At(SecuredKafka.Nowhere, []),
        $"No broker answers at {SecuredKafka.Nowhere}", "Connection refused", "kafka.bootstrapServers");

    [Fact]
    public void An_advertised_address_that_cannot_be_reached()
    {
        kafka.MakeTopics(new KafkaOptions());

        Expect(At(kafka.Lost, []), $"Broker 1 is advertised as {SecuredKafka.Nowhere}, which cannot be reached from here", "advertised.listeners");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static KafkaOptions At(string bootstrapServers, Dictionary<string, string> properties, params (string Name, string? Value)[] changes)
    {
        foreach (var (name, value) in changes)
        {
            if (value is null) properties.Remove(name);
            else properties[name] = value;
        }

        return new KafkaOptions
        {
            BootstrapServers = bootstrapServers,
            Properties = properties,
            ProbeInterval = TimeSpan.FromMilliseconds(300),
            ProbeTimeout = TimeSpan.FromSeconds(2),
        };
    }

    private static void Expect(KafkaOptions options, params string[] parts)
    {
        var findings = ConnectionCheck.Run(options);
        using var service = new ServiceRun(options);
        service.RunUntil(s => s.Trouble is not null && parts.All(part => s.Trouble.Contains(part, StringComparison.Ordinal)), string.Join(" … ", parts));

        var (good, finding) = Assert.Single(findings);
        Assert.False(good);
        Assert.All(parts, part => Assert.Contains(part, finding));
        // What the client goes on to say is that all brokers are down: the cause stays.
        Thread.Sleep(TimeSpan.FromSeconds(5));
        Assert.All(parts, part => Assert.Contains(part, service.Snapshot.Trouble));
        Assert.Equal(ServicePhase.Disconnected, service.Snapshot.Phase);
        Assert.True(service.Stop());
    }

    /// <summary>A certificate that nobody has heard of.</summary>
    private (string Certificate, string Key) Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=someone-else", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var files = (Path.Combine(_folder.FullName, "other.pem"), Path.Combine(_folder.FullName, "other.key"));
        File.WriteAllText(files.Item1, made.ExportCertificatePem());
        File.WriteAllText(files.Item2, key.ExportPkcs8PrivateKeyPem());
        return files;
    }
}

/// <summary>A broker under another address.</summary>
internal sealed class Forwarder : IDisposable
{
    private readonly TcpListener _listener;
    private readonly IPEndPoint _to;

    public Forwarder(IPAddress at, IPEndPoint to)
    {
        _listener = new TcpListener(at, 0);
        _to = to;
        _listener.Start();
        _ = Accept();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    public void Dispose() => _listener.Dispose();

    private async Task Accept()
    {
        try
        {
            while (true) _ = Forward(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception closed) when (closed is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Forward(TcpClient client)
    {
        using var broker = new TcpClient();
        using (client)
        {
            try
            {
                await broker.ConnectAsync(_to);
                await Task.WhenAny(client.GetStream().CopyToAsync(broker.GetStream()), broker.GetStream().CopyToAsync(client.GetStream()));
            }
            catch (Exception closed) when (closed is SocketException or IOException)
            {
                // One side has gone; the other learns it.
            }
        }
    }
}

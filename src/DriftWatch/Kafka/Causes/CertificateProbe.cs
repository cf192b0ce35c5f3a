using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DriftWatch.Kafka.Causes;

/// <summary>Looks at the certificate of a broker that the client does not trust: the client says the same of a wrong CA, a wrong name and an old certificate.</summary>
internal static class CertificateProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Why it is not trusted and what to change; null if that cannot be seen. Takes at most three seconds; sends nothing but a TLS greeting.</summary>
    public static string? Explain(Said said)
    {
        try
        {
            using var certificate = Fetch(said);
            return certificate is null ? null : Judge(said, certificate);
        }
        catch (Exception unseen) when (unseen is SocketException or IOException or AuthenticationException or OperationCanceledException or CryptographicException or FormatException)
        {
            return null;
        }
    }

    private static X509Certificate2? Fetch(Said said)
    {
        X509Certificate2? certificate = null;
        using var patience = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        client.ConnectAsync(said.Host, int.Parse(said.Address[(said.Host.Length + 1)..]), patience.Token).AsTask().GetAwaiter().GetResult();
        using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, seen, _, _) =>
        {
            if (seen is not null) certificate = X509CertificateLoader.LoadCertificate(seen.Export(X509ContentType.Cert));
            return false;
        });
        try
        {
            tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = said.Host }, patience.Token).GetAwaiter().GetResult();
        }
        catch (AuthenticationException)
        {
            // We never trust it: we only look.
        }

        return certificate;
    }

    private static string? Judge(Said said, X509Certificate2 certificate)
    {
        string whose = $"The certificate of the broker at {said.Address}";
        var now = DateTime.Now;
        if (now > certificate.NotAfter || now < certificate.NotBefore) return $"{whose} is valid from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u} only; renew it, or set this host's clock.";
        if (!IsTrusted(said, certificate))
        {
            return (said.Property("ssl.ca.location") ?? (said.Property("ssl.ca.pem") is null ? null : "ssl.ca.pem")) is { } given
                ? $"{whose} was signed by '{certificate.Issuer}', which is not among the CAs of {given}; set kafka.properties.ssl.ca.location to the CA of the brokers, in PEM."
                : $"{whose} was signed by '{certificate.Issuer}', which this host does not know, and no CA is set; set kafka.properties.ssl.ca.location to the CA of the brokers, in PEM.";
        }

        if (certificate.MatchesHostname(said.Host)) return null;
        return $"{whose} names {Names(certificate)}, not '{said.Host}'; use a name that it holds in {(said.IsBootstrap ? "kafka.bootstrapServers" : "the broker's advertised.listeners")}, or have a certificate made that names '{said.Host}'.";
    }

    private static bool IsTrusted(Said said, X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        var authorities = new X509Certificate2Collection();
        if (said.Property("ssl.ca.location") is { } file && File.Exists(file)) authorities.ImportFromPemFile(file);
        else if (said.Property("ssl.ca.pem") is { } pem) authorities.ImportFromPem(pem);
        if (authorities.Count > 0)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return chain.Build(certificate);
    }

    private static string Names(X509Certificate2 certificate)
    {
        var alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToList();
        string[] names = [.. alternatives.SelectMany(a => a.EnumerateDnsNames()), .. alternatives.SelectMany(a => a.EnumerateIPAddresses()).Select(a => a.ToString())];
        return names.Length == 0 ? $"'{certificate.Subject}'" : string.Join(", ", names);
    }
}

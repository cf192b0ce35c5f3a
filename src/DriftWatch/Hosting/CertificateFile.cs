using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DriftWatch.Hosting;

/// <summary>The certificate with which page and API are served, from PEM files: read again when they change, since certificates are renewed under running services.</summary>
/// <remarks>A renewal that cannot be read (a key without its certificate, half a file) leaves the last good one in place and is logged; so is one whose time is over, which browsers then refuse.</remarks>
internal sealed partial class CertificateFile(string certificate, string key, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private SslStreamCertificateContext? _current;
    private (DateTime, DateTime) _read;
    private DateTimeOffset _looked;

    /// <summary>Where what becomes of renewals is said.</summary>
    public ILogger? Logger { get; set; }

    /// <summary>Reads the files.</summary>
    /// <exception cref="CommandFailure">They are no certificate and its key; the message says why.</exception>
    public void Load()
    {
        try
        {
            Read();
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new CommandFailure($"web.certificate {certificate} and web.key {key}: {unread.Message.TrimEnd('.')}; expected a certificate with its chain and the key that it belongs to, both as PEM");
        }
    }

    /// <summary>The certificate with its chain, as the files have it now.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            lock (_lock)
            {
                var now = time.GetUtcNow();
                if (now - _looked < LookEvery) return _current!;
                _looked = now;
                if (Written() != _read) Renew();
                return _current!;
            }
        }
    }

    private void Renew()
    {
        try
        {
            Read();
            Log.Renewed(Logger!, certificate, NotAfter);
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            _read = Written(); // said once for each change
            Log.NotRenewed(Logger!, certificate, key, unread.Message, NotAfter);
        }
    }

    private void Read()
    {
        var written = Written();
        var leaf = X509Certificate2.CreateFromPemFile(certificate, key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificate);
        // Connections that are being made may still use the one before: it goes with the last of them.
        _current = SslStreamCertificateContext.Create(leaf, [.. chain.Skip(1)], offline: true);
        _read = written;
        _looked = time.GetUtcNow();
    }

    private DateTime NotAfter => _current!.TargetCertificate.NotAfter.ToUniversalTime();

    private (DateTime, DateTime) Written() => (File.GetLastWriteTimeUtc(certificate), File.GetLastWriteTimeUtc(key));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "TLS certificate {Certificate} renewed; valid until {NotAfter:u}")]
        public static partial void Renewed(ILogger logger, string certificate, DateTime notAfter);

        [LoggerMessage(Level = LogLevel.Warning, Message = "TLS certificate {Certificate} or its key {Key} has changed and cannot be read: {Reason} Serving the one before, valid until {NotAfter:u}")]
        public static partial void NotRenewed(ILogger logger, string certificate, string key, string reason, DateTime notAfter);
    }
}

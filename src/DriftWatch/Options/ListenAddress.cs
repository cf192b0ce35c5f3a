using System.Net;

namespace DriftWatch.Options;

/// <summary>An address to listen on: an IP address, <c>localhost</c>, or <c>*</c> for all, and a port (0: any free one).</summary>
internal readonly record struct ListenAddress(string Host, int Port)
{
    /// <summary>What to say to someone who wrote something else.</summary>
    public const string Expected = "address:port such as 127.0.0.1:8080, [::1]:8080 or *:8080; port 0 takes any free one";

    public bool IsAny => Host is "*" or "0.0.0.0" or "::";

    /// <summary>Where a client on this machine reaches it.</summary>
    public string LocalHost => IsAny ? "127.0.0.1" : Host.Contains(':') ? $"[{Host}]" : Host;

    /// <summary>The address for Kestrel.</summary>
    public string Url => UrlOf("http");

    /// <summary>The address for Kestrel, with or without TLS.</summary>
    public string UrlOf(string scheme) => $"{scheme}://{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}";

    public static bool TryParse(string text, out ListenAddress address)
    {
        address = default;
        int colon = text.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(text.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out int port) || port > 65_535) return false;
        string host = text[..colon];
        if (host is ['[', .. var inner, ']']) host = inner;
        else if (host.Contains(':')) return false;
        if (host.Length == 0) host = "*";
        if (host is not ("*" or "localhost") && !IsAddress(host)) return false;
        address = new(host, port);
        return true;
    }

    public override string ToString() => Url["http://".Length..];

    // IPAddress reads "1" as 0.0.0.1; an address is written in full.
    private static bool IsAddress(string host) => IPAddress.TryParse(host, out _) && (host.Contains(':') || host.Count(c => c == '.') == 3);
}

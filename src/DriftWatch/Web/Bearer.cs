using System.Security.Cryptography;
using System.Text;

namespace DriftWatch.Web;

/// <summary>A token in the header of a request (RFC 6750).</summary>
internal static class Bearer
{
    private const string Scheme = "Bearer ";

    /// <summary>Whether two secrets are the same. Their digests are of one length, so the time that it takes tells nothing of either.</summary>
    public static bool AreSame(ReadOnlySpan<byte> said, ReadOnlySpan<byte> expected) => CryptographicOperations.FixedTimeEquals(SHA256.HashData(said), SHA256.HashData(expected));

    public static bool IsIn(string authorization) => authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the header has this token.</summary>
    public static bool Knows(string authorization, string token) =>
        IsIn(authorization) && AreSame(Encoding.UTF8.GetBytes(authorization[Scheme.Length..].Trim()), Encoding.UTF8.GetBytes(token));
}

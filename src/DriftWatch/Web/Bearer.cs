using System.Security.Cryptography;
using System.Text;

namespace DriftWatch.Web;

/// <summary>A token in the header of a request (RFC 6750).</summary>
internal static class Bearer
{
    private const string Scheme = "Bearer ";

    public static bool IsIn(string authorization) => authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the header has this token. Digests are of one length, so the time tells nothing of the token's.</summary>
    public static bool Knows(string authorization, string token) =>
        IsIn(authorization) && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Scheme.Length..].Trim())), SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace DriftWatch.Core.Drift;

/// <summary>Name-based UUIDs (version 5, RFC 9562 §5.5): the same decision has the same id in every replay and on every machine.</summary>
public static class DeterministicId
{
    // A namespace of our own: UUIDv5 of the URL namespace and "https://driftwatch.io/".
    private static readonly byte[] Namespace = Bytes(Create(Convert.FromHexString("6ba7b8119dad11d180b400c04fd430c8"), "https://driftwatch.io/"));

    /// <summary>The id of what these parts name, in order; a part may hold any text.</summary>
    public static string Of(params ReadOnlySpan<string> parts)
    {
        // Lengths first, so that no two lists of parts read alike.
        var name = new StringBuilder();
        foreach (string part in parts) name.Append(part.Length).Append(':').Append(part);
        return Create(Namespace, name.ToString()).ToString();
    }

    internal static Guid Create(byte[] space, string name)
    {
#pragma warning disable CA5350 // SHA-1 is what version 5 is made of; nothing is protected by it.
        byte[] hash = SHA1.HashData([.. space, .. Encoding.UTF8.GetBytes(name)]);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }

    private static byte[] Bytes(Guid id) => id.ToByteArray(bigEndian: true);
}

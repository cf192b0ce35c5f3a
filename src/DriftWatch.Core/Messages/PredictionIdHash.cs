using System.Runtime.Intrinsics;

namespace DriftWatch.Messages;

/// <summary>Makes a <see cref="PredictionId"/> of an id's text.</summary>
/// <remarks>Keyed, so that nobody outside can craft ids that collide. A UUID in its 8-4-4-4-12 form counts by value: its letters' case does not matter.</remarks>
public readonly struct PredictionIdHash(SipHash hash)
{
    private const int UuidLength = 36;

    public PredictionId Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length != UuidLength || utf8[8] != '-') return Id(hash.Of(utf8));
        Span<byte> lower = stackalloc byte[UuidLength];
        return Id(hash.Of(TryLowerUuid(utf8, lower) ? lower : utf8));
    }

    private static PredictionId Id(UInt128 hash) => new((ulong)(hash >> 64), (ulong)hash);

    /// <summary>Three overlapping stretches of 16 bytes cover the 36; each must be hexadecimal but for its dashes.</summary>
    private static bool TryLowerUuid(ReadOnlySpan<byte> text, Span<byte> lower) =>
        TryLower(text, lower, 0, (1u << 8) | (1u << 13)) && TryLower(text, lower, 16, (1u << (18 - 16)) | (1u << (23 - 16))) && TryLower(text, lower, 20, 1u << (23 - 20));

    private static bool TryLower(ReadOnlySpan<byte> text, Span<byte> lower, int start, uint dashes)
    {
        var v = Vector128.Create(text.Slice(start, 16));
        var digit = Vector128.LessThan(v - Vector128.Create((byte)'0'), Vector128.Create((byte)10));
        var folded = v | Vector128.Create((byte)0x20);
        var letter = Vector128.LessThan(folded - Vector128.Create((byte)'a'), Vector128.Create((byte)6));
        uint hexadecimal = (digit | letter).ExtractMostSignificantBits();
        uint dashed = Vector128.Equals(v, Vector128.Create((byte)'-')).ExtractMostSignificantBits();
        Vector128.ConditionalSelect(letter, folded, v).CopyTo(lower[start..]);
        return dashed == dashes && (hexadecimal | dashes) == 0xFFFF;
    }
}

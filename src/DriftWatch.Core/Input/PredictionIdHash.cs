using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DriftWatch.Core.Hashing;

namespace DriftWatch.Core.Input;

/// <summary>Makes a <see cref="PredictionId"/> of an id's text.</summary>
/// <remarks>Keyed, so that nobody outside can craft ids that collide. A UUID in its 8-4-4-4-12 form counts by value: its letters' case does not matter.</remarks>
public readonly struct PredictionIdHash(SipHash hash)
{
    private const int UuidLength = 36;

    public PredictionId Of(ReadOnlySpan<byte> utf8)
    {
        // No other text of any length is hashed as two words under the length 36: a UUID can meet nothing but itself.
        if (utf8.Length == UuidLength && TryUuid(utf8, out var value)) return Id(hash.Of(value[0], value[1], UuidLength));
        return Id(hash.Of(utf8));
    }

    private static PredictionId Id(UInt128 hash) => new((ulong)(hash >> 64), (ulong)hash);

    /// <summary>Three overlapping stretches of 16 bytes cover the 36; each must be hexadecimal but for its dashes.</summary>
    /// <remarks>The 32 digits are packed in an order of their own, which is good enough for a hash: other digits make another value.</remarks>
    private static bool TryUuid(ReadOnlySpan<byte> text, out Vector128<ulong> value)
    {
        bool isUuid = TryDigits(text, 0, (1u << 8) | (1u << 13), out var first)
            & TryDigits(text, 16, (1u << (18 - 16)) | (1u << (23 - 16)), out var middle)
            & TryDigits(text, 20, 1u << (23 - 20), out var last);
        // 255 takes nothing: the digits at 0-7, 9-12, 14-17, and those at 19-22, 24-35.
        var high = Vector128.Shuffle(first, Vector128.Create((byte)0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 255, 255))
            | Vector128.Shuffle(middle, Vector128.Create(255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, (byte)0, 1));
        var low = Vector128.Shuffle(middle, Vector128.Create((byte)3, 4, 5, 6, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))
            | Vector128.Shuffle(last, Vector128.Create(255, 255, 255, 255, (byte)4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
        // A digit has four bits, so shifting whole words moves none of them into a neighbor.
        value = (high.AsUInt64() << 4) | low.AsUInt64();
        return isUuid;
    }

    /// <summary>The values of 16 hexadecimal digits; false if there is anything else, or a dash where none belongs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryDigits(ReadOnlySpan<byte> text, int start, uint dashes, out Vector128<byte> digits)
    {
        var v = Vector128.Create(text.Slice(start, 16));
        var digit = Vector128.LessThan(v - Vector128.Create((byte)'0'), Vector128.Create((byte)10));
        var letter = Vector128.LessThan((v | Vector128.Create((byte)0x20)) - Vector128.Create((byte)'a'), Vector128.Create((byte)6));
        digits = (v & Vector128.Create((byte)0x0F)) + (letter & Vector128.Create((byte)9));
        uint dashed = Vector128.Equals(v, Vector128.Create((byte)'-')).ExtractMostSignificantBits();
        return dashed == dashes && ((digit | letter).ExtractMostSignificantBits() | dashes) == 0xFFFF;
    }
}

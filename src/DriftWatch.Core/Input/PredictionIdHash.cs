using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DriftWatch.Core.Hashing;
using DriftWatch.Core.Input.Columns;

namespace DriftWatch.Core.Input;

/// <summary>Makes a <see cref="PredictionId"/> of an id's text.</summary>
/// <remarks>Keyed, so that nobody outside can craft ids that collide. A UUID in its 8-4-4-4-12 form counts by value: its letters' case does not matter.</remarks>
public readonly struct PredictionIdHash(SipHash hash)
{
    private const int UuidLength = 36, MostWords = 3;

    public PredictionId Of(ReadOnlySpan<byte> utf8)
    {
        // No other text of any length is hashed as two words under the length 36: a UUID can meet nothing but itself.
        if (utf8.Length == UuidLength && TryUuid(utf8, out var value)) return Id(hash.Of(value[0], value[1], UuidLength));
        return Id(hash.Of(utf8));
    }

    /// <summary>The same of many, four at a time where the machine can and they are alike.</summary>
    /// <param name="values">What the places point into.</param>
    /// <param name="places">The ids' texts.</param>
    /// <param name="ids">Takes the ids.</param>
    internal void Of(ReadOnlySpan<byte> values, ReadOnlySpan<CellPlace> places, Span<PredictionId> ids)
    {
        Span<ulong> words = stackalloc ulong[4 * MostWords];
        int i = 0;
        for (; Vector256.IsHardwareAccelerated && i <= places.Length - 4; i += 4)
        {
            int count = 0;
            bool alike = true;
            for (int each = 0; each < 4 && alike; each++)
            {
                int others = count;
                count = Words(Text(values, places[i + each]), words[each..]);
                alike = count > 0 && (each == 0 || count == others);
            }

            if (!alike)
            {
                for (int each = i; each < i + 4; each++) ids[each] = Of(Text(values, places[each]));
                continue;
            }

            hash.OfFour(words[..(4 * count)], out var high, out var low);
            for (int each = 0; each < 4; each++) ids[i + each] = new(high[each], low[each]);
        }

        for (; i < places.Length; i++) ids[i] = Of(Text(values, places[i]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> values, CellPlace place) => values.Slice(place.Start, place.Length);

    /// <summary>Writes the words that are hashed, every fourth one.</summary>
    /// <returns>How many; 0: too many.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Words(ReadOnlySpan<byte> text, Span<ulong> words)
    {
        if (text.Length == UuidLength && TryUuid(text, out var value))
        {
            (words[0], words[4], words[8]) = (value[0], value[1], (ulong)UuidLength << 56);
            return 3;
        }

        if (text.Length >= 8 * MostWords) return 0;
        ulong last = (ulong)text.Length << 56;
        int count = 0;
        for (; text.Length >= 8; text = text[8..]) words[4 * count++] = BinaryPrimitives.ReadUInt64LittleEndian(text);
        words[4 * count++] = last | SipHash.Tail(text);
        return count;
    }

    private static PredictionId Id(UInt128 hash) => new((ulong)(hash >> 64), (ulong)hash);

    /// <summary>Three overlapping stretches of 16 bytes cover the 36; each must be hexadecimal but for its dashes.</summary>
    /// <remarks>The 32 digits are packed in an order of their own, which is good enough for a hash: other digits make another value.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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

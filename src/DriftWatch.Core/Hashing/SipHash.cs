using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DriftWatch.Core.Hashing;

/// <summary>SipHash-2-4 with 128 bits of output: a keyed hash whose collisions nobody can make without the key.</summary>
/// <remarks>Aumasson, Bernstein: "SipHash: a fast short-input PRF" (2012); the 128-bit form is that of the authors' reference implementation.</remarks>
public readonly struct SipHash
{
    private readonly ulong _k0;
    private readonly ulong _k1;

    /// <param name="key">16 secret bytes.</param>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public SipHash(ReadOnlySpan<byte> key)
    {
        if (key.Length != 16) throw new ArgumentException($"A hash key has 16 bytes, this one has {key.Length}.", nameof(key));
        _k0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        _k1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
    }

    /// <summary>The hash; its lower half is the first eight bytes of the reference's output, little-endian.</summary>
    public UInt128 Of(ReadOnlySpan<byte> message)
    {
        ulong v0 = 0x736F6D6570736575 ^ _k0;
        ulong v1 = 0x646F72616E646F6D ^ _k1 ^ 0xEE;
        ulong v2 = 0x6C7967656E657261 ^ _k0;
        ulong v3 = 0x7465646279746573 ^ _k1;
        ulong last = (ulong)message.Length << 56;
        while (message.Length >= 8)
        {
            Absorb(BinaryPrimitives.ReadUInt64LittleEndian(message), ref v0, ref v1, ref v2, ref v3);
            message = message[8..];
        }

        Absorb(last | Tail(message), ref v0, ref v1, ref v2, ref v3);
        return Finished(v0, v1, v2, v3);
    }

    /// <summary>The hash of two words, under a length that is not theirs: only texts of 16 to 23 bytes make as many words, so any other length keeps apart from all texts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal UInt128 Of(ulong first, ulong second, byte length)
    {
        ulong v0 = 0x736F6D6570736575 ^ _k0;
        ulong v1 = 0x646F72616E646F6D ^ _k1 ^ 0xEE;
        ulong v2 = 0x6C7967656E657261 ^ _k0;
        ulong v3 = 0x7465646279746573 ^ _k1;
        Absorb(first, ref v0, ref v1, ref v2, ref v3);
        Absorb(second, ref v0, ref v1, ref v2, ref v3);
        Absorb((ulong)length << 56, ref v0, ref v1, ref v2, ref v3);
        return Finished(v0, v1, v2, v3);
    }

    /// <summary>The hashes of four messages of as many words each, at once: one waits for itself most of the time.</summary>
    /// <param name="words">The first words of all four, their second, and so on; the last has the length in its highest byte.</param>
    /// <param name="higher">Upper halves of the hashes.</param>
    /// <param name="lower">Lower halves.</param>
    internal void OfFour(ReadOnlySpan<ulong> words, out Vector256<ulong> higher, out Vector256<ulong> lower)
    {
        var v0 = Vector256.Create(0x736F6D6570736575 ^ _k0);
        var v1 = Vector256.Create(0x646F72616E646F6D ^ _k1 ^ 0xEE);
        var v2 = Vector256.Create(0x6C7967656E657261 ^ _k0);
        var v3 = Vector256.Create(0x7465646279746573 ^ _k1);
        for (; words.Length >= 4; words = words[4..])
        {
            var word = Vector256.Create(words);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
        }

        v2 ^= Vector256.Create(0xEEUL);
        for (int round = 0; round < 4; round++) Round(ref v0, ref v1, ref v2, ref v3);
        lower = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= Vector256.Create(0xDDUL);
        for (int round = 0; round < 4; round++) Round(ref v0, ref v1, ref v2, ref v3);
        higher = v0 ^ v1 ^ v2 ^ v3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UInt128 Finished(ulong v0, ulong v1, ulong v2, ulong v3)
    {
        v2 ^= 0xEE;
        Finish(ref v0, ref v1, ref v2, ref v3);
        ulong lower = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xDD;
        Finish(ref v0, ref v1, ref v2, ref v3);
        return new UInt128(v0 ^ v1 ^ v2 ^ v3, lower);
    }

    /// <summary>Up to seven bytes as a little-endian number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Tail(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        int at = 0;
        if ((bytes.Length & 4) != 0)
        {
            value = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            at = 4;
        }

        for (; at < bytes.Length; at++) value |= (ulong)bytes[at] << (8 * at);
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Absorb(ulong word, ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v3 ^= word;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= word;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref Vector256<ulong> v0, ref Vector256<ulong> v1, ref Vector256<ulong> v2, ref Vector256<ulong> v3)
    {
        v0 += v1;
        v1 = ((v1 << 13) | (v1 >>> 51)) ^ v0;
        v0 = Halves(v0);
        v2 += v3;
        v3 = ((v3 << 16) | (v3 >>> 48)) ^ v2;
        v0 += v3;
        v3 = ((v3 << 21) | (v3 >>> 43)) ^ v0;
        v2 += v1;
        v1 = ((v1 << 17) | (v1 >>> 47)) ^ v2;
        v2 = Halves(v2);
    }

    /// <summary>Turns each word by 32 bits: its halves change places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Halves(Vector256<ulong> words) => Vector256.Shuffle(words.AsUInt32(), Vector256.Create(1u, 0, 3, 2, 5, 4, 7, 6)).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}

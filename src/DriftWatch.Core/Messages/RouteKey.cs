using System.Buffers.Binary;
using DriftWatch.Series;

namespace DriftWatch.Messages;

/// <summary>Makes the 128-bit key by which the <see cref="RouteTable"/> knows a combination of model, version, view, predicted class and slices.</summary>
/// <remarks>The parts' keyed hashes are summed, so the order in which slices come does not matter; lengths go in first, so parts cannot run into each other.</remarks>
public sealed class RouteKey(SipHash hash)
{
    private const int HeadLength = 9;
    private byte[] _message = new byte[256];
    private UInt128 _sum;

    /// <summary>The key of the parts so far.</summary>
    public UInt128 Value => _sum;

    /// <summary>Starts a key.</summary>
    public void Start(ReadOnlySpan<byte> model, ReadOnlySpan<byte> version, View view, ReadOnlySpan<byte> predicted) =>
        _sum = Hash((byte)view, model, version, predicted);

    /// <summary>Adds a slice, in any order.</summary>
    public void Add(ReadOnlySpan<byte> dimension, ReadOnlySpan<byte> value) => _sum += Hash(0xFF, dimension, value, default);

    private UInt128 Hash(byte tag, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        int length = HeadLength + first.Length + second.Length + third.Length;
        if (_message.Length < length) _message = new byte[length * 2];
        var message = _message.AsSpan(0, length);
        message[0] = tag;
        BinaryPrimitives.WriteInt32LittleEndian(message[1..], first.Length);
        BinaryPrimitives.WriteInt32LittleEndian(message[5..], second.Length);
        first.CopyTo(message[HeadLength..]);
        second.CopyTo(message[(HeadLength + first.Length)..]);
        third.CopyTo(message[(HeadLength + first.Length + second.Length)..]);
        return hash.Of(message);
    }
}

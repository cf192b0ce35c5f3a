using System.Buffers.Binary;
using DriftWatch.Core.Hashing;

namespace DriftWatch.Core.Series;

/// <summary>Makes the 128-bit key by which the <see cref="RouteTable"/> knows a combination of model, version, view, predicted class and slices.</summary>
/// <remarks>The parts' keyed hashes are summed, so the order in which slices come does not matter; lengths go in first, so parts cannot run into each other.</remarks>
public sealed class RouteKey(SipHash hash)
{
    private const int HeadLength = 9;
    private byte[] _text = new byte[256];
    private int[] _ends = new int[8];
    private int _parts;

    /// <summary>The key of the parts so far.</summary>
    public UInt128 Value
    {
        get
        {
            UInt128 sum = 0;
            int start = 0;
            foreach (int end in _ends.AsSpan(0, _parts))
            {
                sum += hash.Of(_text.AsSpan(start, end - start));
                start = end;
            }

            return sum;
        }
    }

    /// <summary>Starts a key.</summary>
    public void Start(ReadOnlySpan<byte> model, ReadOnlySpan<byte> version, View view, ReadOnlySpan<byte> predicted)
    {
        _parts = 0;
        Append((byte)view, model, version, predicted);
    }

    /// <summary>Adds a slice, in any order.</summary>
    public void Add(ReadOnlySpan<byte> dimension, ReadOnlySpan<byte> value) => Append(0xFF, dimension, value, default);

    private void Append(byte tag, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        int start = _parts == 0 ? 0 : _ends[_parts - 1];
        int length = HeadLength + first.Length + second.Length + third.Length;
        if (_text.Length < start + length) Array.Resize(ref _text, (start + length) * 2);
        if (_parts == _ends.Length) Array.Resize(ref _ends, _parts * 2);
        var part = _text.AsSpan(start, length);
        part[0] = tag;
        BinaryPrimitives.WriteInt32LittleEndian(part[1..], first.Length);
        BinaryPrimitives.WriteInt32LittleEndian(part[5..], second.Length);
        first.CopyTo(part[HeadLength..]);
        second.CopyTo(part[(HeadLength + first.Length)..]);
        third.CopyTo(part[(HeadLength + first.Length + second.Length)..]);
        _ends[_parts++] = start + length;
    }
}

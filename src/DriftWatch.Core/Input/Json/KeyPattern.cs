using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DriftWatch.Core.Input.Json;

/// <summary>A key as it usually stands in a record, with its quotes and its colon, to be recognized in one comparison.</summary>
/// <remarks>Keys too long for that, and keys that JSON has to escape, match nothing: they are read as any other string.</remarks>
internal readonly struct KeyPattern
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([.. Enumerable.Range(0, 256).Select(b => (byte)b).Where(b => b is < 0x20 or > 0x7E or (byte)'"' or (byte)'\\')]);
    private readonly Vector128<byte> _text;
    private readonly Vector128<byte> _mask;

    public KeyPattern(ReadOnlySpan<byte> name)
    {
        Length = name.Length + 3;
        Span<byte> text = stackalloc byte[Vector128<byte>.Count];
        text.Clear();
        if (Length > text.Length || name.ContainsAny(Escaped))
        {
            // A mask that lets nothing through, and a text that is something.
            _text = Vector128<byte>.AllBitsSet;
            return;
        }

        text[0] = (byte)'"';
        name.CopyTo(text[1..]);
        text[name.Length + 1] = (byte)'"';
        text[name.Length + 2] = (byte)':';
        _text = Vector128.Create(text);
        text[..Length].Fill(0xFF);
        _mask = Vector128.Create(text);
    }

    /// <summary>Length of the name with its quotes and its colon.</summary>
    public int Length { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Matches(Vector128<byte> bytes) => (bytes & _mask) == _text;
}

using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace DriftWatch.Core.Input.Columns;

/// <summary>Numbers the different cells of a column, so that rows are compared by numbers.</summary>
internal sealed class CellCodes
{
    /// <summary>What a cell gets that is not numbered: there are too many others, or it is too long.</summary>
    public const int None = -1;

    private const int Most = 1024, Longest = 128;

    private readonly Dictionary<ulong, int> _codes = [];
    private readonly List<CellPlace> _places = [];
    private byte[] _kept = new byte[1024];

    public void Forget()
    {
        _codes.Clear();
        _places.Clear();
    }

    /// <summary>Numbers cells.</summary>
    /// <param name="values">What the places point into.</param>
    /// <param name="places">The cells.</param>
    /// <param name="codes">Takes their numbers.</param>
    /// <returns>Whether all cells are the same.</returns>
    public bool Number(ReadOnlySpan<byte> values, ReadOnlySpan<CellPlace> places, Span<int> codes)
    {
        if (AreOne(values, places))
        {
            codes.Fill(CodeOf(values.Slice(places[0].Start, places[0].Length)));
            return true;
        }

        ReadOnlySpan<byte> before = default;
        int code = None;
        for (int i = 0; i < places.Length; i++)
        {
            var cell = values.Slice(places[i].Start, places[i].Length);
            // Most columns that repeat themselves do so from one row to the next.
            if (i == 0 || !cell.SequenceEqual(before)) code = CodeOf(cell);
            before = cell;
            codes[i] = code;
        }

        return false;
    }

    /// <summary>Whether cells that lie one behind the other are all the same: then they are the same as themselves moved on by one.</summary>
    private static bool AreOne(ReadOnlySpan<byte> values, ReadOnlySpan<CellPlace> places)
    {
        var (start, length) = places[0];
        for (int i = 1; i < places.Length; i++)
        {
            if (places[i].Length != length || places[i].Start != start + (i * length)) return false;
        }

        int rest = (places.Length - 1) * length;
        return values.Slice(start, rest).SequenceEqual(values.Slice(start + length, rest));
    }

    private int CodeOf(ReadOnlySpan<byte> cell)
    {
        if (cell.Length > Longest) return None;
        ulong mixed = Mixed(cell);
        if (_codes.TryGetValue(mixed, out int code))
        {
            var (start, length) = _places[code];
            // Two that only look alike: the second is read by its text each time.
            return cell.SequenceEqual(_kept.AsSpan(start, length)) ? code : None;
        }

        return _places.Count < Most ? Add(mixed, cell) : None;
    }

    private int Add(ulong mixed, ReadOnlySpan<byte> cell)
    {
        int start = _places.Count == 0 ? 0 : _places[^1].Start + _places[^1].Length;
        if (_kept.Length < start + cell.Length) Array.Resize(ref _kept, 2 * (start + cell.Length));
        cell.CopyTo(_kept.AsSpan(start));
        _codes.Add(mixed, _places.Count);
        _places.Add(new(start, cell.Length));
        return _places.Count - 1;
    }

    /// <summary>Takes in all words of a cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mixed(ReadOnlySpan<byte> cell)
    {
        ulong mixed = (ulong)cell.Length;
        for (; cell.Length >= 8; cell = cell[8..]) mixed = Mix(mixed ^ BinaryPrimitives.ReadUInt64LittleEndian(cell));
        ulong rest = 0;
        foreach (byte each in cell) rest = (rest << 8) | each;
        return Mix(mixed ^ rest);
    }

    private static ulong Mix(ulong word)
    {
        word *= 0x9E3779B97F4A7C15;
        return word ^ (word >> 29);
    }
}

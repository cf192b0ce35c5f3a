using System.Text.Unicode;
using Apache.Arrow;
using DriftWatch.Core.Input;
using DriftWatch.Core.Input.Columns;
using DriftWatch.Core.Time;

namespace DriftWatch.Files.Columns;

/// <summary>A column of texts.</summary>
internal abstract class TextColumn : PlainColumn
{
    private CellPlace[] _places = [];

    public override ReadOnlySpan<byte> Ids(int start, Span<CellPlace> places) => Cells(start, places);

    public override void Times(int start, TimestampUnit unit, Span<long> into)
    {
        if (_places.Length < into.Length) _places = new CellPlace[into.Length];
        var places = _places.AsSpan(0, into.Length);
        var values = Cells(start, places);
        for (int i = 0; i < into.Length; i++) into[i] = TimestampText.TryRead(values.Slice(places[i].Start, places[i].Length), unit, out var time) ? time.Milliseconds : NoTime;
    }

    protected static Exception Broken => new InvalidDataException("offsets of texts that point out of their bytes");
}

/// <summary>Texts that lie one behind the other.</summary>
internal sealed class PackedTexts(BinaryArray array) : TextColumn
{
    private readonly Presence _presence = Presence.Of(array);

    public override ReadOnlySpan<byte> Cells(int start, Span<CellPlace> places)
    {
        var offsets = array.ValueOffsets.Slice(start, places.Length + 1);
        var values = array.ValueBuffer.Span;
        for (int i = 0; i < places.Length; i++)
        {
            int from = offsets[i], length = offsets[i + 1] - from;
            if (from < 0 || length < 0 || from > values.Length - length) throw Broken;
            places[i] = new(from, length);
        }

        _presence.Blank(start, places, default);
        return values;
    }
}

/// <summary>Texts that have to be brought together.</summary>
internal abstract class ScatteredTexts : TextColumn
{
    private byte[] _room = new byte[1024];

    public override ReadOnlySpan<byte> Cells(int start, Span<CellPlace> places)
    {
        int end = 0;
        for (int i = 0; i < places.Length; i++)
        {
            int most = Longest(start + i);
            if (_room.Length < end + most) System.Array.Resize(ref _room, 2 * (end + most));
            int length = most == 0 ? 0 : Copy(start + i, _room.AsSpan(end, most));
            places[i] = new(end, length);
            end += length;
        }

        return _room;
    }

    protected abstract int Longest(int row);

    protected abstract int Copy(int row, Span<byte> into);
}

/// <summary>Texts of which each says where it lies, or whose offsets have 64 bits.</summary>
internal sealed class ArrowTexts(IArrowArray array) : ScatteredTexts
{
    protected override int Longest(int row) => Of(row).Length;

    protected override int Copy(int row, Span<byte> into)
    {
        var text = Of(row);
        text.CopyTo(into);
        return text.Length;
    }

    private ReadOnlySpan<byte> Of(int row) => array is BinaryViewArray views ? views.GetBytes(row, out _) : ((LargeBinaryArray)array).GetBytes(row, out _);
}

/// <summary>Texts in UTF-16.</summary>
internal sealed class LetterTexts(ValuesOf<ReadOnlyMemory<char>> values, int[]? at) : ScatteredTexts
{
    protected override int Longest(int row) => 3 * Of(row).Length;

    protected override int Copy(int row, Span<byte> into)
    {
        Utf8.FromUtf16(Of(row), into, out _, out int length);
        return length;
    }

    private ReadOnlySpan<char> Of(int row) => at is null ? values()[row].Span : at[row] < 0 ? default : values()[at[row]].Span;
}

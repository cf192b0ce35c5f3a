using System.Buffers.Text;
using DriftWatch.Core.Input.Json;

namespace DriftWatch.Core.Input;

/// <summary>The text of an id that is written as a number: 17.0 is the id 17, in JSON and in a CSV file alike.</summary>
internal static class IdText
{
    /// <summary>From here on doubles skip integers: a number that went through one may be another's.</summary>
    private const double Exact = 1L << 53;

    /// <summary>The id of a JSON number, also of one written as 1.0 or 1e0; false if it is no integer, or too large to be told from its neighbors.</summary>
    public static bool TryNumber(ReadOnlySpan<byte> text, RecordFields fields, out ReadOnlySpan<byte> id)
    {
        id = text;
        if (WholeNumber.IsPlain(text)) return true;
        if (!NumberText.TryDouble(text, out double value) || !(Math.Abs(value) < Exact) || Math.Floor(value) != value) return false;
        Utf8Formatter.TryFormat((long)value, fields.Reserve(WholeNumber.MaxLength), out int length);
        id = fields.TextOf(default, fields.Kept(length, FieldKind.Text));
        return true;
    }

    /// <summary>The id of a cell: an integer that a table of numbers wrote with its point (<c>17.0</c>, <c>17.</c>) without it, all else as it stands.</summary>
    /// <remarks>Nothing says that a cell is a number, and <c>1e5</c> is an id in hexadecimal more often than a power of ten: it stays.</remarks>
    public static ReadOnlySpan<byte> OfCell(ReadOnlySpan<byte> text)
    {
        int point = text.Length > 1 && text[^1] is (byte)'0' or (byte)'.' ? text.IndexOf((byte)'.') : -1;
        if (point <= 0 || text[(point + 1)..].ContainsAnyExcept((byte)'0')) return text;
        var whole = text[..point];
        if (whole.SequenceEqual("-0"u8)) return "0"u8;
        return WholeNumber.IsPlain(whole) && NumberText.TryInteger(whole, out long value) && Math.Abs(value) < Exact ? whole : text;
    }
}

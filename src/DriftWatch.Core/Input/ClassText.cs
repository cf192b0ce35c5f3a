using System.Buffers.Text;
using System.Globalization;
using DriftWatch.Core.Input.Json;

namespace DriftWatch.Core.Input;

/// <summary>Brings the ways to write a class to one text: <c>1</c>, <c>1.0</c>, <c>"1"</c> and <c>true</c> are the class "1".</summary>
public static class ClassText
{
    /// <summary>Room that every canonical number needs at most.</summary>
    private const int MaxNumber = 32;

    /// <summary>The class that a field names, as text that lasts until <paramref name="fields"/> is cleared.</summary>
    /// <returns>False if the field can name no class: a structure, a number that is not finite, empty text.</returns>
    public static bool TryRead(ReadOnlySpan<byte> record, RecordFields fields, Field field, out ReadOnlySpan<byte> canonical)
    {
        var text = fields.TextOf(record, field);
        canonical = text;
        switch (field.Kind)
        {
            case FieldKind.Text:
                return text.Length > 0;
            case FieldKind.True:
                canonical = "1"u8;
                return true;
            case FieldKind.False:
                canonical = "0"u8;
                return true;
            case FieldKind.Number:
                return TryNumber(text, fields, out canonical);
            case FieldKind.Bare:
                if (System.Text.Ascii.EqualsIgnoreCase(text, "true"u8)) canonical = "1"u8;
                else if (System.Text.Ascii.EqualsIgnoreCase(text, "false"u8)) canonical = "0"u8;
                else if (text[0] is (byte)'-' or (>= (byte)'0' and <= (byte)'9') && TryNumber(text, fields, out var number)) canonical = number;
                return true;
            default:
                return false;
        }
    }

    /// <summary>The text of an integer, also of one written as 1.0 or 1e0; false if it is none, or too large to be told from its neighbors.</summary>
    internal static bool TryInteger(ReadOnlySpan<byte> text, RecordFields fields, out ReadOnlySpan<byte> canonical)
    {
        canonical = text;
        if (IsPlainInteger(text)) return true;
        if (!NumberText.TryDouble(text, out double value) || !(Math.Abs(value) < 1L << 53) || Math.Floor(value) != value) return false;
        Utf8Formatter.TryFormat((long)value, fields.Reserve(MaxNumber), out int length);
        canonical = fields.TextOf(default, fields.Kept(length, FieldKind.Text));
        return true;
    }

    /// <summary>A number's canonical text: that of its integer if it is one, the shortest that gives the same double if not.</summary>
    private static bool TryNumber(ReadOnlySpan<byte> text, RecordFields fields, out ReadOnlySpan<byte> canonical)
    {
        if (TryInteger(text, fields, out canonical)) return true;
        if (!NumberText.TryDouble(text, out double value) || !double.IsFinite(value)) return false;
        value.TryFormat(fields.Reserve(MaxNumber), out int length, provider: CultureInfo.InvariantCulture);
        canonical = fields.TextOf(default, fields.Kept(length, FieldKind.Text));
        return true;
    }

    /// <summary>Digits as one would write them: no leading zeros, no minus zero.</summary>
    private static bool IsPlainInteger(ReadOnlySpan<byte> text)
    {
        var digits = text.Length > 0 && text[0] == '-' ? text[1..] : text;
        if (digits.Length == 0 || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        return digits[0] != '0' || text.Length == 1;
    }
}

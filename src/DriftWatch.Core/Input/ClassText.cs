using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using DriftWatch.Core.Input.Json;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Input;

/// <summary>The one canonical form of a class, on whatever surface it stands: a label, a predicted class, a vector's key, a column, a setting, a query.</summary>
/// <remarks>
/// Outer blanks go. Booleans in any case are <c>1</c> and <c>0</c>; whole numbers in any spelling are their digits (<see cref="WholeNumber"/>). All else stays as it is
/// written: case, fractions, leading zeros. The table is in <c>docs/input.md</c>. Law: a canonical form is its own, and costs one look at its ends to be known as such.
/// </remarks>
public static class ClassText
{
    /// <summary>The canonical form of a class.</summary>
    public static string Canonical(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Span<byte> room = stackalloc byte[WholeNumber.MaxLength];
        return IsCanonical(utf8) ? text : Encoding.UTF8.GetString(Reduce(utf8, room));
    }

    /// <summary>The <see cref="ClassKey"/> of a class in any spelling.</summary>
    public static ulong KeyOf(string text) => ClassKey.Of(Canonical(text));

    /// <summary>The class that a field names, as text that lasts until <paramref name="fields"/> is cleared.</summary>
    /// <returns>False if the field can name no class: a structure, a number that is not finite, empty or blank text.</returns>
    public static bool TryRead(ReadOnlySpan<byte> record, RecordFields fields, Field field, out ReadOnlySpan<byte> canonical)
    {
        canonical = fields.TextOf(record, field);
        switch (field.Kind)
        {
            case FieldKind.True:
                canonical = "1"u8;
                return true;
            case FieldKind.False:
                canonical = "0"u8;
                return true;
            case FieldKind.Text or FieldKind.Bare:
                canonical = Canonical(canonical, fields);
                return canonical.Length > 0;
            case FieldKind.Number:
                return TryNumber(canonical, fields, out canonical);
            default:
                return false;
        }
    }

    /// <summary>The canonical form, as text that lasts until <paramref name="fields"/> is cleared.</summary>
    internal static ReadOnlySpan<byte> Canonical(ReadOnlySpan<byte> text, RecordFields fields) => IsCanonical(text) ? text : CanonicalOf(text, fields);

    /// <summary>The <see cref="ClassKey"/> of a class in any spelling.</summary>
    internal static ulong KeyOf(ReadOnlySpan<byte> text) => IsCanonical(text) ? ClassKey.Of(text) : ReducedKeyOf(text);

    /// <summary>A JSON number's canonical text: that of its integer if it is one, the shortest that gives the same double if not.</summary>
    private static bool TryNumber(ReadOnlySpan<byte> text, RecordFields fields, out ReadOnlySpan<byte> canonical)
    {
        canonical = text;
        if (WholeNumber.IsPlain(text)) return true;
        canonical = CanonicalOf(text, fields);
        if (WholeNumber.IsPlain(canonical)) return true;
        if (!NumberText.TryDouble(text, out double value) || !double.IsFinite(value)) return false;
        value.TryFormat(fields.Reserve(WholeNumber.MaxLength), out int length, provider: CultureInfo.InvariantCulture);
        canonical = fields.TextOf(default, fields.Kept(length, FieldKind.Text));
        return true;
    }

    /// <summary>Whether nothing has to be done, as far as the ends of the text and its length tell; digits are looked at one by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsCanonical(ReadOnlySpan<byte> text)
    {
        if (text.Length == 0) return true;
        byte first = text[0];
        if (first <= ' ' || text[^1] <= ' ') return false;
        if (first <= '9') return first is not ((byte)'+' or (byte)'-' or >= (byte)'0') || WholeNumber.IsPlain(text);
        return text.Length is not (4 or 5) || (first | 0x20) is not ('t' or 'f');
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ReadOnlySpan<byte> CanonicalOf(ReadOnlySpan<byte> text, RecordFields fields)
    {
        var room = fields.Reserve(WholeNumber.MaxLength);
        var canonical = Reduce(text, room);
        if (canonical.Overlaps(room)) fields.Kept(canonical.Length, FieldKind.Text);
        return canonical;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong ReducedKeyOf(ReadOnlySpan<byte> text)
    {
        Span<byte> room = stackalloc byte[WholeNumber.MaxLength];
        return ClassKey.Of(Reduce(text, room));
    }

    private static ReadOnlySpan<byte> Reduce(ReadOnlySpan<byte> text, Span<byte> room)
    {
        text = text.Trim(" \t\r\n\v\f"u8);
        if (Ascii.EqualsIgnoreCase(text, "true"u8)) return "1"u8;
        if (Ascii.EqualsIgnoreCase(text, "false"u8)) return "0"u8;
        return WholeNumber.TryWrite(text, room, out int length) ? room[..length] : text;
    }
}

using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using DriftWatch.Core.Input;
using DriftWatch.Core.Input.Columns;

namespace DriftWatch.Files;

/// <summary>Gives the value of one row as a field, as if it stood in a record; what is missing as <see cref="FieldKind.Absent"/>.</summary>
internal delegate Field FieldAt(int row, RecordFields into);

/// <summary>Where the items of one row's list are.</summary>
internal delegate Range ItemsAt(int row);

/// <summary>The values of a column over some rows.</summary>
/// <param name="Read">Each as a field.</param>
/// <param name="Number">Of a column of float64: the bare number, NaN where it is missing, so that probabilities need not go through text; null for all others.</param>
/// <param name="Items">Of a column of lists: where a row's items are in <paramref name="Read"/>; null for all others.</param>
/// <param name="Time">Of a column of times: epoch milliseconds, NaN where it is missing; null for all others.</param>
/// <param name="Plain">The same as they lie in memory, for whoever takes many rows at once; null: they are only read one by one.</param>
internal sealed record ColumnValues(FieldAt Read, Func<int, double>? Number = null, ItemsAt? Items = null, Func<int, double>? Time = null, PlainColumn? Plain = null);

/// <summary>Values with a type, written as a record would have them: the meaning of each is then the one of its text.</summary>
internal static class TypedValues
{
    /// <summary>Room that every number and time needs at most.</summary>
    private const int Longest = 64;

    public static Field Whole(RecordFields into, long value)
    {
        Span<byte> text = stackalloc byte[Longest];
        Utf8Formatter.TryFormat(value, text, out int length);
        return into.Keep(text[..length], FieldKind.Number);
    }

    public static Field Whole(RecordFields into, ulong value)
    {
        Span<byte> text = stackalloc byte[Longest];
        Utf8Formatter.TryFormat(value, text, out int length);
        return into.Keep(text[..length], FieldKind.Number);
    }

    /// <summary>The shortest decimal that gives the same number, so that a CSV of the same table gives the same bits: of a float32 too.</summary>
    public static Field Number<T>(RecordFields into, T value)
        where T : struct, IUtf8SpanFormattable
    {
        Span<byte> text = stackalloc byte[Longest];
        value.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
        // NaN stands for what is missing in many a table; a cell of a CSV file says it in the same word.
        return into.Keep(text[..length], text[length - 1] is >= (byte)'0' and <= (byte)'9' ? FieldKind.Number : FieldKind.Bare);
    }

    public static Field Flag(RecordFields into, bool value) => into.Keep(value ? "true"u8 : "false"u8, value ? FieldKind.True : FieldKind.False);

    /// <summary>Text as a cell of a CSV file has it: a column of strings may hold numbers.</summary>
    public static Field Text(RecordFields into, ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? default : into.Keep(utf8, FieldKind.Bare);

    public static Field Text(RecordFields into, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return default;
        const int Short = 128;
        if (text.Length > Short) return into.Keep(Encoding.UTF8.GetBytes(text.ToString()), FieldKind.Bare);
        Span<byte> utf8 = stackalloc byte[3 * Short];
        Utf8.FromUtf16(text, utf8, out _, out int length);
        return into.Keep(utf8[..length], FieldKind.Bare);
    }

    /// <summary>A time in ticks of 100 ns since 1970, UTC; outside of the years 1 to 9999 as their nearest end, which no reader takes.</summary>
    public static Field Time(RecordFields into, Int128 ticks)
    {
        var time = new DateTime((long)Int128.Clamp(DateTime.UnixEpoch.Ticks + ticks, 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc);
        Span<byte> text = stackalloc byte[Longest];
        time.TryFormat(text, out int length, "O", CultureInfo.InvariantCulture);
        return into.Keep(text[..length], FieldKind.Text);
    }
}

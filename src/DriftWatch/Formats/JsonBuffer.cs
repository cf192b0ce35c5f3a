using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Numerics;
using System.Text;

namespace DriftWatch.Formats;

/// <summary>JSON that is made of one value after the other, in memory that is used again; never longer than a bound.</summary>
/// <remarks>Law: what is written past the bound is left out, and <see cref="IsFull"/> says so.</remarks>
internal sealed class JsonBuffer(int most)
{
    /// <summary>Room that every number and time needs at most.</summary>
    private const int Longest = 64;

    /// <summary>Decimals of more digits are no numbers that anybody means.</summary>
    private const int MostDigits = 512;

    private static readonly SearchValues<byte> ToEscape = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(one => (byte)one), (byte)'"', (byte)'\\']);

    private byte[] _bytes = new byte[Math.Min(most, 1024)];
    private int _length;

    /// <summary>Whether there was more to write than is taken.</summary>
    public bool IsFull { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear() => (_length, IsFull) = (0, false);

    public void Raw(byte one)
    {
        if (Room(1)) _bytes[_length++] = one;
    }

    public void Raw(ReadOnlySpan<byte> text)
    {
        if (!Room(text.Length)) return;
        text.CopyTo(_bytes.AsSpan(_length));
        _length += text.Length;
    }

    /// <summary>Takes the last byte back.</summary>
    public void Back() => _length--;

    /// <summary>A string; bytes that are no UTF-8 stay what they are, for the reader to find.</summary>
    public void Text(ReadOnlySpan<byte> utf8)
    {
        Raw((byte)'"');
        while (utf8.IndexOfAny(ToEscape) is >= 0 and var at)
        {
            Raw(utf8[..at]);
            Escape(utf8[at]);
            utf8 = utf8[(at + 1)..];
        }

        Raw(utf8);
        Raw((byte)'"');
    }

    /// <summary>Bytes as a string: each is the character of its number, as Avro's JSON has them.</summary>
    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        Raw((byte)'"');
        foreach (byte one in bytes)
        {
            if (ToEscape.Contains(one)) Escape(one);
            else if (one < 0x80) Raw(one);
            else Raw([(byte)(0xC0 | (one >> 6)), (byte)(0x80 | (one & 0x3F))]);
        }

        Raw((byte)'"');
    }

    public void Whole(long value)
    {
        if (!Room(Longest)) return;
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(_length), out int written);
        _length += written;
    }

    public void Whole(ulong value)
    {
        if (!Room(Longest)) return;
        Utf8Formatter.TryFormat(value, _bytes.AsSpan(_length), out int written);
        _length += written;
    }

    /// <summary>The shortest decimal that gives the same number, of a float32 too; NaN and the infinities by their names.</summary>
    public void Number<T>(T value)
        where T : struct, IUtf8SpanFormattable
    {
        if (!Room(Longest)) return;
        value.TryFormat(_bytes.AsSpan(_length), out int written, default, CultureInfo.InvariantCulture);
        _length += written;
    }

    /// <summary>A whole number, as big as it may be, with its last digits behind the point.</summary>
    public void Decimal(BigInteger unscaled, int scale)
    {
        Span<char> letters = stackalloc char[MostDigits];
        Span<byte> digits = stackalloc byte[MostDigits];
        if (!BigInteger.Abs(unscaled).TryFormat(letters, out int length, default, CultureInfo.InvariantCulture))
        {
            IsFull = true;
            return;
        }

        Ascii.FromUtf16(letters[..length], digits, out _);
        if (unscaled.Sign < 0) Raw((byte)'-');
        if (length <= scale) Raw((byte)'0');
        else Raw(digits[..(length - scale)]);
        if (scale == 0) return;
        Raw((byte)'.');
        for (int zeros = scale - length; zeros > 0; zeros--) Raw((byte)'0');
        Raw(digits[Math.Max(0, length - scale)..length]);
    }

    /// <summary>A moment in ticks of 100 ns since 1970, UTC, as RFC 3339; outside of the years 1 to 9999 as their nearest end, which no reader takes.</summary>
    public void Time(Int128 ticks)
    {
        if (!Room(Longest)) return;
        var time = new DateTime((long)Int128.Clamp(DateTime.UnixEpoch.Ticks + ticks, 0, DateTime.MaxValue.Ticks), DateTimeKind.Utc);
        _bytes[_length++] = (byte)'"';
        time.TryFormat(_bytes.AsSpan(_length), out int written, "O", CultureInfo.InvariantCulture);
        _length += written;
        _bytes[_length++] = (byte)'"';
    }

    private void Escape(byte one)
    {
        if (one is (byte)'"' or (byte)'\\') Raw([(byte)'\\', one]);
        else Raw([.. "\\u00"u8, Digit(one >> 4), Digit(one & 0xF)]);

        static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
    }

    private bool Room(int length)
    {
        if (_bytes.Length - _length >= length) return true;
        if (most - _length < length) IsFull = true;
        else Array.Resize(ref _bytes, (int)Math.Min(most, Math.Max(2L * _bytes.Length, _length + length)));
        return !IsFull;
    }
}

using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace DriftWatch.Core.Input.Json;

/// <summary>The escapes of JSON strings.</summary>
internal static class JsonEscapes
{
    private static readonly SearchValues<byte> Hexadecimal = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <summary>Length of the escape at the start of <paramref name="text"/>; 0 if it is none.</summary>
    public static int Length(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2 || text[0] != '\\') return 0;
        if (text[1] != 'u') return @"""\/bfnrt"u8.Contains(text[1]) ? 2 : 0;
        return text.Length >= 6 && !text.Slice(2, 4).ContainsAnyExcept(Hexadecimal) ? 6 : 0;
    }

    /// <summary>Writes what a string with well-formed escapes means.</summary>
    /// <param name="text">The string between its quotes.</param>
    /// <param name="destination">At least as long as <paramref name="text"/>: no escape is shorter than what it means.</param>
    /// <param name="written">Bytes written.</param>
    /// <returns>False at a surrogate without its partner, which has no UTF-8.</returns>
    public static bool TryUnescape(ReadOnlySpan<byte> text, Span<byte> destination, out int written)
    {
        written = 0;
        for (int i = 0; i < text.Length;)
        {
            if (text[i] != '\\')
            {
                destination[written++] = text[i++];
            }
            else if (text[i + 1] != 'u')
            {
                destination[written++] = Short(text[i + 1]);
                i += 2;
            }
            else
            {
                int unit = Unit(text[(i + 2)..]);
                i += 6;
                var rune = default(Rune);
                bool isPair = char.IsHighSurrogate((char)unit) && i < text.Length && Length(text[i..]) == 6 &&
                    Rune.TryCreate((char)unit, (char)Unit(text[(i + 2)..]), out rune);
                if (isPair) i += 6;
                else if (!Rune.TryCreate(unit, out rune)) return false;
                written += rune.EncodeToUtf8(destination[written..]);
            }
        }

        return true;
    }

    private static int Unit(ReadOnlySpan<byte> digits) => Utf8Parser.TryParse(digits[..4], out int unit, out _, 'x') ? unit : 0;

    private static byte Short(byte letter) => letter switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => letter,
    };
}

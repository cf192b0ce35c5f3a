using System.Buffers.Text;
using System.Text;

namespace DriftWatch.Core.Input;

/// <summary>What an id looks like, without what it says: <c>digits</c>, <c>letters-digits</c>, <c>a UUID</c>. Fit for logs and pages.</summary>
/// <remarks>
/// Every run of ASCII letters and digits becomes one token, whatever its length; what stands between them stays, up to sixteen tokens. So two sides of a join
/// that name the same things have the same shape, and a prefix, another case or a fraction shows.
/// </remarks>
public readonly record struct IdShape(UInt128 Tokens)
{
    private const int Most = 16;
    private const byte Digits = 0x80, Lower = 0x81, Upper = 0x82, BothCases = 0x83, Mixed = 0x84, Uuid = 0x85, NotAscii = 0x86, More = 0x87;

    public static IdShape Of(ReadOnlySpan<byte> id)
    {
        if (id.Length == 36 && Utf8Parser.TryParse(id, out Guid _, out int read, 'D') && read == id.Length) return new(Uuid);
        UInt128 tokens = 0;
        int count = 0;
        for (int i = 0; i < id.Length; count++)
        {
            byte token = count == Most - 1 ? More : TokenAt(id, ref i);
            tokens = (tokens << 8) | token;
            if (token == More) break;
        }

        return new(tokens);
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        for (int shift = 8 * (Most - 1); shift >= 0; shift -= 8)
        {
            byte token = (byte)(Tokens >> shift);
            if (token != 0) text.Append(Word(token));
        }

        return text.Length == 0 ? "nothing" : text.ToString();
    }

    private static byte TokenAt(ReadOnlySpan<byte> id, ref int i)
    {
        byte first = id[i];
        if (!char.IsAsciiLetterOrDigit((char)first))
        {
            i++;
            return first is >= 0x20 and < 0x7F ? first : NotAscii;
        }

        bool digits = false, lower = false, upper = false;
        for (; i < id.Length && char.IsAsciiLetterOrDigit((char)id[i]); i++)
        {
            if (char.IsAsciiDigit((char)id[i])) digits = true;
            else if (char.IsAsciiLetterLower((char)id[i])) lower = true;
            else upper = true;
        }

        return digits ? lower || upper ? Mixed : Digits : lower && upper ? BothCases : lower ? Lower : Upper;
    }

    private static string Word(byte token) => token switch
    {
        Digits => "digits",
        Lower => "letters",
        Upper => "CAPITALS",
        BothCases => "Letters",
        Mixed => "alphanumeric",
        Uuid => "a UUID",
        NotAscii => "?",
        More => "…",
        (byte)' ' => "␠",
        _ => ((char)token).ToString(),
    };
}

namespace DriftWatch.Core.Input;

/// <summary>Whole numbers out of text in any spelling: <c>1</c>, <c>1.0</c>, <c>1.</c>, <c>+1</c>, <c>1e0</c> and <c>10E-1</c> are "1".</summary>
/// <remarks>Exact: digits are moved, no double stands in between. A number with a leading zero (<c>01</c>) is none: it is a code more often than a count.</remarks>
internal static class WholeNumber
{
    /// <summary>The longest that is written out; a longer one is none.</summary>
    public const int MaxLength = 32;

    /// <summary>Digits as one would write them: no leading zeros, no plus, no minus zero.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> text)
    {
        var digits = text.Length > 0 && text[0] == '-' ? text[1..] : text;
        if (digits.Length == 0 || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return false;
        return digits[0] != '0' || text.Length == 1;
    }

    /// <summary>Writes it plainly; false if the text is no whole number, or one of more than <see cref="MaxLength"/> digits.</summary>
    /// <param name="text">The text, without blanks.</param>
    /// <param name="into">Room for <see cref="MaxLength"/> bytes.</param>
    /// <param name="length">How many were written.</param>
    public static bool TryWrite(ReadOnlySpan<byte> text, Span<byte> into, out int length)
    {
        length = 0;
        if (!TrySplit(text, out var whole, out var fraction, out int exponent)) return false;
        int digits = whole.Length + fraction.Length;
        int point = whole.Length + exponent;
        bool started = false;
        for (int i = 0; i < Math.Max(digits, started ? point : 0); i++)
        {
            byte digit = i < whole.Length ? whole[i] : i < digits ? fraction[i - whole.Length] : (byte)'0';
            if (i >= point && digit != '0') return false;
            if (i >= point || (!started && digit == '0')) continue;
            if (!started && text[0] == '-') into[length++] = (byte)'-';
            started = true;
            if (length == MaxLength) return false;
            into[length++] = digit;
        }

        if (!started) into[length++] = (byte)'0';
        return true;
    }

    // [+-] (0 | 1-9 digits) [. digits] [e [+-] digits]
    private static bool TrySplit(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> whole, out ReadOnlySpan<byte> fraction, out int exponent)
    {
        fraction = default;
        exponent = 0;
        int at = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        whole = Digits(text, ref at);
        if (whole.Length == 0 || (whole.Length > 1 && whole[0] == '0')) return false;
        if (at < text.Length && text[at] == '.')
        {
            at++;
            fraction = Digits(text, ref at);
        }

        if (at == text.Length) return true;
        if ((text[at++] | 0x20) != 'e') return false;
        bool less = at < text.Length && text[at] == '-';
        if (at < text.Length && text[at] is (byte)'-' or (byte)'+') at++;
        var power = Digits(text, ref at);
        if (power.Length is 0 or > 4 || at != text.Length) return false;
        foreach (byte digit in power) exponent = (exponent * 10) + digit - '0';
        if (less) exponent = -exponent;
        return true;
    }

    private static ReadOnlySpan<byte> Digits(ReadOnlySpan<byte> text, scoped ref int at)
    {
        int start = at;
        while (at < text.Length && (uint)text[at] - '0' <= 9) at++;
        return text[start..at];
    }
}

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
        if (!DecimalText.TrySplit(text, out var whole, out var fraction, out int exponent)) return false;
        if (whole.Length > 1 && whole[0] == '0') return false;
        int digits = whole.Length + fraction.Length;
        int point = whole.Length + exponent;
        bool started = false;
        for (int i = 0; i < digits || (i < point && started); i++)
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
}

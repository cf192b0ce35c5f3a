namespace DriftWatch.Core.Input;

/// <summary>A decimal number out of text, taken apart into its digits and its power of ten: no double stands in between.</summary>
internal static class DecimalText
{
    /// <summary><c>[+-] digits [. [digits]] [e [+-] digits]</c>, with a power of at most four digits.</summary>
    /// <param name="text">The text, without blanks.</param>
    /// <param name="whole">The digits before the point, at least one.</param>
    /// <param name="fraction">The digits behind it.</param>
    /// <param name="exponent">The power.</param>
    public static bool TrySplit(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> whole, out ReadOnlySpan<byte> fraction, out int exponent)
    {
        int at = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        whole = Digits(text, ref at);
        fraction = default;
        exponent = 0;
        if (whole.Length == 0) return false;
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

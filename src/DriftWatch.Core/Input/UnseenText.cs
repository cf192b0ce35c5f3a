using System.Globalization;
using System.Text;

namespace DriftWatch.Core.Input;

/// <summary>Characters that are not seen but do something: controls, which a terminal obeys, and format characters, which turn text round or make two names look alike.</summary>
/// <remarks>
/// By Unicode's categories: controls (Cc), format characters (Cf: marks and overrides of direction, zero width, soft hyphens, tags), line and paragraph separators (Zl, Zp).
/// Names are refused with any of them; text that is only data, such as the value of a slice, is kept as it is and shown without them. Letters that look like other letters are not told apart.
/// </remarks>
public static class UnseenText
{
    private const char Shown = '?';
    private const int NonJoiner = 0x200C, Joiner = 0x200D;

    /// <summary>What to say to someone whose name has one.</summary>
    public const string NameExpected = "a name without control or invisible characters";

    /// <summary>Whether a name has one. Half a surrogate pair is none.</summary>
    public static bool IsIn(string name)
    {
        foreach (var rune in name.EnumerateRunes())
        {
            if (IsUnseen(rune)) return true;
        }

        return false;
    }

    /// <summary>Text of others as it may stand in a log, on a terminal and in a tag: each becomes a question mark, but for the joiners, which words and emoji are spelled with.</summary>
    /// <returns>The same string where there is nothing to hide.</returns>
    public static string Show(string text)
    {
        if (!IsIn(text)) return text;
        var shown = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsUnseen(rune) && rune.Value is not (NonJoiner or Joiner)) shown.Append(Shown);
            else shown.Append(rune.ToString());
        }

        return shown.ToString();
    }

    private static bool IsUnseen(Rune rune) =>
        rune.Value is not (>= ' ' and <= '~')
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}

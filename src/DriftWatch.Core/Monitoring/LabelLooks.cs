using DriftWatch.Core.Input;

namespace DriftWatch.Core.Monitoring;

/// <summary>Tells by its letters whether a label is most likely the positive one in another spelling, or no label at all.</summary>
/// <remarks>
/// Alike are: two words for yes; two texts with the same letters and digits in the same order, whatever their case and what stands between; and words that a slip of the
/// hand parts (one letter of four and more, two of eight and more: changed, left out, put in, or exchanged with its neighbor). Not alike are texts whose numbers or
/// single letters differ (<c>class_a</c>, <c>class_b</c>), and those of which one is the other with something in front, for that is how one says no (<c>typical</c>, <c>atypical</c>).
/// </remarks>
internal static class LabelLooks
{
    private static readonly HashSet<string> Yes = ["1", "yes", "y", "t", "on", "positive", "pos"];

    public static LabelLook Of(string positive, string label) =>
        MissingWords.Usual.Contains(label) ? LabelLook.Missing : AreAlike(positive, label) ? LabelLook.Positive : LabelLook.Plain;

    private static bool AreAlike(string positive, string label)
    {
        bool oneIsNumber = IsNumber(positive), otherIsNumber = IsNumber(label);
        if (Yes.Contains(positive.ToLowerInvariant()) && Yes.Contains(label.ToLowerInvariant())) return !(oneIsNumber && otherIsNumber);
        if (oneIsNumber || otherIsNumber) return false;
        List<string> one = Tokens(positive), other = Tokens(label);
        string a = string.Concat(one), b = string.Concat(other);
        if (a.Length == 0 || b.Length == 0) return false;
        if (a == b) return true;
        if (!one.Where(IsMark).SequenceEqual(other.Where(IsMark))) return false;
        if (a.EndsWith(b, StringComparison.Ordinal) || b.EndsWith(a, StringComparison.Ordinal)) return false;
        int most = Math.Min(a.Length, b.Length) switch { >= 8 => 2, >= 4 => 1, _ => 0 };
        return most > 0 && Slips(a, b) <= most;
    }

    private static bool IsNumber(string text) => double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _);

    /// <summary>A number or a single letter: what tells names of a series apart.</summary>
    private static bool IsMark(string token) => token.Length == 1 || char.IsDigit(token[0]);

    /// <summary>Runs of letters and runs of digits, in lower case.</summary>
    private static List<string> Tokens(string text)
    {
        List<string> tokens = [];
        for (int at = 0; at < text.Length;)
        {
            int start = at;
            Func<char, bool> belongs = char.IsDigit(text[at]) ? char.IsDigit : char.IsLetter;
            while (at < text.Length && belongs(text[at])) at++;
            if (at > start) tokens.Add(text[start..at].ToLowerInvariant());
            else at++;
        }

        return tokens;
    }

    /// <summary>How many slips part two words (optimal string alignment).</summary>
    private static int Slips(string a, string b)
    {
        int[,] slips = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) slips[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) slips[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int changed = slips[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                slips[i, j] = Math.Min(changed, 1 + Math.Min(slips[i - 1, j], slips[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) slips[i, j] = Math.Min(slips[i, j], slips[i - 2, j - 2] + 1);
            }
        }

        return slips[a.Length, b.Length];
    }
}

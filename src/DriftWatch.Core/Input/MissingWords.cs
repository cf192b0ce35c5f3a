using System.Text;

namespace DriftWatch.Core.Input;

/// <summary>The words that mean "no value" in a format that has no null of its own, as CSV.</summary>
/// <remarks>Compared to the byte: <c>None</c> is missing, and <c>none</c> may be a class.</remarks>
public sealed class MissingWords
{
    private readonly byte[][] _words;
    private readonly bool[] _first = new bool[256];

    public MissingWords(IEnumerable<string> words)
    {
        _words = [.. words.Select(Encoding.UTF8.GetBytes)];
        foreach (byte[] word in _words) _first[word.Length > 0 ? word[0] : 0] = true;
    }

    /// <summary>What pandas, R, databases and spreadsheets write.</summary>
    public static IReadOnlyList<string> Usual { get; } = ["nan", "NaN", "NAN", "None", "NULL", "null", "NA", "N/A", "n/a", "<NA>", "#N/A"];

    /// <summary>Whether a text means that there is none.</summary>
    public bool Contains(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return true;
        if (!_first[text[0]]) return false;
        foreach (byte[] word in _words)
        {
            if (text.SequenceEqual(word)) return true;
        }

        return false;
    }
}

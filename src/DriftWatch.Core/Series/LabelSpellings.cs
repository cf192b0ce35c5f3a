using System.Text;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Series;

/// <summary>The texts of the classes that labels named lately: a label that waits is a key, and somebody may want to read it.</summary>
/// <remarks>Bounded: the first that come are kept. One thread's; costs a look at a key for what came a moment ago.</remarks>
public sealed class LabelSpellings : IKeepsState
{
    private const int Most = 512;
    private const int MostLetters = 40;
    private const int Places = 64;

    private readonly Dictionary<ulong, string> _texts = [];
    private readonly ulong[] _recent = new ulong[Places];

    /// <summary>Remembers a class by its <see cref="ClassKey"/>.</summary>
    public void Note(ulong key, ReadOnlySpan<byte> canonical)
    {
        ref ulong recent = ref _recent[key % Places];
        if (recent == key) return;
        recent = key;
        if (_texts.Count < Most && !_texts.ContainsKey(key)) _texts.Add(key, Shown(canonical));
    }

    /// <summary>The text of a class; null if it is not known.</summary>
    public string? Find(ulong key) => _texts.GetValueOrDefault(key);

    /// <summary>A class as it may stand in a log and on a page: cut, and without control characters.</summary>
    public static string Shown(ReadOnlySpan<byte> utf8)
    {
        string text = Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, 4 * MostLetters)]);
        var shown = new StringBuilder(MostLetters);
        foreach (char letter in text.Take(MostLetters)) shown.Append(char.IsControl(letter) ? '?' : letter);
        return text.Length > MostLetters ? shown.Append('…').ToString() : shown.ToString();
    }

    public void Exchange(StateExchange state)
    {
        List<KeyValuePair<ulong, string>> all = [.. _texts];
        state.Exchange(all, static (StateExchange each, ref KeyValuePair<ulong, string> one) =>
        {
            ulong key = one.Key;
            each.Exchange(ref key);
            one = new(key, each.KeptText(one.Value));
        });
        if (!state.IsReading) return;
        foreach (var (key, text) in all.Take(Most)) _texts.TryAdd(key, text);
    }
}

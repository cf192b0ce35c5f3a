using System.Text;

namespace DriftWatch.Core.Series;

/// <summary>The sources that any model knows, by number: a label is read before it is known which models it is for.</summary>
/// <remarks>Numbers mean something in one process only; what is kept is kept by name. One thread's.</remarks>
public sealed class SourceNames
{
    /// <summary>Of a label that names no source.</summary>
    public const int Unstated = 0;

    /// <summary>Of a label that names one which no model knows.</summary>
    public const int Unknown = 1;

    /// <summary>Names that nobody knows and that are remembered, to be shown.</summary>
    public const int MostUnknown = 8;

    private readonly Dictionary<string, int> _numbers;
    private readonly List<string> _unknown = [];

    private SourceNames(string[] names)
    {
        Names = names;
        _numbers = names.Select((name, place) => (name, place)).ToDictionary(one => one.name, one => one.place + Unknown + 1);
    }

    /// <summary>The names, from number 2 on.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The first names that came and that no model knows, as they may stand on a page.</summary>
    public IReadOnlyList<string> UnknownNames => _unknown;

    /// <summary>All that the models know; null: none knows any, and nobody asks what labels say.</summary>
    public static SourceNames? Of(SeriesOptions options)
    {
        string[] names = [.. options.Policies.SelectMany(policy => policy.Join.Sources).Select(source => source.Name).Distinct().Order(StringComparer.Ordinal)];
        return names.Length == 0 ? null : new(names);
    }

    /// <summary>The number of a name as it stands in a record.</summary>
    /// <param name="name">UTF-8, at most <see cref="Input.ReadLimits.MaxNameBytes"/>; empty: none is named.</param>
    public int NumberOf(ReadOnlySpan<byte> name)
    {
        if (name.Length == 0) return Unstated;
        Span<char> letters = stackalloc char[name.Length];
        letters = letters[..Encoding.UTF8.GetChars(name, letters)];
        if (_numbers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(letters, out int number)) return number;
        if (_unknown.Count < MostUnknown && LabelSpellings.Shown(name) is var shown && !_unknown.Contains(shown)) _unknown.Add(shown);
        return Unknown;
    }

    /// <summary>The number of a name; of one that is not known any more, <see cref="Unknown"/>.</summary>
    public int NumberOf(string name) => _numbers.GetValueOrDefault(name, Unknown);

    /// <summary>How much each source counts for a model, by number: its place among the model's own, those that it does not know behind all; null: the model does not ask.</summary>
    public byte[]? RanksOf(JoinRule rule)
    {
        if (rule.Sources.Count == 0) return null;
        byte[] ranks = new byte[Names.Count + Unknown + 1];
        Array.Fill(ranks, (byte)rule.Sources.Count);
        for (int place = 0; place < rule.Sources.Count; place++) ranks[NumberOf(rule.Sources[place].Name)] = (byte)place;
        return ranks;
    }
}

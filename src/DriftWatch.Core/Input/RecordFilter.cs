using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace DriftWatch.Core.Input;

/// <summary>One condition that a record has to meet to be read at all: <c>header:ce_type = response</c>, <c>/status != shadow|test</c>.</summary>
/// <remarks>Values are compared by their bytes, those of JSON as they are written; one that ends with <c>*</c> stands for all that begin so. What is not there equals nothing.</remarks>
public sealed partial record RecordFilter
{
    /// <summary>Where among a record's fields that is kept which a filter of a mapping looks at.</summary>
    public static FieldName SlotOf(int filter) => (FieldName)(FieldCatalogue.All.Count + filter);

    /// <summary>Most conditions of one mapping.</summary>
    public const int Most = 8;

    /// <summary>What a condition looks like, for messages.</summary>
    public const string Expected = "a condition such as \"header:ce_type = response\" or \"/status != shadow|test\": a place, = or !=, and values with | between them";

    private readonly string _written;
    private readonly bool _negated;
    private readonly (byte[] Text, bool IsPrefix)[] _values;

    private RecordFilter(string written, FieldPlace place, bool negated, IEnumerable<string> values)
    {
        (_written, Place, _negated) = (written, place, negated);
        _values = [.. values.Select(value => value.EndsWith('*') ? (Encoding.UTF8.GetBytes(value[..^1]), true) : (Encoding.UTF8.GetBytes(value), false))];
    }

    /// <summary>Where the value is that is compared.</summary>
    public FieldPlace Place { get; }

    /// <summary>Reads a condition.</summary>
    /// <param name="text">As it is written.</param>
    /// <param name="filter">The condition.</param>
    /// <param name="error">What is wrong with it and how to mend it.</param>
    public static bool TryParse(string text, out RecordFilter? filter, out string? error)
    {
        (filter, error) = (null, $"expected {Expected}");
        var parts = Condition().Match(text);
        if (!parts.Success) return false;
        if (!FieldPlace.TryParse(parts.Groups["place"].Value, out var place, out error)) return false;
        filter = new RecordFilter(text.Trim(), place, parts.Groups["sign"].Value == "!=", parts.Groups["values"].Value.Split('|').Select(value => value.Trim()));
        return true;
    }

    /// <summary>Reads a condition that has been checked.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static RecordFilter Of(string text) => TryParse(text, out var filter, out string? error) ? filter! : throw new ArgumentException(error);

    /// <summary>Whether a record with this value is read.</summary>
    /// <param name="value">The value; empty: there is none.</param>
    public bool Passes(ReadOnlySpan<byte> value)
    {
        if (value.Length == 0) return _negated;
        foreach (var (text, isPrefix) in _values)
        {
            if (isPrefix ? value.StartsWith(text) : value.SequenceEqual(text)) return !_negated;
        }

        return _negated;
    }

    public bool Equals(RecordFilter? other) => other is not null && _written == other._written;

    public override int GetHashCode() => _written.GetHashCode(StringComparison.Ordinal);

    /// <returns>The condition as it was written.</returns>
    public override string ToString() => _written;

    [GeneratedRegex(@"^\s*(?<place>\S+)\s+(?<sign>=|!=)\s+(?<values>[^|]*[^|\s][^|]*(\|[^|]*[^|\s][^|]*)*)\z")]
    private static partial Regex Condition();
}

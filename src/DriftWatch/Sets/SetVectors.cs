using System.Globalization;

namespace DriftWatch.Sets;

/// <summary>Whether the rows of a set have probabilities of all classes, and of which.</summary>
/// <param name="Classes">Names of the classes, in the order of the rows' vectors; null: the rows have none.</param>
/// <param name="Lack">Why they have none, in words; null where they do, or where nobody expects any.</param>
internal sealed record SetVectors(IReadOnlyList<string>? Classes, string? Lack)
{
    /// <summary>Of a binary model nobody expects any: the claim says it all.</summary>
    public static readonly SetVectors Unasked = new(null, null);

    /// <summary>Order of classes: by number where all are whole numbers, as the places of an array are; else by name. So it does not depend on which came first.</summary>
    public static IReadOnlyList<string> InOrder(IEnumerable<string> names)
    {
        List<string> all = [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return all.TrueForAll(name => long.TryParse(name, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)) ? [.. all.OrderBy(name => long.Parse(name, CultureInfo.InvariantCulture))] : all;
    }
}

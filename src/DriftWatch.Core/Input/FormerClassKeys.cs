using System.Collections.Frozen;
using System.Globalization;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Input;

/// <summary>Keys of classes as states hold them that were stored before classes had one canonical form, each with the key that records bring now.</summary>
/// <remarks>
/// A key does not tell its text, so the spellings are tried that JSON text kept as it stood: booleans, and whole numbers up to a thousand with <c>.0</c>. Others
/// (blanks around a class) stay what they were until what waits has passed. Canonical keys are their own, so a newer state is read the same way.
/// </remarks>
internal static class FormerClassKeys
{
    private const int MostClasses = 1000;

    private static readonly FrozenDictionary<ulong, ulong> Canonical = Spellings().ToFrozenDictionary(ClassKey.Of, ClassText.KeyOf);

    public static ulong CanonicalOf(ulong key) => Canonical.GetValueOrDefault(key, key);

    private static IEnumerable<string> Spellings() =>
    [
        "true", "True", "TRUE", "false", "False", "FALSE", "-1.0",
        .. Enumerable.Range(0, MostClasses).Select(number => string.Create(CultureInfo.InvariantCulture, $"{number}.0")),
    ];
}

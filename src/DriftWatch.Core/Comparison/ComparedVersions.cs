using System.Globalization;

namespace DriftWatch.Core.Comparison;

/// <summary>Which of two versions of a model is the candidate, if they are compared at all.</summary>
public static class ComparedVersions
{
    /// <summary>Stands between a version and the revision of the calibration map that was put behind it.</summary>
    public const string MapMark = "+cal.";

    /// <summary>The version that a map was put behind; null: the version is none that a map made.</summary>
    public static string? BaseOf(string version)
    {
        int mark = version.LastIndexOf(MapMark, StringComparison.Ordinal);
        var revision = mark < 0 ? default : version.AsSpan(mark + MapMark.Length);
        return mark > 0 && revision.Length > 0 && !revision.ContainsAnyExceptInRange('0', '9') ? version[..mark] : null;
    }

    /// <summary>The version that a map makes of another.</summary>
    public static string OfMap(string version, int revision) => string.Create(CultureInfo.InvariantCulture, $"{version}{MapMark}{revision}");

    /// <summary>Says which is which.</summary>
    /// <param name="one">A version.</param>
    /// <param name="other">Another version of the same model.</param>
    /// <param name="options">Which one is current, if any.</param>
    /// <param name="isCandidate">Whether <paramref name="one"/> is the candidate, and <paramref name="other"/> what it is compared with.</param>
    /// <returns>Whether they are compared.</returns>
    public static bool Compares(string one, string other, CompareOptions options, out bool isCandidate)
    {
        isCandidate = BaseOf(one) == other || options.Current == other;
        return isCandidate || BaseOf(other) == one || options.Current == one;
    }
}

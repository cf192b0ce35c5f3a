using DriftWatch.Core.Time;

namespace DriftWatch.Recalibrating;

/// <summary>How long sets and maps are kept.</summary>
/// <param name="Keep">What is younger stays.</param>
/// <param name="MaxBytes">Of all sets of a place together: past it the oldest go, however young.</param>
internal sealed record RetentionTerms(TimeSpan Keep, long MaxBytes);

/// <summary>A calibration set where it lies.</summary>
/// <param name="File">Its file.</param>
/// <param name="Checksum">Its SHA-256, which is its name.</param>
internal readonly record struct StoredSet(StoredFile File, string Checksum);

/// <summary>Something to take away.</summary>
/// <param name="What">What.</param>
/// <param name="Why">By which rule, in words.</param>
internal readonly record struct Removal<T>(T What, string Why);

/// <summary>Which sets and maps retention takes.</summary>
/// <remarks>
/// A set that is named (by a current map, or by the decision on an episode that is open) stays, whatever its age and size. Of the others those older than <see cref="RetentionTerms.Keep"/> go, then the oldest until all that is
/// left fits <see cref="RetentionTerms.MaxBytes"/>. Of a series' maps the current one and the one before it stay, to go back to; of the others those go that are older.
/// </remarks>
internal static class RetentionPolicy
{
    public static IReadOnlyList<Removal<StoredSet>> OfSets(IReadOnlyCollection<StoredSet> sets, IReadOnlySet<string> named, RetentionTerms terms, DateTimeOffset now)
    {
        List<Removal<StoredSet>> removals = [];
        long left = sets.Sum(set => set.File.Bytes);
        string limit = $"all sets together were {left} bytes, recalibration.maxSetMegabytes is {terms.MaxBytes >> 20}";
        // Of one age by name, so that two looks agree.
        foreach (var set in sets.Where(set => !named.Contains(set.Checksum)).OrderBy(set => set.File.Written).ThenBy(set => set.Checksum, StringComparer.Ordinal))
        {
            bool isOld = now - set.File.Written > terms.Keep;
            if (!isOld && left <= terms.MaxBytes) break;
            removals.Add(new(set, isOld ? TooOld(terms) : limit));
            left -= set.File.Bytes;
        }

        return removals;
    }

    /// <param name="maps">Of one series.</param>
    /// <param name="current">Name of the one in place; null: none is.</param>
    /// <param name="terms">How long they are kept.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<Removal<StoredMap>> OfMaps(IReadOnlyCollection<StoredMap> maps, string? current, RetentionTerms terms, DateTimeOffset now)
    {
        int? revision = maps.Where(map => map.Name == current).Select(map => (int?)map.Revision).FirstOrDefault();
        int? before = maps.Where(map => map.Revision < revision).Max(map => (int?)map.Revision);
        return [.. maps.Where(map => map.Name != current && (before is null || map.Revision != before) && now - map.Written > terms.Keep).Select(map => new Removal<StoredMap>(map, TooOld(terms)))];
    }

    private static string TooOld(RetentionTerms terms) => $"older than recalibration.keep, {Durations.Format(terms.Keep)}";
}

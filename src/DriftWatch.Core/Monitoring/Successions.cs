using DriftWatch.Core.Comparison;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>Which versions have gone: they had no predictions for a while, and a newer version of their model has them, or one that came back.</summary>
/// <remarks>Told from panes that event time has passed, so it is the same whichever record came first.</remarks>
internal sealed class Successions
{
    private readonly Dictionary<string, List<SeriesMonitor>> _versions = [];

    /// <summary>Takes note of a series, if it is the whole traffic of a version.</summary>
    public void Add(SeriesMonitor series)
    {
        if (!series.Key.IsWhole) return;
        if (!_versions.TryGetValue(series.Key.Model, out var versions)) _versions.Add(series.Key.Model, versions = []);
        versions.Add(series);
    }

    /// <summary>That the version of a series has gone; null: it goes on.</summary>
    public Finding? Of(SeriesMonitor series) => _versions.GetValueOrDefault(series.Key.Model)?.Find(one => one.Key.Version == series.Key.Version)?.Superseded;

    /// <summary>The versions that have gone since the last look.</summary>
    public IEnumerable<SeriesMonitor> Look(EventTime watermark)
    {
        foreach (var versions in _versions.Values)
        {
            if (versions.Count < 2) continue;
            foreach (var one in versions)
            {
                if (one.Succession is not null || one.LastPane is not { } last || last + one.SupersededAfter > watermark || Newer(versions, one, last, watermark) is not var (came, version)) continue;
                one.Succession = new(EventTime.Max(last + one.SupersededAfter, came), version);
                yield return one;
            }
        }
    }

    /// <summary>The newer version that came first, and when. Of versions that maps of the same claims answer under, and those claims themselves, each that has predictions: where a map is rolled back, the one before is older.</summary>
    private static (EventTime Came, string Version)? Newer(List<SeriesMonitor> versions, SeriesMonitor than, EventTime last, EventTime watermark)
    {
        (EventTime Came, string Version)? first = null;
        foreach (var other in versions)
        {
            if (!(other.LastPane > last) || other == than || (other.FirstPrediction <= than.FirstPrediction && other.Began <= than.Began && !OfSameClaims(other, than))) continue;
            // A pane that is not held any more is longer ago than anybody waits.
            var found = (other.FirstPane(last, watermark) ?? last, other.Key.Version);
            if (first is not { } known || found.CompareTo(known) < 0) first = found;
        }

        return first;

        static bool OfSameClaims(SeriesMonitor one, SeriesMonitor other) => Claims(one) == Claims(other);

        static string Claims(SeriesMonitor one) => ComparedVersions.BaseOf(one.Key.Version) ?? one.Key.Version;
    }
}

/// <summary>That another version has come in place of one.</summary>
/// <param name="At">When it was known.</param>
/// <param name="By">Which.</param>
internal readonly record struct Succession(EventTime At, string By);

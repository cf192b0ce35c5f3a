using DriftWatch.Core.Comparison;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <content>Versions that a calibration map answers under, <c>V+cal.N</c>, where nothing compares them with <c>V</c>.</content>
public sealed partial class CalibrationMonitor
{
    private static readonly TimeSpan InUseWithin = TimeSpan.FromDays(1);

    /// <summary>What the newest findings say of claims that a map was put in place of: they stay as wrong as they are, whatever the map does.</summary>
    /// <remarks>The map's own series is judged as every series is. A fix that was answered for is refuted, or not, by what comes under its version.</remarks>
    private void MindMaps(int newest)
    {
        for (int i = newest; i < _findings.Count; i++)
        {
            var (finding, series) = _findings[i];
            if (finding.IsMapped || finding.Kind is not (FindingKind.Continues or FindingKind.Overdue or FindingKind.Drift) || Options.For(series.Key.Model).Compare.Enabled) continue;
            // The whole's map is that of its parts; what they were answered themselves comes first.
            var fixedOne = IsFixed(series) || series.Key.IsWhole ? series : _known.Series.Find(one => one.Key.IsWhole && one.Key.Model == series.Key.Model && one.Key.Version == series.Key.Version) ?? series;
            if (!IsFixed(fixedOne) || (fixedOne != series && finding.Kind != FindingKind.Drift)) continue;
            var (episode, answer) = (fixedOne.Episode!, fixedOne.Episode!.Answer!);
            var mapped = finding.Kind switch
            {
                FindingKind.Continues => MapOf(series, answer.Said.Fix?.Revision, answer.At, finding.Until),
                FindingKind.Overdue when MapOf(series, answer.Said.Fix?.Revision, answer.At, finding.Until) is { } map && map.MatureLabeled >= episode.PredictionsToFire => map,
                // Decisions of this move of event time are taken at its end.
                FindingKind.Drift when episode.Recovered is not null || _findings.Exists(one => one.Of == fixedOne && one.Finding is { Kind: FindingKind.Overdue, IsMapped: true }) => MapOf(series, null, EventTime.Max(answer.At, finding.Until - InUseWithin), finding.Until),
                _ => null,
            };
            if (mapped is null) continue;
            // As much as the drift took to be found was looked at, and none was.
            var report = new FixReport(FixStanding.Recovered, finding.Decided, answer.At, finding.Until) { Method = FixReport.OfMap, Compared = mapped.MatureLabeled };
            _findings[i] = (finding with { IsMapped = true, Successor = mapped.Key.Version, Fix = finding.Kind == FindingKind.Overdue ? report : null }, series);
        }
    }

    /// <summary>The time of a fix is over, and the map that answers in its place has had as many labels as the drift took.</summary>
    private void EndProof(in Finding finding, SeriesMonitor series)
    {
        string map = finding.Successor!;
        if (_known.Series.Exists(one => one.Related is not null && one.Key == series.Key with { Version = map }))
        {
            Apply(finding with { IsMapped = false }, series);
            return;
        }

        Apply(finding, series);
        if (!series.Key.IsWhole) return;
        // Nobody uses the claims of its parts as they are either.
        var over = new Finding(FindingKind.Superseded, finding.Decided, finding.Until, finding.Until) { Successor = map, IsMapped = true };
        foreach (var part in _known.Series)
        {
            if (!part.Key.IsWhole && part.Key.Model == series.Key.Model && part.Key.Version == series.Key.Version) Apply(over, part);
        }
    }

    private static bool IsFixed(SeriesMonitor series) => series.Episode is { Answer.Said.BringsFix: true };

    /// <summary>The newest map's series beside a series, of versions that have had predictions in a stretch of event time.</summary>
    private SeriesMonitor? MapOf(SeriesMonitor series, int? revision, EventTime from, EventTime until)
    {
        var newest = _known.Series
            .Where(one => one.Key.IsWhole && one.Key.Model == series.Key.Model && ComparedVersions.BaseOf(one.Key.Version) == series.Key.Version
                && (revision is null || one.Key.Version == ComparedVersions.OfMap(series.Key.Version, revision.Value)) && one.LastPane > from && one.FirstPrediction < until)
            .MaxBy(one => (one.Key.Version.Length, one.Key.Version))?.Key.Version;
        return newest is null ? null : _known.Series.Find(one => one.Key == series.Key with { Version = newest });
    }
}

using DriftWatch.Core.Drift;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Monitoring;

/// <content>What others say of requests.</content>
public sealed partial class CalibrationMonitor
{
    /// <summary>Takes an answer. It is applied as of the event time that has been reached, so the order of answers and moves of event time decides; what follows is in <see cref="TakeRequests"/>.</summary>
    /// <returns>What became of it.</returns>
    public AnswerResult Answer(RecalibrationAnswer answer)
    {
        if (_watermark is not { } now) return AnswerResult.Unknown;
        foreach (var series in _known.Series)
        {
            if (series.Episode is not { Recovered: null } episode || episode.IdUnder(Options.Source) != answer.Episode) continue;
            var (result, told) = series.Answer(answer, now, _episodes);
            if (told is not null) _requests.Add(told);
            return result;
        }

        foreach (var model in _known.Across)
        {
            if (model.Episode is not { Recovered: null } episode || episode.IdUnder(Options.Source) != answer.Episode) continue;
            var (result, told) = model.Answer(answer, now, _episodes);
            if (told is not null) _requests.Add(told);
            return result;
        }

        return EpisodeOf(answer.Episode) is not null ? AnswerResult.Ended : AnswerResult.Unknown;
    }

    /// <summary>The episode of an id; null: there is none, or it has been forgotten.</summary>
    public Episode? EpisodeOf(string id) =>
        _known.Series.Select(series => series.Episode).Concat(_known.Across.Select(model => model.Episode)).Concat(_episodes.Capture()).FirstOrDefault(episode => episode?.IdUnder(Options.Source) == id);

    /// <summary>Where a fix that was answered for has brought a series back, its claims are others than those of its reference; and with the whole traffic's, those of all its parts.</summary>
    private void RenewReferences()
    {
        foreach (var back in _known.Series)
        {
            if (back.Renewed is not { } from) continue;
            foreach (var part in _known.Series)
            {
                if (part.Key.Model == back.Key.Model && part.Key.Version == back.Key.Version && (back.Key.IsWhole || part.Key.Slice == back.Key.Slice)) part.RenewReference(from);
            }
        }
    }

    /// <summary>What comparisons say of answered fixes, and of the newest findings: claims behind a map stay as wrong as they are.</summary>
    private void MindComparisons(int newest)
    {
        for (int i = newest; i < _findings.Count; i++)
        {
            var (finding, series) = _findings[i];
            if (finding.Kind is FindingKind.Drift or FindingKind.Continues && _comparisons.Maps(series, finding)) _findings[i] = (finding with { IsMapped = true }, series);
        }

        _comparisons.Report(Take);
        _comparisons.ReportMaps((series, decided, until, map) => _findings.Add((new Finding(FindingKind.Superseded, decided, until, until) { Successor = map, IsMapped = true }, series)));
    }

    /// <summary>Takes what a comparison has found of the fix that was answered for a series: the seat for whoever compares.</summary>
    /// <param name="series">Whose.</param>
    /// <param name="report">What was found.</param>
    /// <remarks>To be called while event time moves on, with what is decided then; it is applied in the order of decisions, as the findings of rules are, and does nothing where the episode is over or has another answer.</remarks>
    internal void Take(SeriesMonitor series, FixReport report)
    {
        // What was told in this move of event time is applied at its end.
        if (_findings.Exists(one => one.Of == series && one.Finding.Kind == FindingKind.Compared)) return;
        _findings.Add((new Finding(FindingKind.Compared, report.Decided, series.Episode!.Answer!.At, report.Until, series.Detector.DataSince(report.From)) { Fix = report }, series));
    }
}

using DriftWatch.Core.Drift;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <content>Answers to its requests, and the time that a fix has to prove itself.</content>
internal sealed partial class SeriesMonitor
{
    /// <summary>The running episode, or the newest ended one.</summary>
    public Episode? Episode => _policy.Episode;

    /// <summary>Takes an answer to its newest episode.</summary>
    public (AnswerResult Result, RecalibrationRequest? Told) Answer(RecalibrationAnswer answer, EventTime at, EpisodeLog episodes)
    {
        var before = _policy.Episode;
        var taken = _policy.Answer(answer, at);
        if (_policy.Episode is { } episode) episodes.Note(before, episode);
        if (_policy.FixedSince is { } since) _detector.ProveFrom(since);
        _captured = null;
        return taken;
    }

    /// <summary>All that may prove a fix has been judged. Said once in a move of event time: whether it was proven before, the policy knows when it takes the findings in order.</summary>
    private void EndProof(EventTime until, List<(Finding Finding, SeriesMonitor Of)> findings)
    {
        var since = _policy.FixedSince!.Value;
        foreach (var (known, of) in findings)
        {
            if (of == this && known.Kind == FindingKind.Overdue) return;
        }

        findings.Add((new Finding(FindingKind.Overdue, until + _maturity, since, until, _detector.DataSince(since)) { Detector = _detector.Capture() }, this));
    }
}

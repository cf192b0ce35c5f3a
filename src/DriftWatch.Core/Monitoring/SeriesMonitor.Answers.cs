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

    /// <summary>Found in the newest step: its claims are those of a fix that has brought it back, since this moment at the latest; null: nothing of the kind.</summary>
    public EventTime? Renewed { get; private set; }

    /// <summary>The fix was accepted, of it or of the whole that it is a part of: it is measured against what comes now.</summary>
    public void RenewReference(EventTime from)
    {
        if (_early?.Renew(from) == true) _detector.ForgetReference();
        _captured = null;
    }

    /// <summary>Of this step, before its findings join those that are known already.</summary>
    /// <remarks>What is known of a move of event time is applied at its end: an episode that something else has ended by then did not end by the fix. One that turns into its contrary has found no rest.</remarks>
    private EventTime? RenewedBy(List<(Finding Finding, SeriesMonitor Of)> known)
    {
        if (!_policy.RestsOnFix || !_findings.Exists(one => one.Kind == FindingKind.Recovered) || _findings[^1].Kind == FindingKind.Drift) return null;
        foreach (var (finding, of) in known)
        {
            if (of == this && finding is { Kind: FindingKind.Superseded or FindingKind.Recovered } or { Fix.Standing: FixStanding.Better or FixStanding.Worse }) return null;
        }

        return _findings.FindLast(one => one.Kind == FindingKind.Recovered).Until;
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

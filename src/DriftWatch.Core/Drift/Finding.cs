using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift;

/// <summary>What a rule found at one point of event time.</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Decided">Event time at which this could be known: end of what was judged, plus the maturity age.</param>
/// <param name="Onset">Start of the first data that counts against the model; the start of what was judged if nothing does.</param>
/// <param name="Until">End of the data judged.</param>
/// <param name="Evidence">The labeled predictions from onset to <paramref name="Until"/>; a copy of its own. Null where there is nothing to show.</param>
/// <param name="Direction">What outcomes do against the claims, where the rule can tell.</param>
/// <param name="LogEvidence">Natural logarithm of the evidence, where the rule has one.</param>
public readonly record struct Finding(
    FindingKind Kind,
    EventTime Decided,
    EventTime Onset,
    EventTime Until,
    CalibrationSketch? Evidence = null,
    Direction? Direction = null,
    double? LogEvidence = null)
{
    /// <summary>The region of claims that is off, for <see cref="Drift.Direction.Local"/>.</summary>
    public (double Low, double High)? Region { get; init; }

    /// <summary>Where <see cref="Onset"/> lies; null where the rule cannot tell.</summary>
    public OnsetInterval? OnsetInterval { get; init; }

    /// <summary>Which question was answered with yes.</summary>
    public Question Question { get; init; }

    /// <summary>T of the strongest component, where it is a slope.</summary>
    public double? Temperature { get; init; }

    /// <summary>What the evidence had to exceed.</summary>
    public double? LogThreshold { get; init; }

    /// <summary>Where the rule stood when it found this; null where it has no more to tell.</summary>
    public DetectorSnapshot? Detector { get; init; }

    /// <summary>Where the gap was, at all times together, when <see cref="Until"/> was judged; put in by whoever keeps it, no part of the state.</summary>
    public Interval? GapAtAllTimes { get; init; }

    /// <summary>The version that has come in place of its own, which has gone, or that a map answers under; no part of the state.</summary>
    public string? Successor { get; init; }

    /// <summary>Of drift: a calibration map is in use behind these claims that was shown to help, and is judged by itself. Of drift that continues: the fix is compared on the requests that it has answered, and these claims say nothing of it; or it answers under a version of its own, <see cref="Successor"/>, in which as many labels as the drift took to be found have shown none. Of a successor: it is such a map. No part of the state.</summary>
    public bool IsMapped { get; init; }

    /// <summary>What a comparison has come to, of <see cref="FindingKind.Compared"/>; no part of the state.</summary>
    public FixReport? Fix { get; init; }

    /// <summary>Of a model over all its versions: those that it rests on; no part of the state.</summary>
    public JudgedVersions? Versions { get; init; }

    /// <summary>Of the same: which version is to be recalibrated; no part of the state.</summary>
    public string? Newest { get; init; }

    /// <summary>Keeps a finding without its <see cref="Evidence"/>.</summary>
    internal static Finding Exchange(StateExchange state, Finding finding) => new(
        state.Kept(finding.Kind), state.Kept(finding.Decided), state.Kept(finding.Onset), state.Kept(finding.Until), null, state.Kept(finding.Direction), state.Kept(finding.LogEvidence))
    {
        Region = state.KeptRegion(finding.Region),
        Question = state.Kept(finding.Question),
        Temperature = state.Kept(finding.Temperature),
        LogThreshold = state.Kept(finding.LogThreshold),
        Detector = state.Kept(finding.Detector, DetectorSnapshot.Exchange),
        OnsetInterval = Drift.OnsetInterval.Exchange(state, finding.OnsetInterval),
    };
}

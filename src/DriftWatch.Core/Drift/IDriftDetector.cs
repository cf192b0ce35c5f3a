using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift;

/// <summary>A rule that watches one series: it sees every mature pane once, in order of event time, and every labeled prediction, and says what it makes of them.</summary>
/// <remarks>
/// The seat for all rules. A rule may gather panes into windows of its own (threshold), advance once per pane (sequential tests) or look at labeled predictions alone. It
/// decides by evidence alone; whether a request goes out is the <see cref="RecalibrationPolicy"/>'s business.
/// </remarks>
public interface IDriftDetector : IKeepsState
{
    /// <summary>The rule's name in events, API and reports.</summary>
    string Rule { get; }

    /// <summary>Whether it judges at all: what does not has no share in the false-alarm rate of its family.</summary>
    bool Judges => true;

    /// <summary>The running episode, where slices can explain it: since when, and what is tolerated.</summary>
    (EventTime Onset, NullBand Band)? Explainable => null;

    /// <summary>Takes a labeled prediction, in any order that respects the out-of-orderness allowance. It is judged once the watermark has passed it.</summary>
    void Add(in LabeledPrediction pair)
    {
    }

    /// <summary>Takes the next mature pane: where it starts and what it holds. Findings, if any, are appended in order.</summary>
    void Observe(EventTime paneStart, CalibrationSketch pane, List<Finding> findings);

    /// <summary>Says that no pane that ends at or before <paramref name="matureUntil"/> will come any more.</summary>
    void AdvanceTo(EventTime matureUntil, List<Finding> findings);

    /// <summary>Sets what "worse than it was" is measured against; the first one stands.</summary>
    /// <param name="reference">The gaps then.</param>
    /// <param name="from">Panes that start at or after this are compared with it.</param>
    void SetReference(CalibrationReference reference, EventTime from)
    {
    }

    /// <summary>The claims are made otherwise from now on: what they were is no measure any more, until the next <see cref="SetReference"/>.</summary>
    void ForgetReference()
    {
    }

    /// <summary>A running episode ends for a reason that its data do not tell: evidence begins anew.</summary>
    void EndEpisode();

    /// <summary>A fix of the running episode is in use from <paramref name="since"/> on: that the drift goes on (<see cref="FindingKind.Continues"/>, with <paramref name="since"/> as onset) is to be found from data of the time after that alone.</summary>
    /// <remarks>A rule that cannot do that says nothing; the time that a fix has is over some day.</remarks>
    void ProveFrom(EventTime since)
    {
    }

    /// <summary>The labeled predictions since <paramref name="onset"/>, as far as they are still held; null if none are.</summary>
    CalibrationSketch? DataSince(EventTime onset) => null;

    /// <summary>Where it stands.</summary>
    DetectorSnapshot Capture() => new() { Rule = Rule };
}

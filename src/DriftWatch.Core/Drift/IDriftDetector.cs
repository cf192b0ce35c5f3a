using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift;

/// <summary>A rule that watches one series: it sees every mature pane once, in order of event time, and says what it makes of it.</summary>
/// <remarks>
/// The seat for all rules. A rule may gather panes into windows of its own (threshold) or advance once per pane (sequential tests). It
/// decides by evidence alone; whether a request goes out is the <see cref="RecalibrationPolicy"/>'s business.
/// </remarks>
public interface IDriftDetector : IKeepsState
{
    /// <summary>The rule's name in events, API and reports.</summary>
    string Rule { get; }

    /// <summary>Takes the next mature pane: where it starts and what it holds. Findings, if any, are appended in order.</summary>
    void Observe(EventTime paneStart, CalibrationSketch pane, List<Finding> findings);

    /// <summary>Says that no pane that ends at or before <paramref name="matureUntil"/> will come any more.</summary>
    void AdvanceTo(EventTime matureUntil, List<Finding> findings);

    /// <summary>Where it stands.</summary>
    DetectorSnapshot Capture() => new() { Rule = Rule };
}

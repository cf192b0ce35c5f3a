using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift;

/// <summary>Judges nothing: for series that are kept to be looked at.</summary>
public sealed class Unwatched : IDriftDetector
{
    /// <summary>What stands in the place of a rule's name.</summary>
    public const string Name = "none";

    public string Rule => Name;

    public bool Judges => false;

    public void Observe(EventTime paneStart, CalibrationSketch pane, List<Finding> findings)
    {
    }

    public void AdvanceTo(EventTime matureUntil, List<Finding> findings)
    {
    }

    public void EndEpisode()
    {
    }

    public DetectorSnapshot Capture() => new() { Rule = Name, Judges = false };

    /// <summary>There is nothing to keep.</summary>
    public void Exchange(StateExchange state)
    {
    }
}

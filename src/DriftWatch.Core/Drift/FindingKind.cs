namespace DriftWatch.Core.Drift;

public enum FindingKind : byte
{
    /// <summary>Nothing against the model.</summary>
    Quiet,

    /// <summary>Too few labeled predictions to say anything.</summary>
    Insufficient,

    /// <summary>Evidence gathers, not enough yet.</summary>
    Gathering,

    /// <summary>Miscalibrated: said once when it is found and again for as long as it lasts.</summary>
    Drift,

    /// <summary>Calibrated again after <see cref="Drift"/>.</summary>
    Recovered,

    /// <summary>Its version has no predictions any more, and another one has: nothing is left to recalibrate.</summary>
    Superseded,

    /// <summary>The drift goes on in data of the time since a fix was answered, proven by these alone.</summary>
    Continues,

    /// <summary>The time in which a fix had to be proven is over.</summary>
    Overdue,

    /// <summary>A comparison has told a fix from what was before (<see cref="Finding.Fix"/>).</summary>
    Compared,
}

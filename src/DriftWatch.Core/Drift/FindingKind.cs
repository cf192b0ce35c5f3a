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
}

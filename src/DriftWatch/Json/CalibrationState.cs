using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using System.Diagnostics;

namespace DriftWatch.Json;

/// <summary>What can be said about the calibration of a series, in one word: for chips on the page and for the state metric.</summary>
internal enum CalibrationState
{
    /// <summary>No window has matured yet.</summary>
    WarmingUp,

    /// <summary>Too few labeled predictions to be judged, or so many labels are missing that they could explain what is seen.</summary>
    InsufficientData,

    /// <summary>Judged, and nothing to say.</summary>
    Calibrated,

    /// <summary>Evidence gathers against it.</summary>
    Warning,

    /// <summary>Miscalibrated: an episode lasts.</summary>
    Drifting,
}

internal static class CalibrationStates
{
    public static readonly IReadOnlyList<CalibrationState> All = Enum.GetValues<CalibrationState>();

    /// <summary>An episode speaks first; a want of data comes next, since silence without data is no praise.</summary>
    public static CalibrationState Of(SeriesSnapshot series) => series.State switch
    {
        EpisodeState.Firing or EpisodeState.Cooling or EpisodeState.Answered or EpisodeState.Dismissed or EpisodeState.Ineffective or EpisodeState.Worsened => CalibrationState.Drifting,
        EpisodeState.Pending => CalibrationState.Warning,
        EpisodeState.Inactive or EpisodeState.Recovered when series.Windows.All(w => w.NewestMature is null) => CalibrationState.WarmingUp,
        EpisodeState.Inactive or EpisodeState.Recovered when series.InsufficientData || series.Detector?.WaitsFor == DetectorWait.MissingLabels => CalibrationState.InsufficientData,
        EpisodeState.Inactive or EpisodeState.Recovered => CalibrationState.Calibrated,
        _ => throw new UnreachableException(),
    };

    /// <summary>The same of a model over all its versions, which has no windows.</summary>
    public static CalibrationState Of(AcrossVersionsSnapshot across) => across.State switch
    {
        EpisodeState.Firing or EpisodeState.Cooling => CalibrationState.Drifting,
        EpisodeState.Pending => CalibrationState.Warning,
        EpisodeState.Inactive or EpisodeState.Recovered when across.Detector.WaitsFor is DetectorWait.LearningClaims or DetectorWait.LearningDependence => CalibrationState.WarmingUp,
        EpisodeState.Inactive or EpisodeState.Recovered when across.InsufficientData || across.Detector.WaitsFor == DetectorWait.MissingLabels => CalibrationState.InsufficientData,
        EpisodeState.Inactive or EpisodeState.Recovered => CalibrationState.Calibrated,
        _ => throw new UnreachableException(),
    };

    /// <summary>The name in JSON and as a metric's tag.</summary>
    public static string Name(this CalibrationState state) => state switch
    {
        CalibrationState.WarmingUp => "warming_up",
        CalibrationState.InsufficientData => "insufficient_data",
        CalibrationState.Calibrated => "calibrated",
        CalibrationState.Warning => "warning",
        CalibrationState.Drifting => "drifting",
        _ => throw new UnreachableException(),
    };
}

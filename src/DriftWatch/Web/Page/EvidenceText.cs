using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;

namespace DriftWatch.Web.Page;

/// <summary>The sequential detector in plain words.</summary>
internal static class EvidenceText
{
    /// <summary>What outcomes do, with T and region: <c>overconfident, T ≈ 1.5, mostly 0.8 to 1</c>.</summary>
    public static string Direction(DetectorSnapshot detector)
    {
        if (detector is { Direction: null, Region: null }) return Show.Nothing;
        return (detector.Direction is null ? "strongest" : DirectionText.Of(detector.Direction).Brief) + DirectionText.Details(detector.Temperature, detector.Region);
    }

    /// <summary>What the heading says while no episode lasts.</summary>
    public static string? Verdict(DetectorSnapshot detector, bool pending, WindowVerdict calm) => detector switch
    {
        { WaitsFor: DetectorWait.MissingLabels } => "There is evidence of miscalibration, but the missing labels could explain it.",
        { WaitsFor: DetectorWait.LearningClaims or DetectorWait.LearningDependence } => "Not judged yet: the detector still learns what is usual here.",
        { LogEvidence: { } evidence, LogThreshold: { } needed } when pending => $"Evidence is accumulating: ln E {evidence:0.0} of the {needed:0.0} that an alarm needs.",
        { Tolerance: { } tolerance } => Calm(tolerance, calm),
        _ => null,
    };

    /// <summary>What is promised about false alarms; null where nothing is.</summary>
    public static string? Promise(DetectorSnapshot detector, ModelOptions model) =>
        model.Rule.Promise(model.Watch, detector) is { } promise ? $"Promise: {promise}{(detector.SharedBy is not null && model.Drift.Dependence == Dependence.Auto ? "; how outcomes depend on each other is measured, not assumed" : "")}." : null;

    private static string Calm(double tolerance, WindowVerdict window) => window is { Ece: { } ece, Floor: { } floor }
        ? $"Nothing shows that outcomes differ from the claims by more than {tolerance * 100:0.##} points: ECE {ece:0.000}, of which chance explains {floor:0.000}."
        : $"Nothing shows that outcomes differ from the claims by more than {tolerance * 100:0.##} points.";
}

/// <summary>ECE of the newest mature window, and what chance explains of it.</summary>
internal readonly record struct WindowVerdict(double? Ece, double? Floor);

using System.Diagnostics;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;

namespace DriftWatch.Web.Page;

/// <summary>The sequential detector in plain words.</summary>
internal static class EvidenceText
{
    /// <summary>What outcomes do, with T and region: <c>overconfident, T ≈ 1.5, mostly 0.8 – 1</c>.</summary>
    public static string Direction(DetectorSnapshot detector) => detector is { Direction: null, Onset: null } ? Show.Nothing : Direction(detector.Direction, detector.Temperature, detector.Region);

    public static string Direction(Direction? direction, double? temperature, (double Low, double High)? region)
    {
        string what = direction switch
        {
            Core.Drift.Direction.Overconfident => "overconfident",
            Core.Drift.Direction.Underconfident => "underconfident",
            Core.Drift.Direction.ShiftUp => "more often than claimed",
            Core.Drift.Direction.ShiftDown => "less often than claimed",
            Core.Drift.Direction.Local => "off in one region",
            null => region is null ? Show.Nothing : "strongest",
            _ => throw new UnreachableException(),
        };
        if (temperature is { } t) what += $", T ≈ {t:0.0#}";
        return region is { } ends ? $"{what}, mostly {ends.Low:0.##} – {ends.High:0.##}" : what;
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

using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;
using static System.FormattableString;

namespace DriftWatch.Core.Drift;

/// <summary>The row of the threshold rule. Its policy is a section of its own: what is too small to be shown without a caveat follows from it under every rule.</summary>
public sealed class ThresholdRule : DriftRule
{
    private ThresholdRule()
        : base("threshold")
    {
    }

    public static ThresholdRule Row { get; } = new();

    public override IReadOnlyList<RuleState> State { get; } = [new("threshold.window", "is what is judged", policy => Invariant($"{policy.Watch.Threshold.Window}"))];

    public override bool JudgesWindows => true;

    public override IDriftDetector Create(SeriesKey series, WatchOptions watch, WindowOptions windows, AlarmFamily? family, SharedOnset? sharedOnset) =>
        new ThresholdDetector(watch.Threshold, series.View, windows.Maturity, windows.Origin, windows.Grid);

    public override string Summary(WatchOptions watch) => Invariant(
        $"ECE above {watch.Threshold.Raise:R} in {watch.Threshold.Windows} windows of {Durations.Format(watch.Threshold.Window)} with {watch.Threshold.MinLabeled} labels");

    public override string Describe(RecalibrationRequest request)
    {
        var metrics = request.Evidence.Metrics;
        return request.Kind == RequestKind.Resolved
            ? Invariant($"Calibrated again: ECE {metrics.Ece:0.000}, upper bound {metrics.EceUpper:0.000} below {request.Threshold:0.000}.")
            : Invariant($"ECE {metrics.Ece:0.000}, lower bound {metrics.EceLower:0.000} above {request.Threshold:0.000} over {DecisionText.Labeled(request)}: {DecisionText.What(request)}.");
    }

    public override double? Bound(WatchOptions watch, RequestKind kind, in Finding finding) =>
        kind == RequestKind.Requested ? watch.Threshold.Raise : watch.Threshold.Clear;
}

using System.Globalization;
using MathNet.Numerics.Distributions;

namespace DriftWatch.Alerting;

internal static partial class AlertCatalogue
{
    /// <summary>Probability with which a calibrated model passes the chi-square guard in a window.</summary>
    private const double ByChance = 1e-4;

    private static RuleGroup Calibration(RuleOptions options) => new(
        "driftwatch-calibration",
        [.. CalibrationRecords, .. CalibrationAlerts(options)])
    {
        Why = "The bin counters carry the calibration, of mature predictions only (while labels still come, those that are in mislead): ECE over any range, for any number of instances, is sum_b |confidence_b - positives_b| / sum_b predictions_b. "
            + $"{ChiSquareBound(options.Bins)} is the 99.99 % point of chi-square with {options.Bins} degrees of freedom, one per exported bin: a perfectly calibrated model passes the ECE threshold by chance in small windows, and this guard keeps it quiet.",
    };

    /// <summary>What Σ gap² ÷ variance over the bins of a calibrated model exceeds once in ten thousand windows, to one decimal.</summary>
    public static string ChiSquareBound(int bins) => ChiSquared.InvCDF(bins, 1 - ByChance).ToString("F1", CultureInfo.InvariantCulture);

    private static IReadOnlyList<RecordingRule> CalibrationRecords { get; } =
    [
        new("driftwatch:bin_predictions:increase1h", "sum by (cluster, namespace, job, model, version, bin) (increase(driftwatch_bin_predictions_total[1h]))"),
        new(
            "driftwatch:bin_gap:increase1h",
            """
            sum by (cluster, namespace, job, model, version, bin) (increase(driftwatch_bin_confidence_total[1h]))
            - sum by (cluster, namespace, job, model, version, bin) (increase(driftwatch_bin_positives_total[1h]))
            """),
        new("driftwatch:bin_variance:increase1h", "sum by (cluster, namespace, job, model, version, bin) (increase(driftwatch_bin_variance_total[1h]))"),
        new("driftwatch:labeled_predictions:increase1h", "sum by (cluster, namespace, job, model, version) (driftwatch:bin_predictions:increase1h)"),
        new(
            "driftwatch:ece:ratio1h",
            """
            sum by (cluster, namespace, job, model, version) (abs(driftwatch:bin_gap:increase1h))
            / (driftwatch:labeled_predictions:increase1h > 0)
            """),
        new(
            "driftwatch:ece_noise:ratio1h",
            """
            sum by (cluster, namespace, job, model, version) (sqrt(driftwatch:bin_variance:increase1h * 2 / pi()))
            / (driftwatch:labeled_predictions:increase1h > 0)
            """),
        new("driftwatch:calibration_chi_square:1h", "sum by (cluster, namespace, job, model, version) (driftwatch:bin_gap:increase1h ^ 2 / (driftwatch:bin_variance:increase1h > 0))"),
        new(
            "driftwatch:bin_gap:increase6h",
            """
            sum by (cluster, namespace, job, model, version, bin) (increase(driftwatch_bin_confidence_total[6h]))
            - sum by (cluster, namespace, job, model, version, bin) (increase(driftwatch_bin_positives_total[6h]))
            """),
        new("driftwatch:gap:increase6h", "sum by (cluster, namespace, job, model, version) (driftwatch:bin_gap:increase6h)"),
        new("driftwatch:labeled_predictions:increase6h", "sum by (cluster, namespace, job, model, version) (increase(driftwatch_bin_predictions_total[6h]))"),
        new(
            "driftwatch:ece:ratio6h",
            """
            sum by (cluster, namespace, job, model, version) (abs(driftwatch:bin_gap:increase6h))
            / (driftwatch:labeled_predictions:increase6h > 0)
            """),
    ];

    private static IReadOnlyList<AlertRule> CalibrationAlerts(RuleOptions options) =>
    [
        EceAbove(options, "DriftWatchCalibrationCritical", Severity.Critical, "15m", "A model's probabilities no longer mean what they say.",
            "{{ $labels.model }} version {{ $labels.version }} shows an ECE of {{ $value | humanizePercentage }} over the last hour, above its threshold over the last hour and the last six, and far above its noise."),

        EceAbove(options, "DriftWatchCalibrationWarning", Severity.Warning, "30m", "A model's probabilities begin to mean something else than they say.",
            "{{ $labels.model }} version {{ $labels.version }} shows an ECE of {{ $value | humanizePercentage }} over the last hour, above the threshold for a warning over the last hour and the last six, and far above its noise."),

        new(
            "DriftWatchCalibrationDrifting",
            Severity.Critical,
            """
            max by (cluster, namespace, job, model, version) (driftwatch_calibration_state{driftwatch_calibration_state="drifting"}) == 1
            and on (cluster, namespace, job, model) max by (cluster, namespace, job, model) (driftwatch_drift_rule_info{rule="e-sr"}) == 1
            """,
            "The evidence that a model's probabilities are off has passed its threshold.",
            "{{ $labels.model }} version {{ $labels.version }} is in an episode: outcomes differ from the claims by more than the tolerance."
            + AlertText.Gap("model", "version") + AlertText.Since("driftwatch_drift_onset_timestamp_seconds", "model", "version"))
        {
            Why = "The sequential detector decides by evidence against a stated false-alarm rate: what it says needs no second threshold here.",
            For = "1m",
            KeepFiringFor = "20m",
            Dashboard = OfVersion,
        },

        new(
            "DriftWatchModelDrifting",
            Severity.Critical,
            "max by (cluster, namespace, job, model) (driftwatch_model_drifting) == 1",
            "The evidence that a model's probabilities are off, over its versions together, has passed its threshold.",
            "{{ $labels.model }} is in an episode over all its versions: outcomes differ from the claims by more than the tolerance, whichever version made them."
            + AlertText.Gap("model") + AlertText.Since("driftwatch_model_drift_onset_timestamp_seconds", "model"))
        {
            Why = "What no version lives long enough to show: a family of its own, absent for a model of one version.",
            For = "1m",
            KeepFiringFor = "20m",
            Dashboard = OfRequests,
        },

        new(
            "DriftWatchSliceDrifting",
            Severity.Warning,
            "sum by (cluster, namespace, job, model, version) (max by (cluster, namespace, job, model, version, part) (driftwatch_episodes{part!=\"whole\"})) > 0",
            "A part of a model's traffic drifts.",
            "{{ $value }} slices or views of {{ $labels.model }} version {{ $labels.version }} are in an episode: outcomes differ from the claims there." + AlertText.DriftingSlices(options.WidestWindow))
        {
            Why = "calibration_state is about the whole. An episode of a slice has sent a request of its own, and speaks here whatever the whole looks like.",
            For = "1m",
            KeepFiringFor = "20m",
            Dashboard = OfVersion,
        },

        new(
            "DriftWatchSliceCalibration",
            Severity.Warning,
            $$"""
            max by (cluster, namespace, job, model, version, window, slice) (driftwatch_slice_ece_ratio{window="{{options.WidestWindow}}"} - driftwatch_slice_ece_null_ratio{window="{{options.WidestWindow}}"})
            > on (cluster, namespace, job, model) group_left () max by (cluster, namespace, job, model) (driftwatch_ece_threshold_ratio{severity="critical"})
            and max by (cluster, namespace, job, model, version, window, slice) (driftwatch_slice_window_labeled_predictions{window="{{options.WidestWindow}}"})
            >= on (cluster, namespace, job, model) group_left () max by (cluster, namespace, job, model) (driftwatch_min_window_labeled_predictions)
            """,
            "The probabilities of a part of a model's traffic do not mean what they say.",
            "Slice {{ $labels.slice }} of {{ $labels.model }} version {{ $labels.version }} shows an ECE of {{ $value | humanizePercentage }} above its noise in the newest judged window of {{ $labels.window }}, more than the model's critical threshold." + AlertText.SliceGap())
        {
            Why = "For every rule, and without evidence over time: a region that has been off from its first day is in no reference and in no episode of a rule that asks for a change.",
            For = "1h",
            KeepFiringFor = "20m",
            Dashboard = OfVersion,
        },
    ];

    private static AlertRule EceAbove(RuleOptions options, string name, Severity severity, string wait, string summary, string description) => new(
        name,
        severity,
        $$"""
        driftwatch:ece:ratio1h
        > on (cluster, namespace, job, model) group_left () max by (cluster, namespace, job, model) (driftwatch_ece_threshold_ratio{severity="{{severity.ToString().ToLowerInvariant()}}"})
        and driftwatch:ece:ratio6h
        > on (cluster, namespace, job, model) group_left () max by (cluster, namespace, job, model) (driftwatch_ece_threshold_ratio{severity="{{severity.ToString().ToLowerInvariant()}}"})
        and driftwatch:labeled_predictions:increase1h
        >= on (cluster, namespace, job, model) group_left () max by (cluster, namespace, job, model) (driftwatch_min_window_labeled_predictions)
        and driftwatch:calibration_chi_square:1h > {{ChiSquareBound(options.Bins)}}
        """,
        summary,
        description + AlertText.Gap("model", "version"))
    {
        For = wait,
        KeepFiringFor = "20m",
        Dashboard = OfVersion,
    };
}

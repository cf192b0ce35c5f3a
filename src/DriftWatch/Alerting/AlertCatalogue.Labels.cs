namespace DriftWatch.Alerting;

internal static partial class AlertCatalogue
{
    private static RuleGroup Labels(RuleOptions options) => new(
        "driftwatch-labels",
        new AlertRule(
            "DriftWatchDetectorWaitingForLabels",
            Severity.Warning,
            """
            min by (cluster, namespace, job, model, version) (driftwatch_label_completeness_ratio)
            and on (cluster, namespace, job, model, version) max by (cluster, namespace, job, model, version) (driftwatch_drift_waiting{reason="missing_labels"}) == 1
            """,
            "Something speaks against a model, and missing labels keep the detector from deciding.",
            "Only {{ $value | humanizePercentage }} of the labels of {{ $labels.model }} version {{ $labels.version }} are in when it is judged. The others, at their worst, would explain what is seen.")
        {
            For = "1h",
            KeepFiringFor = "10m",
            Dashboard = OfVersion,
        },
        new AlertRule(
            "DriftWatchGroundTruthMissing",
            Severity.Warning,
            $$"""
            max by (cluster, namespace, job, model, version) (driftwatch_window_predictions and driftwatch_window_coverage_ratio == 0
            and driftwatch_window_predictions
            >= on (cluster, namespace, job, model) group_left () max by (cluster, namespace, job, model) (driftwatch_min_window_labeled_predictions))
            or
            max by (cluster, namespace, job, model, version) (driftwatch_window_predictions and driftwatch_window_coverage_ratio{window="{{options.WidestWindow}}"} == 0) >= 100
            """,
            "A model gives predictions and not one label has come in time.",
            "The newest judged window of {{ $labels.model }} version {{ $labels.version }} has {{ $value | humanize }} predictions and not one label, though the time for it is over: it is unobserved, not healthy.")
        {
            Why = "Of windows whose labels are due, by the model's own horizon or maturity: labels that come once a day, or once a month, are no ticket as long as they come in time.",
            For = "1h",
            KeepFiringFor = "10m",
            Dashboard = OfVersion,
        },
        new AlertRule(
            "DriftWatchGroundTruthCoverageLow",
            Severity.Warning,
            $$"""
            min by (cluster, namespace, job, model, version) (
              driftwatch_window_coverage_ratio{window=~"{{options.WideWindows}}"} > 0
              and driftwatch_window_predictions
              >= on (cluster, namespace, job, model) group_left () max by (cluster, namespace, job, model) (driftwatch_min_window_labeled_predictions)
            ) < 0.5
            """,
            "Most predictions of a model never get their label.",
            "Only {{ $value | humanizePercentage }} of the predictions of {{ $labels.model }} version {{ $labels.version }} in its newest judged window have their label, though the time for it is over.")
        {
            Why = "Of windows whose labels are due, not of those that came lately: so batches of labels, labels asked for by chance, and onExpiry: negative are no ticket. None at all is DriftWatchGroundTruthMissing.",
            For = "2h",
            KeepFiringFor = "10m",
            Dashboard = OfVersion,
        },
        new AlertRule(
            "DriftWatchGroundTruthDelayed",
            Severity.Warning,
            """
            sum by (cluster, namespace, job, model) (increase(driftwatch_labels_orphaned_by_cause_total{cause="too_late"}[1d]))
            / (sum by (cluster, namespace, job, model) (increase(driftwatch_labels_orphaned_by_cause_total{cause="too_late"}[1d]))
            + sum by (cluster, namespace, job, model) (increase(driftwatch_joins_total[1d])))
            > 0.05
            and sum by (cluster, namespace, job, model) (increase(driftwatch_labels_orphaned_by_cause_total{cause="too_late"}[1d])) >= 10
            """,
            "Labels of a model come too late to be counted.",
            "{{ $value | humanizePercentage }} of the labels of {{ $labels.model }} that found their prediction in the last day came after its horizon and were dropped.")
        {
            For = "1h",
            KeepFiringFor = "10m",
            Dashboard = OfModel,
        },
        new AlertRule(
            "DriftWatchModelTrafficStopped",
            Severity.Warning,
            """
            sum by (cluster, namespace, job, model) (increase(driftwatch_predictions_total[30m])) == 0
            and sum by (cluster, namespace, job, model) (increase(driftwatch_predictions_total[30m] offset 1d)) > 0
            unless sum by (cluster, namespace, job, model) (increase(driftwatch_predictions_total[30m] offset 1w)) == 0
            """,
            "A model no longer gives predictions.",
            "{{ $labels.model }} has given no prediction for an hour; at the same time yesterday it did.")
        {
            Why = "What pauses at this time of the week anyway is left out.",
            For = "30m",
            KeepFiringFor = "10m",
            Dashboard = OfModel,
        });
}

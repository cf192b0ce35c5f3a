namespace DriftWatch.Alerting;

internal static partial class RuleCatalogue
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
            """
            sum by (cluster, namespace, job, model) (increase(driftwatch_predictions_total[2h])) > 0
            and sum by (cluster, namespace, job, model) (increase(driftwatch_joins_total[2h])) == 0
            """,
            "A model gives predictions and no label has come for hours.",
            "{{ $labels.model }} gave {{ $value | humanize }} predictions in two hours and none met a label: it is unobserved, not healthy.")
        {
            For = "1h",
            KeepFiringFor = "10m",
            Dashboard = OfModel,
        },
        new AlertRule(
            "DriftWatchGroundTruthCoverageLow",
            Severity.Warning,
            """
            sum by (cluster, namespace, job, model) (increase(driftwatch_predictions_expired_total[6h]))
            / (sum by (cluster, namespace, job, model) (increase(driftwatch_predictions_expired_total[6h]))
            + sum by (cluster, namespace, job, model) (increase(driftwatch_joins_total[6h])) > 0)
            > 0.5
            """,
            "Most predictions of a model expire without a label.",
            "{{ $value | humanizePercentage }} of the predictions of {{ $labels.model }} that ended in the last six hours had no label within the horizon.")
        {
            For = "2h",
            KeepFiringFor = "10m",
            Dashboard = OfModel,
        });
}

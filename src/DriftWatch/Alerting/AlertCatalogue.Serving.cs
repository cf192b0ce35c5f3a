namespace DriftWatch.Alerting;

internal static partial class AlertCatalogue
{
    private static RuleGroup Serving { get; } = new(
        "driftwatch-serving",
        new AlertRule(
            "DriftWatchLatencyHigh",
            Severity.Warning,
            """
            max by (cluster, namespace, job, model, version) (driftwatch_latency_p95_seconds)
            > on (cluster, namespace, job, model) group_left () max by (cluster, namespace, job, model) (driftwatch_latency_limit_seconds)
            """,
            "A model answers too slowly.",
            "95 % of the answers of {{ $labels.model }} version {{ $labels.version }} take up to {{ $value | humanizeDuration }}, above the configured limit, for a quarter of an hour.")
        {
            For = "15m",
            KeepFiringFor = "10m",
            Dashboard = OfVersion,
        },
        new AlertRule(
            "DriftWatchVersionsDisagree",
            Severity.Warning,
            """
            max by (cluster, namespace, job, model, version, current) (driftwatch_comparison_disagreeing_ratio)
            > on (cluster, namespace, job, model) group_left () max by (cluster, namespace, job, model) (driftwatch_comparison_disagreeing_limit_ratio)
            and max by (cluster, namespace, job, model, version, current) (driftwatch_comparison_requests) >= 100
            """,
            "Two versions of a model disagree on the same requests.",
            "{{ $labels.model }} version {{ $labels.version }} disagrees with version {{ $labels.current }} on {{ $value | humanizePercentage }} of a day's requests, above compare.mostDisagreeing. Labels will say which is right.")
        {
            Why = "Versions beside each other on the requests that both have scored (compare).",
            For = "15m",
            KeepFiringFor = "10m",
            Dashboard = OfRequests,
        },
        new AlertRule(
            "DriftWatchCandidateWorse",
            Severity.Warning,
            """
            max by (cluster, namespace, job, model, version, current) (driftwatch_comparison_verdict) == -1
            and max by (cluster, namespace, job, model, version, current) (driftwatch_comparison_requests) > 0
            """,
            "A version is worse than the one it is compared with.",
            "Labels have shown that {{ $labels.model }} version {{ $labels.version }} has a higher log loss than version {{ $labels.current }} on the requests that both answered, and it still has traffic.")
        {
            KeepFiringFor = "10m",
            Dashboard = OfRequests,
        });
}

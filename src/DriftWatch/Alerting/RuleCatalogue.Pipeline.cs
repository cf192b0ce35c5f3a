namespace DriftWatch.Alerting;

internal static partial class RuleCatalogue
{
    private static RuleGroup Pipeline { get; } = new(
        "driftwatch-pipeline",
        new AlertRule(
            "DriftWatchPipelineStalled",
            Severity.Critical,
            """
            time() - max by (cluster, namespace, job, topic) (driftwatch_consumer_last_record_timestamp_seconds) > 900
            and min_over_time(sum by (cluster, namespace, job, topic) (driftwatch_consumer_lag)[10m:1m]) > 0
            """,
            "Records wait and DriftWatch does not read them.",
            "The newest record that was read from {{ $labels.topic }} is {{ $value | humanizeDuration }} old while records wait.")
        {
            For = "5m",
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        },
        new AlertRule(
            "DriftWatchDeadLettersDropped",
            Severity.Warning,
            "sum by (cluster, namespace, job) (increase(driftwatch_dlq_dropped_total[1h])) > 0",
            "Rejected records have no dead letter.",
            "{{ $labels.job }} dropped {{ $value | humanize }} dead letters in the last hour, since the dead-letter topic does not take them however short they are.")
        {
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        });
}

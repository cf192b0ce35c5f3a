namespace DriftWatch.Alerting;

internal static partial class AlertCatalogue
{
    private static RuleGroup Pipeline { get; } = new(
        "driftwatch-pipeline",
        new RecordingRule("driftwatch:consumer_lag:sum", "sum by (cluster, namespace, job, topic) (driftwatch_consumer_lag)"),
        new RecordingRule(
            "driftwatch:pending:ratio",
            """
            (sum by (cluster, namespace, job) (max by (cluster, namespace, job, model) (driftwatch_pending_predictions))
            + on (cluster, namespace, job) max by (cluster, namespace, job) (driftwatch_pending_labels))
            / on (cluster, namespace, job) max by (cluster, namespace, job) (driftwatch_pending_predictions_limit)
            """),
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
            "DriftWatchPartitionsUnassigned",
            Severity.Critical,
            """
            max by (cluster, namespace, job, topic) (driftwatch_topic_partitions)
            - on (cluster, namespace, job, topic) max by (cluster, namespace, job, topic) (max_over_time(driftwatch_consumer_assigned_partitions[5m])) > 0
            """,
            "Partitions of an input are read by nobody.",
            "{{ $value }} partitions of {{ $labels.topic }} have not been read for a quarter of an hour: what is in them is in no number.")
        {
            For = "15m",
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        },
        new AlertRule(
            "DriftWatchConsumerLagGrowing",
            Severity.Warning,
            """
            driftwatch:consumer_lag:sum > 10000
            and driftwatch:consumer_lag:sum > driftwatch:consumer_lag:sum offset 30m
            """,
            "Records come faster than DriftWatch reads them.",
            "{{ $value | humanize }} records of {{ $labels.topic }} wait, more than half an hour ago.")
        {
            Why = "A backlog that is being worked off shrinks and is no ticket.",
            For = "15m",
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        },
        new AlertRule(
            "DriftWatchRecordsLost",
            Severity.Warning,
            "sum by (cluster, namespace, job, topic) (increase(driftwatch_consumer_lost_records_total[1h])) > 0",
            "Retention deleted records before they were read.",
            "{{ $value | humanize }} records of {{ $labels.topic }} were deleted in the last hour before DriftWatch had read them: every number since lacks them.")
        {
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        },
        new AlertRule(
            "DriftWatchJoinBufferFilling",
            Severity.Warning,
            """
            driftwatch:pending:ratio > 0.5
            and predict_linear(driftwatch:pending:ratio[1h], 4 * 3600) > 1
            """,
            "The join buffer will be full within hours.",
            "The join buffer of {{ $labels.job }} is {{ $value | humanizePercentage }} full and, at the pace of the last hour, full within four hours: then the oldest predictions are evicted.")
        {
            For = "30m",
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        },
        new AlertRule(
            "DriftWatchPredictionsEvicted",
            Severity.Warning,
            "sum by (cluster, namespace, job) (increase(driftwatch_pending_evictions_total[15m])) > 0",
            "The join buffer is full, and predictions lose their labels.",
            "{{ $value | humanize }} predictions and labels were evicted from the join buffer of {{ $labels.job }} in a quarter of an hour: their partners will find nothing.")
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
        },
        new AlertRule(
            "DriftWatchSeriesLimitNear",
            Severity.Warning,
            """
            max by (cluster, namespace, job, instance) (driftwatch_exported_series)
            / max by (cluster, namespace, job, instance) (driftwatch_exported_series_limit) > 0.8
            """,
            "The metrics page is nearly full.",
            "{{ $labels.instance }} has {{ $value | humanizePercentage }} of the time series that its page may have: past the limit, views, slices and versions are left out.")
        {
            For = "15m",
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        },
        new AlertRule(
            "DriftWatchOverflow",
            Severity.Warning,
            "sum by (cluster, namespace, job, what) (increase(driftwatch_overflows_total[1h])) > 0",
            "Values were folded together or left out for want of room.",
            "{{ $value | humanize }} values of the kind {{ $labels.what }} found no room of their own in the last hour: they are folded into __other__, or not on the metrics page.")
        {
            For = "15m",
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        });
}

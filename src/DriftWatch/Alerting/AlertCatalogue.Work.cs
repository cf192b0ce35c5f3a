namespace DriftWatch.Alerting;

internal static partial class AlertCatalogue
{
    private static RuleGroup Work { get; } = new(
        "driftwatch-work",
        new AlertRule(
            "DriftWatchNobodyAtWork",
            Severity.Critical,
            "max by (cluster, namespace, job) (max_over_time(driftwatch_service_phase{driftwatch_service_phase=\"running\"}[5m])) == 0",
            "Instances are up and none of them does the work.",
            "No instance of {{ $labels.job }} has been in the phase running for a quarter of an hour: each is restoring, disconnected or standing by.")
        {
            Why = "With standbys, \"up\" says nothing about the work: this does. A restore of minutes, a broker that is away for minutes, and a takeover pass it.",
            For = "10m",
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        },
        new AlertRule(
            "DriftWatchCheckpointStale",
            Severity.Warning,
            """
            time() - max by (cluster, namespace, job) (driftwatch_checkpoint_last_success_timestamp_seconds) > 600
            and on (cluster, namespace, job) (
            min_over_time(sum by (cluster, namespace, job) (driftwatch_consumer_lag)[5m:1m]) > 0
            or sum by (cluster, namespace, job) (increase(driftwatch_checkpoint_failures_total[10m])) > 0)
            """,
            "Work waits and nothing is committed.",
            "The newest commit of {{ $labels.job }} is {{ $value | humanizeDuration }} old while records wait or commits fail: no counts, events or dead letters come out.")
        {
            Why = "An epoch is committed every second while there is work. An idle owner commits nothing and pages nobody: nothing waits, nothing fails. A standby has no such series. Committed positions fall behind while commits hang, so after 15 minutes DriftWatchPipelineStalled pages.",
            For = "5m",
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        },
        new AlertRule(
            "DriftWatchRestoreSlow",
            Severity.Warning,
            "max by (cluster, namespace, job, instance) (driftwatch_service_phase{driftwatch_service_phase=\"restoring\"}) == 1",
            "An instance has been restoring its state for long.",
            "{{ $labels.instance }} has been restoring for more than 15 minutes; no numbers come until it is done.")
        {
            For = "15m",
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        },
        new AlertRule(
            "DriftWatchRestoreMismatch",
            Severity.Warning,
            "max by (cluster, namespace, job, instance) (driftwatch_restore_mismatches_total) > 0",
            "A restored state is not what had been committed.",
            "{{ $labels.instance }} restored {{ $value }} epochs or join tables with another result than was committed: a source no longer gives what was read from it.")
        {
            Why = "It stands until the process ends: the state is that of the mismatch until then, and after a restart it is what was committed since.",
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        },
        new AlertRule(
            "DriftWatchFencedRepeatedly",
            Severity.Warning,
            "sum by (cluster, namespace, job) (increase(driftwatch_fenced_total[1h])) > 3",
            "Instances keep shutting each other out.",
            "Instances of {{ $labels.job }} were fenced {{ $value | humanize }} times in the last hour: each time a state was dropped and restored elsewhere.")
        {
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        },
        new AlertRule(
            "DriftWatchStandbyUnfit",
            Severity.Warning,
            """
            max by (cluster, namespace, job, instance) (driftwatch_trouble) == 1
            and on (cluster, namespace, job, instance)
            max by (cluster, namespace, job, instance) (driftwatch_service_phase{driftwatch_service_phase="standby"}) == 1
            """,
            "An instance stands by that could not take over.",
            "{{ $labels.instance }} is up and not ready: when the instance that works goes, this one will not take its place. Its status page names the difference.")
        {
            Why = "Its settings or inputs are not those of the stored state, so it has left the group. While the owner works nothing else shows it. A standby that waits for the first state of a new group is one for seconds.",
            For = "10m",
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        });
}

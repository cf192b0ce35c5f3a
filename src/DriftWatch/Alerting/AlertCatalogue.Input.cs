namespace DriftWatch.Alerting;

internal static partial class AlertCatalogue
{
    private static RuleGroup Input { get; } = new(
        "driftwatch-input",
        new AlertRule(
            "DriftWatchInputProblem",
            Severity.Warning,
            "max by (cluster, namespace, job, stream, topic, problem) (max_over_time(driftwatch_input_problem[5m])) == 1",
            "What DriftWatch reads is wrong as a whole, so its numbers say nothing.",
            "The {{ $labels.stream }} of topic {{ $labels.topic }} have had the problem {{ $labels.problem }} for ten minutes: most of them are lost. The status page and /api/v1/status (diagnosis) name the most likely cause and the setting.")
        {
            For = "10m",
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        },
        new AlertRule(
            "DriftWatchRejectedMessages",
            Severity.Warning,
            """
            sum by (cluster, namespace, job, topic, reason) (increase(driftwatch_messages_rejected_total[1h]))
            / on (cluster, namespace, job, topic) group_left () sum by (cluster, namespace, job, topic) (increase(driftwatch_consumer_messages_total[1h]))
            > 0.01
            and sum by (cluster, namespace, job, topic, reason) (increase(driftwatch_messages_rejected_total[1h])) >= 10
            """,
            "Records of an input are rejected.",
            "{{ $value | humanizePercentage }} of the records of {{ $labels.topic }} were rejected in the last hour for the reason {{ $labels.reason }}. The dead-letter topic has them.")
        {
            For = "15m",
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        },
        new AlertRule(
            "DriftWatchLateRecordsDropped",
            Severity.Warning,
            """
            sum by (cluster, namespace, job, stream) (increase(driftwatch_late_dropped_total[1h]))
            / on (cluster, namespace, job) group_left () sum by (cluster, namespace, job) (increase(driftwatch_consumer_messages_total[1h]))
            > 0.01
            """,
            "Records come too late to be counted.",
            "{{ $value | humanizePercentage }} of what was read in the last hour were {{ $labels.stream }} further behind event time than their ids are kept, and were dropped.")
        {
            For = "30m",
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        },
        new AlertRule(
            "DriftWatchEventTimeInFuture",
            Severity.Warning,
            "max by (cluster, namespace, job, stream) (driftwatch_watermark_timestamp_seconds) - time() > 300",
            "Event time is ahead of the clock.",
            "The watermark of {{ $labels.stream }} is {{ $value | humanizeDuration }} ahead of the clock: windows close before their records have come.")
        {
            For = "10m",
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        })
    {
        Why = "Everything works and what comes in is wrong as a whole: all other numbers look calm then, because nothing reaches them.",
    };
}

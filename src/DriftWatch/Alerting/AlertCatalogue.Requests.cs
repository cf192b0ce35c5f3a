namespace DriftWatch.Alerting;

internal static partial class AlertCatalogue
{
    private static RuleGroup Requests { get; } = new(
        "driftwatch-recalibration",
        new AlertRule(
            "DriftWatchRecalibrationPending",
            Severity.Warning,
            """
            (
              sum by (cluster, namespace, job, model, version) (max by (cluster, namespace, job, model, version, part) (driftwatch_episodes)) > 0
              and on (cluster, namespace, job, model, version)
              (time() - max by (cluster, namespace, job, model, version) (driftwatch_recalibration_last_request_timestamp_seconds > 0) > 3600)
              unless on (cluster, namespace, job, model, version)
              (sum by (cluster, namespace, job, model, version) (max by (cluster, namespace, job, model, version, state) (driftwatch_episode_states{state="cooling"})) == 0)
            )
            or
            (
              max by (cluster, namespace, job, model) (driftwatch_model_episode_states{state="cooling"}) > 0
              and on (cluster, namespace, job, model)
              (time() - max by (cluster, namespace, job, model) (driftwatch_model_recalibration_last_request_timestamp_seconds > 0) > 3600)
            )
            """,
            "A recalibration was requested, nobody has answered, and the model still drifts.",
            "{{ $labels.model }} {{ with $labels.version }}version {{ . }}{{ else }}over all its versions{{ end }} was reported for recalibration more than an hour ago, is still miscalibrated, and nobody has answered.")
        {
            For = "30m",
            KeepFiringFor = "10m",
            Dashboard = OfRequests,
        },
        new AlertRule(
            "DriftWatchRecalibratorStalled",
            Severity.Warning,
            """
            max by (cluster, namespace, job) (driftwatch_recalibrator_requests_pending) > 0
            unless on (cluster, namespace, job)
            sum by (cluster, namespace, job) (increase(driftwatch_recalibrator_decisions_total[30m])) > 0
            """,
            "Requests wait for driftwatch recalibrate, and it decides nothing.",
            "{{ $labels.job }} has had {{ $value | humanize }} records of requests before it for 15 minutes and has decided on none in the last 30. Its log and /healthz/ready say what stands in the way.")
        {
            Why = "Of `driftwatch recalibrate`, which has a page and a job of its own. Where it is not there at all, DriftWatchRecalibrationPending says so.",
            For = "15m",
            KeepFiringFor = "10m",
            Dashboard = "/d/driftwatch-recalibration",
        },
        new AlertRule(
            "DriftWatchRecalibrationIneffective",
            Severity.Warning,
            """
            sum by (cluster, namespace, job, model, version) (max by (cluster, namespace, job, model, version, state) (driftwatch_episode_states{state=~"ineffective|worsened"})) > 0
            or
            sum by (cluster, namespace, job, model) (max by (cluster, namespace, job, model, state) (driftwatch_model_episode_states{state=~"ineffective|worsened"})) > 0
            """,
            "A recalibration has not helped.",
            "{{ $value }} episodes of {{ $labels.model }} {{ with $labels.version }}version {{ . }}{{ else }}over all its versions{{ end }} were answered with a fix that was not proven in time, does not end the drift, or makes it worse.")
        {
            Why = "A fix is in use and is none: by its deadline, by the drift that is proven to go on, or by a comparison that it loses.",
            For = "1m",
            KeepFiringFor = "10m",
            Dashboard = OfRequests,
        },
        new AlertRule(
            "DriftWatchRecalibrationStorm",
            Severity.Warning,
            "sum by (cluster, namespace, job, model) (increase(driftwatch_recalibration_requests_total[6h])) > 4",
            "A model asks for recalibration again and again.",
            "{{ $value | humanize }} recalibration requests for {{ $labels.model }} in six hours, over its versions, slices and views: each may start a pipeline.")
        {
            KeepFiringFor = "10m",
            Dashboard = OfRequests,
        });
}

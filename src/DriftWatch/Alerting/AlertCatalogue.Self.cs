namespace DriftWatch.Alerting;

internal static partial class AlertCatalogue
{
    private static RuleGroup Self(RuleOptions options) => new(
        "driftwatch-self",
        new AlertRule(
            "DriftWatchWatchdog",
            Severity.None,
            "vector(1)",
            "Alerts of DriftWatch are evaluated and delivered.",
            "This alert always fires. When it stops coming, alerts about models and about DriftWatch do not come either.")
        {
            Why = "Always firing: Alertmanager passes it on every few minutes to something outside, which pages when it no longer comes. Then Prometheus, Alertmanager or the way between them is dead, and nothing here could say so.",
        },
        new AlertRule(
            "DriftWatchDown",
            Severity.Critical,
            $$"""
            (count by (cluster, namespace, job) (count_over_time(up{job="{{options.Job}}"}[1d]))
            unless on (cluster, namespace, job) max by (cluster, namespace, job) (up{job="{{options.Job}}"}) == 1)
            or on (job) absent(up{job="{{options.Job}}"})
            """,
            "No instance of DriftWatch can be scraped.",
            "Prometheus has had no metrics from any instance of {{ $labels.job }} for five minutes. No model is watched, and alerts about models resolve because their series are gone, not because the models are well.")
        {
            Why = "Three ways to be gone: scrapes fail (up is 0), the target of a deployment that was there within a day has vanished, there is no target at all. Sooner than the last page about a model resolves (keep_firing_for).",
            For = "5m",
            Dashboard = OfPipeline,
        },
        new AlertRule(
            "DriftWatchInstanceDown",
            Severity.Warning,
            $$"""
            up{job="{{options.Job}}"} == 0
            and on (cluster, namespace, job) max by (cluster, namespace, job) (up{job="{{options.Job}}"}) == 1
            """,
            "One instance of DriftWatch cannot be scraped, another one can.",
            "{{ $labels.instance }} has given no metrics for ten minutes. Another instance of {{ $labels.job }} answers: if that one goes too, nobody takes over.")
        {
            For = "10m",
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        },
        new AlertRule(
            "DriftWatchCrashLooping",
            Severity.Warning,
            $$"""changes(process_start_time_seconds{job="{{options.Job}}"}[30m]) > 2""",
            "An instance of DriftWatch starts again and again.",
            "{{ $labels.instance }} has started {{ $value }} times in half an hour: each start restores the state before anything is read.")
        {
            KeepFiringFor = "10m",
            Dashboard = OfPipeline,
        })
    {
        Why = "DriftWatch's own death: every other rule here reads series that die with it, and a rule without series fires for nobody.",
    };
}

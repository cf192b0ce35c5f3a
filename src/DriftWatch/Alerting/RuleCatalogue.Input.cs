namespace DriftWatch.Alerting;

internal static partial class RuleCatalogue
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
        })
    {
        Why = "Everything works and what comes in is wrong as a whole: all other numbers look calm then, because nothing reaches them.",
    };
}

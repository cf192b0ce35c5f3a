namespace DriftWatch.Alerting;

/// <summary>A series that Prometheus computes once for the rules, and people, that ask for it.</summary>
/// <param name="Name">As level:metric:operation.</param>
/// <param name="Expr">PromQL.</param>
internal sealed record RecordingRule(string Name, string Expr) : IRule;

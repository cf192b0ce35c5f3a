namespace DriftWatch.Alerting;

/// <summary>A rule that Prometheus evaluates: it records a series or it alerts.</summary>
internal interface IRule
{
    /// <summary>PromQL, of one or more lines.</summary>
    string Expr { get; }
}

namespace DriftWatch.Alerting;

/// <summary>One alert: a row of <see cref="AlertCatalogue"/>. Its runbook is <c>docs/runbooks/NAME.md</c>.</summary>
/// <param name="Name">CamelCase, beginning with DriftWatch; Alertmanager's configuration and the runbook's file go by it.</param>
/// <param name="Severity">Who is told, and how soon.</param>
/// <param name="Expr">PromQL. What it gives keeps the labels by which Alertmanager tells deployments apart: cluster, namespace and job.</param>
/// <param name="Summary">One sentence that is the same for every series.</param>
/// <param name="Description">What is seen, of what, by how much, since when: a template of Prometheus ($labels, $value).</param>
internal sealed record AlertRule(string Name, Severity Severity, string Expr, string Summary, string Description) : IRule
{
    /// <summary>How long it must hold before anybody is told; null: at once.</summary>
    public string? For { get; init; }

    /// <summary>How long it stands after it no longer holds, so that a lost scrape resolves nothing; null: not at all.</summary>
    public string? KeepFiringFor { get; init; }

    /// <summary>Path of the dashboard to look at, with its variables; null: none shows it.</summary>
    public string? Dashboard { get; init; }

    /// <summary>Why it is as it is: a comment above the rule.</summary>
    public string? Why { get; init; }
}

namespace DriftWatch.Alerting;

/// <summary>Rules that Prometheus evaluates one after the other, at one moment.</summary>
/// <param name="Name">Unique in the file.</param>
/// <param name="Rules">A recording rule before those that read it.</param>
internal sealed record RuleGroup(string Name, params IReadOnlyList<IRule> Rules)
{
    /// <summary>What the group is for: a comment above it.</summary>
    public string? Why { get; init; }
}

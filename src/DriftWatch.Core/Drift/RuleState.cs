namespace DriftWatch.Core.Drift;

/// <summary>A setting that the evidence of a rule depends on.</summary>
/// <param name="Name">As the configuration has it, below a model.</param>
/// <param name="Meaning">What it does, to follow the name.</param>
/// <param name="Value">What is in force, in words; null where another setting says that it decides nothing.</param>
public sealed record RuleState(string Name, string Meaning, Func<RulePolicy, string?> Value);

/// <summary>What decides on a model, and what its panes are.</summary>
/// <param name="Watch">The rule and its parameters.</param>
/// <param name="Maturity">Age at which a pane is judged.</param>
/// <param name="Pane">The smallest stretch of event time that is kept.</param>
public readonly record struct RulePolicy(WatchOptions Watch, TimeSpan Maturity, TimeSpan Pane);

namespace DriftWatch.Core.Drift.Rules;

/// <summary>Parameters of the rules that see labeled predictions one by one; of these the chosen one's count.</summary>
public sealed record PairRuleOptions
{
    private IReadOnlyDictionary<string, RuleOptions> Set { get; init; } = new Dictionary<string, RuleOptions>();

    /// <summary>What of a labeled prediction the rule reads; null: the first of <see cref="DriftRule.Inputs"/>.</summary>
    public RuleInput? Input { get; init; }

    /// <summary>The parameters of a rule.</summary>
    public RuleOptions Of(RuleSection rule) => Set.GetValueOrDefault(rule.Key) ?? rule.Defaults;

    /// <summary>The same with other parameters of one rule.</summary>
    public PairRuleOptions With(RuleSection rule, RuleOptions options) => this with { Set = new Dictionary<string, RuleOptions>(Set) { [rule.Key] = options } };
}

/// <summary>Parameters of one rule.</summary>
public abstract record RuleOptions;

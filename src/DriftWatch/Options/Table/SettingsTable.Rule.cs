using System.Diagnostics;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;

namespace DriftWatch.Options.Table;

internal static partial class SettingsTable
{
    /// <summary>Each rule of the catalogue brings its own section.</summary>
    private static IReadOnlyList<Setting<PairRuleOptions>> RuleSettings =>
    [
        new ValueSetting<PairRuleOptions, RuleInput?>("input", Kinds.Optional(Kinds.Choice([.. RuleInputs.All.Select(input => (input.Name(), input))])), o => o.Input, (o, v) => o with { Input = v },
            $"What the rule reads of a labeled prediction: `residual` (outcome − confidence), `error` (1 where the decision at 0.5 was wrong) or `brier` (the squared residual). Empty: `error` for {RulesThatUsuallyRead(RuleInput.Error)}, `residual` for {RulesThatUsuallyRead(RuleInput.Residual)}. `error` and `brier` move with harmless changes of the traffic; `residual` does not see gaps of both signs that cancel."),
        .. RuleCatalogue.Pairs.Select(rule => Section(rule.Section)),
    ];

    private static string RulesThatUsuallyRead(RuleInput input)
    {
        string[] names = [.. RuleCatalogue.All.Where(rule => rule.Inputs.Take(1).Contains(input)).Select(rule => rule.Name)];
        return $"{string.Join(", ", names[..^1])} and {names[^1]}";
    }

    private static SectionSetting<PairRuleOptions, RuleOptions> Section(RuleSection rule) =>
        new(rule.Key, rule.Meaning, o => o.Of(rule), (o, v) => o.With(rule, v), [.. rule.Parameters.Select(Row)]);

    private static Setting<RuleOptions> Row(RuleParameter parameter) => parameter switch
    {
        RuleParameter<double> number => Row(number, Kinds.Number(number.Least, number.Most)),
        RuleParameter<int> whole => Row(whole, Kinds.Whole(whole.Least, whole.Most)),
        RuleParameter<bool> flag => Row(flag, Kinds.Flag),
        RuleParameter<RuleSide> side => Row(side, Kinds.Choice(("both", RuleSide.Both), ("up", RuleSide.Up), ("down", RuleSide.Down))),
        _ => throw new UnreachableException(),
    };

    private static ValueSetting<RuleOptions, TValue> Row<TValue>(RuleParameter<TValue> parameter, ValueKind<TValue> kind) =>
        new(parameter.Name, kind, parameter.Get, parameter.With, parameter.Meaning);
}

using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Monitoring;

/// <content>What evidence depends on: with another value it would speak about something else, so that part alone starts over.</content>
public static partial class StateFingerprint
{
    /// <summary>Of the rule that watches a series.</summary>
    public static IReadOnlyList<StateSetting<SeriesPolicy>> Rule { get; } =
    [
        Of("watchViews", StatePart.Rule, "decides whether further views are judged", p => p.View.IsMain() ? null : Text($"{p.Model.Views.Watched}")),
        Of("rule", StatePart.Rule, "gathers evidence of its own", p => IsJudged(p) ? p.Model.Rule.Name : null),
        Of("rules.input", StatePart.Rule, "is what the rule has read", p => IsJudged(p) ? p.Model.Rule.Reads(p.Model.Rules)?.Name() : null),
        .. RuleCatalogue.All.SelectMany(rule => rule.State.Select(one => Of(one, StatePart.Rule, policy => IsJudged(policy) && policy.Model.Rule.Equals(rule)))),
    ];

    /// <summary>Of the early warning of a series.</summary>
    public static IReadOnlyList<StateSetting<SeriesPolicy>> EarlyWarning { get; } =
    [
        Of("earlyWarning.enabled", StatePart.EarlyWarning, "decides whether there are any", p => Text($"{p.Model.EarlyWarning.Enabled}")),
        Of("earlyWarning.window", StatePart.EarlyWarning, "is what is compared (empty: `threshold.window`)", p => Text($"{p.Model.EarlyWarning.Window ?? p.Model.Threshold.Window}")),
        Of("earlyWarning.reference.from", StatePart.EarlyWarning, "is what is compared with", p => Text($"{p.Model.EarlyWarning.Reference.From}")),
        Of("earlyWarning.reference.to", StatePart.EarlyWarning, "is what is compared with", p => Text($"{p.Model.EarlyWarning.Reference.To}")),
        Of("earlyWarning.reference.least", StatePart.EarlyWarning, "is what is compared with", p => Text($"{p.Model.EarlyWarning.Reference.Least}")),
        Of("earlyWarning.reference.longest", StatePart.EarlyWarning, "is what is compared with", p => Text($"{p.Model.EarlyWarning.Reference.Longest}")),
        Of("earlyWarning.reference.labeled", StatePart.EarlyWarning, "is what is compared with", p => Text($"{p.Model.EarlyWarning.Reference.Labeled}")),
    ];

    /// <summary>Of the watch over its prediction sets, which is a sequential test of its own.</summary>
    public static IReadOnlyList<StateSetting<SeriesPolicy>> PredictionSets { get; } =
    [
        Of("earlyWarning.predictionSets.alpha", StatePart.PredictionSets, "decides which sets were watched", p => Text($"{p.Model.EarlyWarning.Conformal.Alpha}")),
        Of("earlyWarning.predictionSets.tolerance", StatePart.PredictionSets, "is what evidence speaks against", p => Text($"{p.Model.EarlyWarning.Conformal.Tolerance}")),
        Of("earlyWarning.predictionSets.gamma", StatePart.PredictionSets, "is in every step", p => Text($"{p.Model.EarlyWarning.Conformal.Gamma}")),
        .. EsrRule.Gathering.Select(one => Of(one, StatePart.PredictionSets, _ => true)),
    ];

    private static StateSetting<SeriesPolicy> Of(RuleState one, StatePart part, Func<SeriesPolicy, bool> counts) =>
        Of(one.Name, part, one.Meaning, policy => counts(policy) ? one.Value(policy.Rule) : null);

    private static bool IsJudged(SeriesPolicy policy) => policy.View.IsMain() || policy.Model.Views.Watched;
}

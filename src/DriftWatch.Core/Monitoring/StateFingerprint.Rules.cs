using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Monitoring;

/// <content>What evidence depends on: with another value it would speak about something else, so that part alone starts over.</content>
public static partial class StateFingerprint
{
    /// <summary>Of the rule that watches a series.</summary>
    public static IReadOnlyList<StateSetting<SeriesPolicy>> Rule { get; } =
    [
        Of("watchViews", StatePart.Rule, "decides whether further views are judged", p => p.View.IsMain() ? null : Text($"{p.Model.Views.Watched}")),
        Of("rule", StatePart.Rule, "gathers evidence of its own", p => IsJudged(p) ? p.Model.Rule.Name() : null),
        .. Sequential(StatePart.Rule, p => IsJudgedBy(p, DriftRule.ESr)),
        Drift("tolerance", "is what evidence speaks against", o => Text($"{o.Tolerance}")),
        Drift("logOddsTolerance", "is what evidence speaks against", o => Text($"{o.LogOddsTolerance}")),
        Drift("missingLabels", "decides what missing labels have counted as", o => Text($"{o.Missing}")),
        Of("threshold.window", StatePart.Rule, "is what is judged", p => IsJudgedBy(p, DriftRule.Threshold) ? Text($"{p.Model.Threshold.Window}") : null),
        Of("rules.input", StatePart.Rule, "is what the rule has read", p => IsJudged(p) && p.Model.Rule.IsClassical() ? (p.Model.Rules.Input ?? ChangeRules.UsualInput(p.Model.Rule)).Name() : null),
        Classical(DriftRule.PageHinkley, "pageHinkley.delta", "is in every sum", o => Text($"{o.PageHinkley.Delta}")),
        Classical(DriftRule.PageHinkley, "pageHinkley.alpha", "is in every sum", o => Text($"{o.PageHinkley.Alpha}")),
        Classical(DriftRule.Cusum, "cusum.minInstances", "decides what mean and deviation were learnt from", o => Text($"{o.Cusum.MinInstances}")),
        Classical(DriftRule.Cusum, "cusum.slack", "is in every sum", o => Text($"{o.Cusum.Slack}")),
        Classical(DriftRule.Adwin, "adwin.maxBuckets", "cuts the window", o => Text($"{o.Adwin.MaxBuckets}")),
        Classical(DriftRule.Ddm, "ddm.warmStart", "decides which rate was the best", o => Text($"{o.Ddm.WarmStart}")),
        Classical(DriftRule.Eddm, "eddm.warmStart", "decides which distance was the greatest", o => Text($"{o.Eddm.WarmStart}")),
        Classical(DriftRule.HddmA, "hddmA.driftConfidence", "decides which mean was the best", o => Text($"{o.HddmA.CutConfidence ?? o.HddmA.DriftConfidence}")),
        Classical(DriftRule.HddmW, "hddmW.driftConfidence", "decides which mean was the best", o => Text($"{o.HddmW.CutConfidence ?? o.HddmW.DriftConfidence}")),
        Classical(DriftRule.HddmW, "hddmW.lambda", "weighs every mean", o => Text($"{o.HddmW.Lambda}")),
        Classical(DriftRule.Kswin, "kswin.windowSize", "is how much is kept", o => Text($"{o.Kswin.WindowSize}")),
        Classical(DriftRule.Kswin, "kswin.statSize", "is how much is compared", o => Text($"{o.Kswin.StatSize}")),
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
        .. Sequential(StatePart.PredictionSets, _ => true),
    ];

    private static IEnumerable<StateSetting<SeriesPolicy>> Sequential(StatePart part, Func<SeriesPolicy, bool> counts) =>
    [
        Of("drift.pane", part, "is what is judged together", p => counts(p) ? Text($"{p.Model.Drift.PaneFor(p.Model.MaturityAge(p.Monitor.OutOfOrderness), p.Monitor.Pane)}") : null),
        Of("drift.guarantee", part, "decides what every pane has spent", p => counts(p) ? Text($"{p.Model.Drift.Guarantee}") : null),
        Of("drift.dependence", part, "decides how evidence is gathered", p => counts(p) ? Text($"{p.Model.Drift.Dependence}") : null),
        Of("drift.clusterSize", part, "tempers the evidence", p => counts(p) && p.Model.Drift.Dependence == Dependence.Clusters ? Text($"{p.Model.Drift.ClusterSize}") : null),
        Of("drift.block", part, "cuts the blocks", p => counts(p) && p.Model.Drift.Dependence is (Dependence.Auto or Dependence.Blocks) ? Text($"{p.Model.Drift.Block}") : null),
    ];

    private static StateSetting<SeriesPolicy> Drift(string name, string meaning, Func<DriftOptions, string> value) =>
        Of("drift." + name, StatePart.Rule, meaning, p => IsJudgedBy(p, DriftRule.ESr) ? value(p.Model.Drift) : null);

    private static StateSetting<SeriesPolicy> Classical(DriftRule rule, string name, string meaning, Func<ClassicalOptions, string> value) =>
        Of("rules." + name, StatePart.Rule, meaning, p => IsJudgedBy(p, rule) ? value(p.Model.Rules) : null);

    private static bool IsJudged(SeriesPolicy policy) => policy.View.IsMain() || policy.Model.Views.Watched;

    private static bool IsJudgedBy(SeriesPolicy policy, DriftRule rule) => IsJudged(policy) && policy.Model.Rule == rule;
}

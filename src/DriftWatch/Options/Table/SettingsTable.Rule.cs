using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;

namespace DriftWatch.Options.Table;

internal static partial class SettingsTable
{
    private static ValueKind<RuleSide> Side => Kinds.Choice(("both", RuleSide.Both), ("up", RuleSide.Up), ("down", RuleSide.Down));

    private static IReadOnlyList<Setting<ClassicalOptions>> RuleSettings =>
    [
        Row<ClassicalOptions, RuleInput?>("input", Kinds.Optional(Kinds.Choice([.. ChangeRules.Inputs.Select(input => (input.Name(), input))])), c => c.Input, (c, v) => c with { Input = v },
            "What the rule reads of a labeled prediction: `residual` (outcome − confidence), `error` (1 where the decision at 0.5 was wrong) or `brier` (the squared residual). Empty: `error` for ddm, eddm, hddm-a and hddm-w, `residual` for the others. `error` and `brier` move with harmless changes of the traffic; `residual` does not see gaps of both signs that cancel."),
        Rule("pageHinkley", DriftRule.PageHinkley, c => c.PageHinkley, (c, v) => c with { PageHinkley = v }, PageHinkleySettings),
        Rule("cusum", DriftRule.Cusum, c => c.Cusum, (c, v) => c with { Cusum = v }, CusumSettings),
        Rule("adwin", DriftRule.Adwin, c => c.Adwin, (c, v) => c with { Adwin = v }, AdwinSettings),
        Rule("ddm", DriftRule.Ddm, c => c.Ddm, (c, v) => c with { Ddm = v }, DdmSettings),
        Rule("eddm", DriftRule.Eddm, c => c.Eddm, (c, v) => c with { Eddm = v }, EddmSettings),
        Rule("hddmA", DriftRule.HddmA, c => c.HddmA, (c, v) => c with { HddmA = v }, HddmSettings),
        Rule("hddmW", DriftRule.HddmW, c => c.HddmW, (c, v) => c with { HddmW = v }, [.. HddmSettings, HddmWeight]),
        Rule("kswin", DriftRule.Kswin, c => c.Kswin, (c, v) => c with { Kswin = v }, KswinSettings),
    ];

    private static IReadOnlyList<Setting<PageHinkleyOptions>> PageHinkleySettings =>
    [
        Row<PageHinkleyOptions, int>("minInstances", Kinds.Whole(1, 1_000_000_000), r => r.MinInstances, (r, v) => r with { MinInstances = v },
            "Labeled predictions before it may alarm."),
        Row<PageHinkleyOptions, double>("delta", Kinds.Number(0, 1), r => r.Delta, (r, v) => r with { Delta = v },
            "Deviation from the mean that is forgiven at every prediction."),
        Row<PageHinkleyOptions, double>("threshold", Kinds.Number(1e-6, 1e9), r => r.Threshold, (r, v) => r with { Threshold = v },
            "Cumulated deviation that is an alarm; larger is rarer and slower."),
        Row<PageHinkleyOptions, double>("alpha", Kinds.Number(0, 1), r => r.Alpha, (r, v) => r with { Alpha = v },
            "What the sums keep from one prediction to the next."),
        Row<PageHinkleyOptions, RuleSide>("side", Side, r => r.Side, (r, v) => r with { Side = v }, "Which way the mean must move to count."),
    ];

    private static IReadOnlyList<Setting<CusumOptions>> CusumSettings =>
    [
        Row<CusumOptions, int>("minInstances", Kinds.Whole(2, 1_000_000_000), r => r.MinInstances, (r, v) => r with { MinInstances = v },
            "Labeled predictions that mean and standard deviation are learnt from, after which they are frozen."),
        Row<CusumOptions, double>("slack", Kinds.Number(0, 1000), r => r.Slack, (r, v) => r with { Slack = v },
            "Deviation that is forgiven at every prediction, in standard deviations."),
        Row<CusumOptions, double>("threshold", Kinds.Number(1e-6, 1e9), r => r.Threshold, (r, v) => r with { Threshold = v },
            "Cumulated deviation that is an alarm, in standard deviations. At 5 it alarms every few hundred predictions of a calibrated model."),
        Row<CusumOptions, RuleSide>("side", Side, r => r.Side, (r, v) => r with { Side = v }, "Which way the mean must move to count."),
    ];

    private static IReadOnlyList<Setting<AdwinOptions>> AdwinSettings =>
    [
        Row<AdwinOptions, double>("delta", Kinds.Number(1e-300, 1), r => r.Delta, (r, v) => r with { Delta = v },
            "Level of the test that cuts the window; smaller is rarer and slower."),
        Row<AdwinOptions, int>("clock", Kinds.Whole(1, 1_000_000), r => r.Clock, (r, v) => r with { Clock = v },
            "Cuts are tried at every so many predictions."),
        Row<AdwinOptions, int>("maxBuckets", Kinds.Whole(2, 1000), r => r.MaxBuckets, (r, v) => r with { MaxBuckets = v },
            "Summaries a level of the window keeps: more place a cut more finely."),
        Row<AdwinOptions, int>("minWindowLength", Kinds.Whole(1, 1_000_000_000), r => r.MinWindowLength, (r, v) => r with { MinWindowLength = v },
            "Predictions that either side of a cut must have."),
        Row<AdwinOptions, int>("gracePeriod", Kinds.Whole(1, 1_000_000_000), r => r.GracePeriod, (r, v) => r with { GracePeriod = v },
            "Predictions before cuts are tried."),
    ];

    private static IReadOnlyList<Setting<DdmOptions>> DdmSettings =>
    [
        Row<DdmOptions, int>("warmStart", Kinds.Whole(1, 1_000_000_000), r => r.WarmStart, (r, v) => r with { WarmStart = v },
            "Labeled predictions after which it begins to judge."),
        Row<DdmOptions, double>("warningThreshold", Kinds.Number(0, 1000), r => r.WarningThreshold, (r, v) => r with { WarningThreshold = v },
            "Standard deviations above the best rate that are a warning."),
        Row<DdmOptions, double>("driftThreshold", Kinds.Number(0, 1000), r => r.DriftThreshold, (r, v) => r with { DriftThreshold = v },
            "Standard deviations above the best rate that are an alarm."),
    ];

    private static IReadOnlyList<Setting<EddmOptions>> EddmSettings =>
    [
        Row<EddmOptions, int>("warmStart", Kinds.Whole(1, 1_000_000_000), r => r.WarmStart, (r, v) => r with { WarmStart = v },
            "Labeled predictions, and errors, after which it begins to judge."),
        Row<EddmOptions, double>("alpha", Kinds.Number(0, 1), r => r.Alpha, (r, v) => r with { Alpha = v },
            "Distance between errors, as a share of the greatest, below which it warns."),
        Row<EddmOptions, double>("beta", Kinds.Number(0, 1), r => r.Beta, (r, v) => r with { Beta = v },
            "The share below which it alarms."),
    ];

    private static IReadOnlyList<Setting<HddmOptions>> HddmSettings =>
    [
        Row<HddmOptions, double>("driftConfidence", Kinds.Number(1e-300, 1), r => r.DriftConfidence, (r, v) => r with { DriftConfidence = v },
            "Level of the test whose rejection is an alarm: of one look, and it looks at every prediction."),
        Row<HddmOptions, double>("warningConfidence", Kinds.Number(1e-300, 1), r => r.WarningConfidence, (r, v) => r with { WarningConfidence = v },
            "Level of the test whose rejection is a warning."),
        Row<HddmOptions, bool>("twoSided", Kinds.Flag, r => r.TwoSided, (r, v) => r with { TwoSided = v },
            "Whether a falling mean counts too."),
    ];

    private static Setting<HddmOptions> HddmWeight => Row<HddmOptions, double>("lambda", Kinds.Number(1e-6, 1), r => r.Lambda, (r, v) => r with { Lambda = v },
        "Weight of the newest prediction in the moving averages.");

    private static IReadOnlyList<Setting<KswinOptions>> KswinSettings =>
    [
        Row<KswinOptions, double>("alpha", Kinds.Number(0, 1), r => r.Alpha, (r, v) => r with { Alpha = v },
            "Level of the test at every prediction. At 0.005 it alarms some 2 000 times a million predictions of a calibrated model."),
        Row<KswinOptions, int>("windowSize", Kinds.Whole(2, 100_000), r => r.WindowSize, (r, v) => r with { WindowSize = v },
            "Labeled predictions that are kept; at least twice `statSize`."),
        Row<KswinOptions, int>("statSize", Kinds.Whole(1, 50_000), r => r.StatSize, (r, v) => r with { StatSize = v },
            "The newest ones, which are compared with as many drawn from the others."),
    ];

    private static SectionSetting<ClassicalOptions, TRule> Rule<TRule>(
        string name, DriftRule rule, Func<ClassicalOptions, TRule> get, Func<ClassicalOptions, TRule, ClassicalOptions> with, IReadOnlyList<Setting<TRule>> settings) =>
        new(name, $"The `{rule.Name()}` rule; the defaults are River's.", get, with, settings);

    private static ValueSetting<T, TValue> Row<T, TValue>(string name, ValueKind<TValue> kind, Func<T, TValue> get, Func<T, TValue, T> with, string meaning) =>
        new(name, kind, get, with, meaning);
}

using DriftWatch.Core.Comparison;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Serving;

namespace DriftWatch.Options.Table;

internal static partial class SettingsTable
{
    /// <summary>Ten years: longer than any label is waited for.</summary>
    private static TimeSpan Decade => TimeSpan.FromDays(3650);

    private static IReadOnlyList<Setting<ModelOptions>> ModelSettings =>
    [
        Row("team", Kinds.OrEmpty(Kinds.Line(128)), m => m.Team, (m, v) => m with { Team = v },
            "Who owns the model: a tag of `driftwatch_model_info`, by which alerts are routed."),
        Row("horizon", Kinds.Duration(TimeSpan.FromMilliseconds(1), Decade), m => m.Join.Horizon, (m, v) => m with { Join = m.Join with { Horizon = v } },
            "Longest label delay. Longer catches more labels, costs memory for every prediction in it, and delays the verdict (see `maturity`)."),
        Row("lead", Kinds.Duration(TimeSpan.Zero, Decade), m => m.Join.Lead, (m, v) => m with { Join = m.Join with { Lead = v } },
            "How much earlier than its prediction a label may be: for clocks that disagree, or predictions that are logged late. What is earlier is lost. `replay` has `0s` unless it is set."),
        Row("onExpiry", Kinds.Choice(("drop", ExpiryRule.Drop), ("negative", ExpiryRule.Negative)), m => m.Join.OnExpiry, (m, v) => m with { Join = m.Join with { OnExpiry = v } },
            "What becomes of a prediction whose label never came. `negative` is for labels that only ever arrive when positive (fraud, clicks); `drop` leaves the calibration alone."),
        Row("corrections", Kinds.Choice(("ignore", CorrectionRule.Ignore), ("replace", CorrectionRule.Replace)), m => m.Join.Corrections, (m, v) => m with { Join = m.Join with { Corrections = v } },
            "What a second label does. With `ignore` the first stands; with `replace` the latest, and the old contribution is subtracted exactly."),
        Row("labelSources", Kinds.List(Kinds.LabelSource, "sources", 0, LabelSource.Most), m => m.Join.Sources, (m, v) => m with { Join = m.Join with { Sources = v } },
            "Who labels, the most trusted first, by what labels say in `input.labels.source`: `trusted:NAME` or `judge:NAME`, judges behind all that are `trusted`. The label of a source before another's takes its place, whichever came first, as a correction; labels of no source in the list come last. Judges are measured against trusted sources where both labeled a prediction ([how](input.md#who-says-so)). Empty: nobody looks at sources."),
        Row("maturity", Kinds.Optional(Kinds.Duration(TimeSpan.Zero, Decade)), m => m.Maturity, (m, v) => m with { Maturity = v },
            "Age at which a window is judged. Empty: the horizon; or the whole retention where `onExpiry` is `negative`. Earlier is faster, but bad outcomes often arrive last."),
        Row("positiveLabel", Kinds.Optional(Kinds.Line(1024)), m => m.PositiveLabel, (m, v) => m with { PositiveLabel = v },
            "The label that means \"came true\" for a binary model, in any spelling of the class (`true`, `1.0` and `1` are one). Empty: `1` or `true`."),
        Row("negativeLabel", Kinds.Optional(Kinds.Line(1024)), m => m.NegativeLabel, (m, v) => m with { NegativeLabel = v },
            "The label that means \"did not come true\" for a binary model; one that is neither is refused (`label_value`). Empty: `0` or `false` where `positiveLabel` is empty too; else every other label, and page, API and report say which those were."),
        Row("slices", Kinds.Optional(Kinds.List(Kinds.Line(128), "dimensions", 0, 32)), m => m.Slices, (m, v) => m with { Slices = v },
            "Slice dimensions to watch; `[]` watches none. Empty: those that come, up to `monitor.maxSlices` values."),
        Row("views", Kinds.List(Kinds.Choice(("folded", ExtraView.Folded), ("per-class", ExtraView.PerClass), ("class-wise", ExtraView.ClassWise)), "views", 0, 3), m => m.Views.Kept, (m, v) => m with { Views = m.Views with { Kept = v } },
            "Further looks at the same predictions: `folded` (binary models: how sure, whichever side), `per-class` (by predicted class), `class-wise` (each class against the rest; needs probability vectors, which then wait for their labels)."),
        Row("maxClasses", Kinds.Whole(1, 1000), m => m.Views.MaxClasses, (m, v) => m with { Views = m.Views with { MaxClasses = v } },
            "Classes of one model version with series of their own in `per-class` and `class-wise`, first come first served. Further predicted classes fold into `__other__`; further classes of vectors are left out. Both are counted."),
        Row("watchViews", Kinds.Flag, m => m.Views.Watched, (m, v) => m with { Views = m.Views with { Watched = v } },
            "Whether the further views are judged too. Each then has alarms of its own, on predictions that the model's own series judges already."),
        Row("rule", Kinds.Choice([.. RuleCatalogue.All.Select(rule => (rule.Name, rule))]), m => m.Rule, (m, v) => m with { Rule = v },
            "The rule that decides when a model is miscalibrated. `e-sr` states its false-alarm rate; the others are there to compare."),
        new SectionSetting<ModelOptions, DriftOptions>("drift", "The `e-sr` rule: what it tolerates, how often it may be wrong, and what it must not take for granted.", m => m.Drift, (m, v) => m with { Drift = v }, DriftSettings),
        new SectionSetting<ModelOptions, RequestOptions>("requests", "Whether and how often a recalibration is asked for, whatever the rule.", m => m.Requests, (m, v) => m with { Requests = v }, RequestSettings),
        new SectionSetting<ModelOptions, ThresholdOptions>("threshold", "The `threshold` rule: ECE against a threshold, with hysteresis. Simple; it states no false-alarm rate.", m => m.Threshold, (m, v) => m with { Threshold = v }, ThresholdSettings),
        new SectionSetting<ModelOptions, LatencyOptions>("latency", "The serving latency of the watched model, where its predictions carry one (`input.predictions.latency`).", m => m.Latency, (m, v) => m with { Latency = v }, LatencySettings),
        new SectionSetting<ModelOptions, CompareOptions>("compare", "Versions beside each other on the requests that both have scored: how far apart they are, and once labels are in, which is better.", m => m.Compare, (m, v) => m with { Compare = v }, CompareSettings),
        new SectionSetting<ModelOptions, EarlyWarningOptions>("earlyWarning", "What is said before, or without, a decision: traffic that has moved, accuracy to expect, volume, labels that stay out or come late. Warnings never request anything.", m => m.EarlyWarning, (m, v) => m with { EarlyWarning = v }, EarlyWarningSettings),
        new SectionSetting<ModelOptions, PairRuleOptions>("rules", "The rules that see labeled predictions one by one. Those that are as River defines them state no false-alarm rate.", m => m.Rules, (m, v) => m with { Rules = v }, RuleSettings),
    ];

    private static IReadOnlyList<Setting<ThresholdOptions>> ThresholdSettings =>
    [
        Row("window", Kinds.Duration(TimeSpan.FromMilliseconds(1), Decade), t => t.Window, (t, v) => t with { Window = v },
            "Width of the tumbling windows that are judged; a multiple of `monitor.pane`. Wider holds more labels and sees smaller drift, later."),
        Row("raise", Kinds.Number(0.0001, 1), t => t.Raise, (t, v) => t with { Raise = v },
            "Raise when the lower end of the ECE's interval is above this."),
        Row("clear", Kinds.Number(0, 1), t => t.Clear, (t, v) => t with { Clear = v },
            "Clear when the upper end of the interval is below this; less than `raise`, so that an episode does not flap."),
        Row("windows", Kinds.Whole(1, 1000), t => t.Windows, (t, v) => t with { Windows = v },
            "How many windows in a row it takes, to raise and to clear. Fewer is faster and falser."),
        Row("minLabeled", Kinds.Whole(1, 1_000_000_000), (ThresholdOptions t) => t.MinLabeled, (t, v) => t with { MinLabeled = v },
            "Labeled predictions that a window needs to be judged; smaller ones neither end nor start a run. A perfectly calibrated model shows ECE 0.05 at 500."),
    ];

    private static IReadOnlyList<Setting<RequestOptions>> RequestSettings =>
    [
        Row("enabled", Kinds.Flag, r => r.Enabled, (r, v) => r with { Enabled = v },
            "Whether requests are sent; the model is judged and shown either way."),
        Row("cooldown", Kinds.Duration(TimeSpan.Zero, Decade), r => r.Cooldown, (r, v) => r with { Cooldown = v },
            "Least event time between two requests of one series: how long a recalibration takes to reach production."),
        Row("supersededAfter", Kinds.Duration(TimeSpan.FromMinutes(1), Decade), r => r.SupersededAfter, (r, v) => r with { SupersededAfter = v },
            "Event time without a prediction after which a version has gone, if a newer version of its model has predictions since, one that had gone and came back, or one of the same claims (`VERSION` and each `VERSION+cal.REVISION`). At least as long as the longest pause between two batches. Its episode then ends as superseded, and nothing is requested for it."),
        Row("proveWithin", Kinds.Duration(TimeSpan.FromMinutes(1), Decade), r => r.ProveWithin, (r, v) => r with { ProveWithin = v },
            "Event time from an answer that brings a fix, in which predictions must prove it; judged when they are mature. If by then the series has not recovered, no comparison has found the fix better, and no map that answers under a version of its own (`VERSION+cal.REVISION`) is free of drift there, the episode becomes ineffective, and an event says so."),
    ];

    private static IReadOnlyList<Setting<CompareOptions>> CompareSettings =>
    [
        new ValueSetting<CompareOptions, bool>("enabled", Kinds.Flag, c => c.Enabled, (c, v) => c with { Enabled = v },
            "Whether versions are compared: each `VERSION+cal.N` that a calibration map made with its `VERSION`, and all with `current`. Once any model does, each entry of the join takes 8 bytes more, for all models. Needs `join.identity: prediction`."),
        new ValueSetting<CompareOptions, string?>("current", Kinds.Optional(Kinds.Line(128)), c => c.Current, (c, v) => c with { Current = v },
            "The version that every other one is compared with: a canary, shadow or challenger against what serves. Empty: only maps are compared with the version that they are put behind."),
        new ValueSetting<CompareOptions, double>("distance", Kinds.Number(0.0001, 1), c => c.Distance, (c, v) => c with { Distance = v },
            "By how much two probabilities of one request must differ to count as disagreeing. Different predicted classes always do."),
        new ValueSetting<CompareOptions, double?>("mostDisagreeing", Kinds.Optional(Kinds.Number(0, 1)), c => c.MostDisagreeing, (c, v) => c with { MostDisagreeing = v },
            "The share of a day's requests on which two versions may disagree before it is a warning, and the alert DriftWatchVersionsDisagree. Empty: no share is one."),
        new ValueSetting<CompareOptions, double>("alpha", Kinds.Number(0.000001, 0.5), c => c.Alpha, (c, v) => c with { Alpha = v },
            "The chance, at most, that a candidate which is no better is ever called better, and one that is no worse ever worse ([what that rests on](serving.md#which-is-better))."),
        new ValueSetting<CompareOptions, TimeSpan>("leastSpan", Kinds.Duration(TimeSpan.Zero, Decade), c => c.LeastSpan, (c, v) => c with { LeastSpan = v },
            "Least stretch of event time that labels must span before either is said: nothing is decided by one time of day."),
    ];

    private static IReadOnlyList<Setting<LatencyOptions>> LatencySettings =>
    [
        new ValueSetting<LatencyOptions, TimeSpan?>("limit", Kinds.Optional(Kinds.Duration(TimeSpan.FromMilliseconds(1), ServingLatency.Longest)), l => l.Limit, (l, v) => l with { Limit = v },
            "What 95 of 100 answers should not exceed: exported as `driftwatch_latency_limit_seconds`, by which the alert DriftWatchLatencyHigh goes. Empty: no alert."),
        new ValueSetting<LatencyOptions, TimeSpan>("window", Kinds.Duration(TimeSpan.FromSeconds(10), TimeSpan.FromDays(1)), l => l.Window, (l, v) => l with { Window = v },
            "Width of the tumbling windows of event time whose quantiles are shown. Narrower tells sooner, wider holds more answers: p99 of 100 answers is the slowest but one."),
    ];

    private static ValueSetting<RequestOptions, TValue> Row<TValue>(string name, ValueKind<TValue> kind, Func<RequestOptions, TValue> get, Func<RequestOptions, TValue, RequestOptions> with, string meaning) =>
        new(name, kind, get, with, meaning);

    private static ValueSetting<ModelOptions, TValue> Row<TValue>(string name, ValueKind<TValue> kind, Func<ModelOptions, TValue> get, Func<ModelOptions, TValue, ModelOptions> with, string meaning) =>
        new(name, kind, get, with, meaning);

    private static ValueSetting<ThresholdOptions, TValue> Row<TValue>(string name, ValueKind<TValue> kind, Func<ThresholdOptions, TValue> get, Func<ThresholdOptions, TValue, ThresholdOptions> with, string meaning) =>
        new(name, kind, get, with, meaning);
}

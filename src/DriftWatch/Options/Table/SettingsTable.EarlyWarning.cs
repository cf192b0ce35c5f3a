using DriftWatch.Core.EarlyWarning;

namespace DriftWatch.Options.Table;

internal static partial class SettingsTable
{
    private static IReadOnlyList<Setting<EarlyWarningOptions>> EarlyWarningSettings =>
    [
        Early("enabled", Kinds.Flag, e => e.Enabled, (e, v) => e with { Enabled = v },
            "Whether there are early warnings. Without, a series costs some 20 to 60 KiB less."),
        Early("window", Kinds.Optional(Kinds.Duration(TimeSpan.FromSeconds(1), Decade)), e => e.Window, (e, v) => e with { Window = v },
            "Width of the tumbling windows that are compared with the reference; a multiple of `monitor.pane`. Empty: `threshold.window`. A day hides what differs between its hours; an hour tells sooner."),
        Early("minPredictions", Kinds.Whole(1, 1_000_000_000), e => e.MinPredictions, (e, v) => e with { MinPredictions = v },
            "Predictions (labels, where labels are compared) that a window needs; smaller ones neither start nor end a warning. At 1000 chance alone shows a population stability index of 0.02."),
        Early("windows", Kinds.Whole(1, 1000), e => e.Windows, (e, v) => e with { Windows = v },
            "How many windows in a row it takes, to begin and to end a warning."),
        Early("z", Kinds.Number(0, 1000), e => e.Z, (e, v) => e with { Z = v },
            "Standard deviations from chance, and from what windows of the reference differed, that every warning needs besides its effect. With a million predictions any trifle has them; with a thousand, few have."),
        Early("psi", Kinds.Number(0, 100), e => e.Psi, (e, v) => e with { Psi = v },
            "Population stability index, beyond chance, from which confidences count as moved. 0.1 and 0.25 are the usual bands."),
        Early("accuracyDrop", Kinds.Number(0, 1), e => e.AccuracyDrop, (e, v) => e with { AccuracyDrop = v },
            "Fall of accuracy, expected or seen, that is worth a warning; a share, 0.02 is two points."),
        Early("completenessDrop", Kinds.Number(0, 1), e => e.CompletenessDrop, (e, v) => e with { CompletenessDrop = v },
            "Fall of completeness (labeled of all mature predictions) that is worth a warning; a share."),
        Early("volumeRatio", Kinds.Number(1, 1_000_000), e => e.VolumeRatio, (e, v) => e with { VolumeRatio = v },
            "By which factor an hour's predictions must be above or below those of the same hour of the week."),
        Early("delayRatio", Kinds.Number(1, 1_000_000), e => e.DelayRatio, (e, v) => e with { DelayRatio = v },
            "By which factor the median or the 95 % quantile of the label delay must move. Delays are known to a quarter."),
        Early("latencyRatio", Kinds.Number(1, 1_000_000), e => e.LatencyRatio, (e, v) => e with { LatencyRatio = v },
            "By which factor the median or the 95 % quantile of the serving latency must move, up or down."),
        Early("selectionSpread", Kinds.Number(0, 1), e => e.SelectionSpread, (e, v) => e with { SelectionSpread = v },
            "Standard deviation of the gap over tenths of the label delay from which labels count as selected: by so much what is known of young windows may be wrong."),
        new SectionSetting<EarlyWarningOptions, ReferenceOptions>("reference", "What the present is compared with: the first mature stretch of a series, or a configured one. It is renewed by nothing but an accepted fix: where one that was answered for has brought the series back; a configured one stands.", e => e.Reference, (e, v) => e with { Reference = v }, ReferenceSettings),
        new SectionSetting<EarlyWarningOptions, ConformalOptions>("predictionSets", "Sets of classes (binary), or top classes that are sure enough, that hold what happens as often as promised; whether they do is watched.", e => e.Conformal, (e, v) => e with { Conformal = v }, ConformalSettings),
    ];

    private static IReadOnlyList<Setting<ReferenceOptions>> ReferenceSettings =>
    [
        OfReference("from", Kinds.Optional(Kinds.Time), r => r.From, (r, v) => r with { From = v },
            "Where the reference starts. Empty: with the first window of a series."),
        OfReference("to", Kinds.Optional(Kinds.Time), r => r.To, (r, v) => r with { To = v },
            "Where it ends. Empty: when it is long and full enough."),
        OfReference("least", Kinds.Duration(TimeSpan.Zero, Decade), r => r.Least, (r, v) => r with { Least = v },
            "Event time that a reference without `to` covers at least. A week holds nights and weekends; with less, each of them is a change of traffic. Until it is over there are no comparisons."),
        OfReference("longest", Kinds.Duration(TimeSpan.FromSeconds(1), Decade), r => r.Longest, (r, v) => r with { Longest = v },
            "Event time after which it is closed with the labels it has: their number then shows in its half-widths."),
        OfReference("labeled", Kinds.Whole(1, 1_000_000_000), r => r.Labeled, (r, v) => r with { Labeled = v },
            "Labeled predictions that it needs before `longest`. With 20000 the gap of each tenth is known to ±0.02 to 0.04, all at once, at 99 %."),
    ];

    private static IReadOnlyList<Setting<ConformalOptions>> ConformalSettings =>
    [
        OfSets("alpha", Kinds.Number(0.0001, 0.9999), c => c.Alpha, (c, v) => c with { Alpha = v },
            "Allowed share of misses: sets are made to hold what happens in 1 − alpha of the cases."),
        OfSets("tolerance", Kinds.Number(0, 1), c => c.Tolerance, (c, v) => c with { Tolerance = v },
            "By how much coverage may fall short before evidence against it gathers. False alarms are as rare as `drift` says."),
        OfSets("gamma", Kinds.Number(0.000001, 1), c => c.Gamma, (c, v) => c with { Gamma = v },
            "Step of the adaptive alpha per labeled prediction (at most ten count per pane). Larger follows faster and swings more."),
    ];

    // Names of their own: other sections have keys of the same names, and lambdas do not tell overloads apart.
    private static ValueSetting<EarlyWarningOptions, TValue> Early<TValue>(string name, ValueKind<TValue> kind, Func<EarlyWarningOptions, TValue> get, Func<EarlyWarningOptions, TValue, EarlyWarningOptions> with, string meaning) =>
        new(name, kind, get, with, meaning);

    private static ValueSetting<ReferenceOptions, TValue> OfReference<TValue>(string name, ValueKind<TValue> kind, Func<ReferenceOptions, TValue> get, Func<ReferenceOptions, TValue, ReferenceOptions> with, string meaning) =>
        new(name, kind, get, with, meaning);

    private static ValueSetting<ConformalOptions, TValue> OfSets<TValue>(string name, ValueKind<TValue> kind, Func<ConformalOptions, TValue> get, Func<ConformalOptions, TValue, ConformalOptions> with, string meaning) =>
        new(name, kind, get, with, meaning);
}

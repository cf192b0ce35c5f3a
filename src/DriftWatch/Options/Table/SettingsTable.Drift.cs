using DriftWatch.Core.Drift;

namespace DriftWatch.Options.Table;

internal static partial class SettingsTable
{
    private static IReadOnlyList<Setting<DriftOptions>> DriftSettings =>
    [
        Row("tolerance", Kinds.Optional(Kinds.Number(0, 0.5)), d => d.Tolerance, (d, v) => d with { Tolerance = v },
            "By how much outcomes may differ from claims, at any probability, before it is called drift. Where neither this nor `logOddsTolerance` is set: 0.02 or 0.2 in log-odds, whichever is tighter at the claim: 50 % may be 48 % to 52 %, 0.1 % may be 0.082 % to 0.122 %, 99.9 % may be 99.878 % to 99.918 %."),
        Row("logOddsTolerance", Kinds.Optional(Kinds.Number(0, 5)), d => d.LogOddsTolerance, (d, v) => d with { LogOddsTolerance = v },
            "The same in log-odds, on top of `tolerance`: 0.2 lets 3 % be 2.5 % to 3.6 %. Set alone, it stands on top of 0.02, or of 0.002 where claims are below 0.1 on average."),
        Row("question", Kinds.Choice(("miscalibrated", Question.Miscalibrated), ("drifted", Question.Drifted)), d => d.Question, (d, v) => d with { Question = v },
            "What leads to an alarm. `miscalibrated`: outcomes differ from claims. `drifted`: and are further off than in the reference; for models that are known to be off and not to be touched. Both are answered and shown."),
        Row("guarantee", Kinds.Choice(("time", Guarantee.Time), ("predictions", Guarantee.Predictions), ("lifetime", Guarantee.Lifetime)), d => d.Guarantee, (d, v) => d with { Guarantee = v },
            "The unit of the false-alarm rate: event time or labeled predictions between two false alarms, or the probability of ever raising one."),
        Row("falseAlarmEvery", Kinds.Duration(TimeSpan.FromMinutes(1), Decade * 100), d => d.FalseAlarmEvery, (d, v) => d with { FalseAlarmEvery = v },
            "For `guarantee: time`: a calibrated series raises at most one false alarm in this time, on average. Once a year is what an on-call rotation usually accepts; ten times as long costs about a quarter more delay."),
        Row("falseAlarmEveryPredictions", Kinds.Number(1000, 1e15), d => d.FalseAlarmEveryPredictions, (d, v) => d with { FalseAlarmEveryPredictions = v },
            "For `guarantee: predictions`: at most one false alarm in so many labeled predictions, on average."),
        Row("falseAlarmProbability", Kinds.Number(1e-9, 0.5), d => d.FalseAlarmProbability, (d, v) => d with { FalseAlarmProbability = v },
            "For `guarantee: lifetime`: the probability that a calibrated series ever raises a false alarm."),
        Row("group", Kinds.Choice(("series", AlarmGroup.Series), ("model", AlarmGroup.Model), ("service", AlarmGroup.Service)), d => d.Group, (d, v) => d with { Group = v },
            "For how many series together the rate holds: each by itself, a model version with its slices, or all of the process. The evidence that an alarm needs grows with their number, by its logarithm only."),
        Row("dependence", Kinds.Choice(("auto", Dependence.Auto), ("independent", Dependence.Independent), ("clusters", Dependence.Clusters), ("blocks", Dependence.Blocks)), d => d.Dependence, (d, v) => d with { Dependence = v },
            "How outcomes depend on each other. `auto` reckons with shocks that all outcomes of a day share, by what the days before show and what is plausible until they do; `independent` is fastest and wrong where outcomes share causes (weather, an outage, one customer); `clusters` and `blocks` are guaranteed."),
        Row("clusterSize", Kinds.Whole(1, 1_000_000_000), d => d.ClusterSize, (d, v) => d with { ClusterSize = v },
            "For `dependence: clusters`: the most predictions that share a cause."),
        Row("block", Kinds.Optional(Kinds.Duration(TimeSpan.FromSeconds(1), Decade)), d => d.Block, (d, v) => d with { Block = v },
            "Length of the blocks that repeat without memory: `1d` where weather or campaigns end with their day. Empty: a day, and neighbouring days may resemble each other, which is reckoned with."),
        Row("missingLabels", Kinds.Choice(("worst-case", MissingLabels.WorstCase), ("ignore", MissingLabels.Ignore), ("reference", MissingLabels.Reference)), d => d.Missing, (d, v) => d with { Missing = v },
            "What predictions without a label at maturity are taken for. `worst-case` counts each against the alarm, so that whatever is missing raises none; `ignore` takes them to be like the others, which is right only where labels go missing by chance; `reference` takes as many as were missing in the reference (`earlyWarning.reference`) to be missing by chance given the claim, and counts what is missing beyond that at its worst ([what it assumes](detector.md#missing-labels))."),
        Row("nullHypothesis", Kinds.Choice(("conditional", NullHypothesis.Conditional), ("marginal", NullHypothesis.Marginal)), d => d.NullHypothesis, (d, v) => d with { NullHypothesis = v },
            "Of whom claims are asked to be true, where labels are asked for with a `samplingProbability`. `conditional`: given the claim and whatever the choice looked at; labels are not weighted, which is the most powerful where the choice looked at the claim alone. `marginal`: on average over all predictions with that claim, be it that those which are looked at more often come true more often; each label stands for 1 ÷ its probability, and what is missing counts at its worst ([which to take](detector.md#labels-asked-for-by-more-than-the-claim))."),
        Row("minLabeled", Kinds.Whole(1, 1_000_000_000), (DriftOptions d) => d.MinLabeled, (d, v) => d with { MinLabeled = v },
            "Labeled predictions since the onset that an alarm needs: fewer are too few to fit anything to."),
        Row("pane", Kinds.Optional(Kinds.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(7))), d => d.Pane, (d, v) => d with { Pane = v },
            "The stretch of event time that is judged at once; a multiple of `monitor.pane`. Empty: a twenty-fourth of the time that labels are waited for, at most an hour. Wider costs less and sees drift later by at most as much."),
    ];

    private static ValueSetting<DriftOptions, TValue> Row<TValue>(string name, ValueKind<TValue> kind, Func<DriftOptions, TValue> get, Func<DriftOptions, TValue, DriftOptions> with, string meaning) =>
        new(name, kind, get, with, meaning);
}

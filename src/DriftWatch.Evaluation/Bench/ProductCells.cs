using DriftWatch.Core.Drift;

namespace DriftWatch.Evaluation.Bench;

/// <summary>The streams of S14. What is calibrated runs for 90 days; the promise of one false alarm a year lets at most a quarter of them alarm.</summary>
internal static class ProductCells
{
    private static readonly ScoreLaw Rare = new("rare .05 %", "base rate .05 %", -7.7, 0.45);
    private static readonly ScoreLaw Rare2 = new("rare .2 %", "base rate .2 %", -6.3, 0.45);
    private static readonly ScoreLaw Sure = new("sure", "claims above .99", 5.5, 0.5, 4.6);

    public static readonly IReadOnlyList<ProductCell> Calibrated =
    [
        new("independent outcomes", ScoreLaw.D1),
        new("shocks of a day, sd .3, AR .6", ScoreLaw.D1) { Shocks = .3, Memory = .6 },
        new("shocks of a day, sd .5, AR .6", ScoreLaw.D1) { Shocks = .5, Memory = .6 },
        new("shocks with 3 days of memory, sd .5, AR .72", ScoreLaw.D1) { Shocks = .5, Memory = .72 },
        new("bursts, each with a shock of sd .5", ScoreLaw.D1) { Shocks = .5, Arrivals = Arrivals.Bursts },
        new("one batch a day, shocks of sd .3, AR .6", ScoreLaw.D1) { Shocks = .3, Memory = .6, Arrivals = Arrivals.Batch },
        new("a version a day, 20 days, shocks of sd .3, AR .6", ScoreLaw.D1) { Days = 20, Shocks = .3, Memory = .6, DailyVersions = true },
        new("a version and a batch a day, 20 days, shocks of sd .3, AR .6", ScoreLaw.D1) { Days = 20, Shocks = .3, Memory = .6, DailyVersions = true, Arrivals = Arrivals.Batch },
        new("a version every three days, 60 days, shocks of sd .5, AR .6", ScoreLaw.D1) { Days = 60, Shocks = .5, Memory = .6, DailyVersions = true, VersionDays = 3 },
        new("base rate .05 %, 20 000 a day, 30 days", Rare) { PerDay = 20_000, Days = 30 },
        new("claims above .99", Sure),
        new("claims in hundredths", ScoreLaw.D1) { Fineness = Fineness.Hundredths },
        new("claims of five values", ScoreLaw.D1) { Fineness = Fineness.FiveValues },
        new("ten of 400 customers a day, each off by sd .5", ScoreLaw.D1) { Customers = .5 },
        new("three days of seven, shocks of sd .3, AR .6", ScoreLaw.D1) { Shocks = .3, Memory = .6, Arrivals = Arrivals.Silence },
        new("weekends off by .3, other days by −.12", ScoreLaw.D1) { Weekends = .3 },
        new("six regions as slices, each with shocks of sd .3, AR .6", ScoreLaw.D1) { Shocks = .3, Memory = .6, Regions = 6 },
        new("six regions as slices, the last from day 31 on, shocks of sd .3, AR .6", ScoreLaw.D1) { Shocks = .3, Memory = .6, Regions = 6, LateRegion = 30 },
        new("a canary of a thirtieth from day 31 on, independent outcomes", ScoreLaw.D1) { Canary = 1 / 30.0 },
        new("a canary of a thirtieth from day 31 on, shocks of sd .3, AR .6", ScoreLaw.D1) { Shocks = .3, Memory = .6, Canary = 1 / 30.0 },
        new("labels of positives take three times as long", ScoreLaw.D1) { Labels = LabelTimes.ByOutcome },
        new("one positive in ten corrected from negative", ScoreLaw.D1) { Labels = LabelTimes.Corrected },
        .. from asked in (double[])[.01, .05, .2] select Sampled(asked, "true on average", NullHypothesis.Marginal) with { Days = 30 },
        Sampled(.05, "true on average, shocks of sd .3, AR .6", NullHypothesis.Marginal) with { Days = 30, Shocks = .3, Memory = .6 },
    ];

    public static readonly IReadOnlyList<ProductCell> Drifting =
    [
        Shifted(Dependence.Auto, 1.3),
        Shifted(Dependence.Independent, null),
        new("base rate .05 %, 20 000 a day, four times as often from day 16 on", Rare) { PerDay = 20_000, Days = 30, Stable = 15, Truth = new(1, Math.Log(4)), Within = 7 },
        new("base rate .05 %, 20 000 a day, four times as often from the first day", Rare) { PerDay = 20_000, Days = 15, Truth = new(1, Math.Log(4)), Within = 7 },
        new("base rate .2 %, 20 000 a day, twice as often from day 16 on", Rare2) { PerDay = 20_000, Days = 30, Stable = 15, Truth = new(1, Math.Log(2)), Within = 7 },
        new("claims above .99, errors four times as often from day 16 on", Sure) { Days = 45, Stable = 15, Truth = new(1, -Math.Log(4)), Within = 7 },
        new("shocks of a day, sd .3, AR .6, log-odds −1 from day 31 on", ScoreLaw.D1) { Days = 90, Stable = 30, Truth = new(1, -1), Shocks = .3, Memory = .6 },
        new("a version a day, T = 3 from the first day", ScoreLaw.D1) { Days = 20, Truth = new(3), DailyVersions = true, Within = 2 },
        new("a version and a batch a day, log-odds wrong by 1 from the first day", ScoreLaw.D1) { Days = 20, Truth = new(1, 1), DailyVersions = true, Arrivals = Arrivals.Batch, Within = 7 },
        new("a version a day, log-odds wrong by .5 from the first day", ScoreLaw.D1) { Days = 20, Truth = new(1, .5), DailyVersions = true, Within = 7 },
        new("six regions as slices, the last from day 31 on and wrong by 1 on the log-odds", ScoreLaw.D1) { Days = 60, Stable = 30, Truth = new(1, 1), Regions = 6, LateRegion = 30, Within = 7 },
        new("one batch a day, log-odds wrong by 1 from the first day", ScoreLaw.D1) { Days = 40, Truth = new(1, 1), Arrivals = Arrivals.Batch, Within = 3 },
        Sampled(.05, "true on average and not given what the choice looks at", NullHypothesis.Conditional) with { Days = 30 },
        .. from asked in (double[])[.01, .05, .2] select Sampled(asked, "log-odds −1 from day 11 on", NullHypothesis.Marginal, 600) with { Days = 40, Stable = 10, Truth = new(1, -1) },
        Sampled(.05, "log-odds +1 from day 11 on", NullHypothesis.Marginal, 600) with { Days = 40, Stable = 10, Truth = new(1, 1) },
        .. from asked in (NullHypothesis[])[NullHypothesis.Conditional, NullHypothesis.Marginal]
           select Sampled(.05, "by chance alone, log-odds −1 from day 11 on", asked, 600) with { Days = 40, Stable = 10, Truth = new(1, -1), Apart = 0 },
    ];

    /// <summary>The drift of a stream of single predictions, as records: 2 400 a day, a calm month first; null where records cannot be made like it.</summary>
    public static ProductCell? Of(Scenario scenario) => scenario.Gradual > 0 || scenario.LawAfter != scenario.Law ? null
        : new(scenario.Key, scenario.Law) { PerDay = 2400, Stable = scenario.Stable > 0 ? 30 : 0, Days = scenario.Stable > 0 ? 90 : 60, Truth = scenario.Truth };

    /// <summary>Those that say whether the machinery works.</summary>
    public static bool IsQuick(ProductCell cell) => cell.Days * cell.PerDay <= 50_000 || cell == Calibrated[1] || cell.Labels == LabelTimes.Corrected;

    // Behind each claim there are two kinds: one comes true more often and is asked seven times as often.
    private static ProductCell Sampled(double asked, string what, NullHypothesis hypothesis, int labels = 300) =>
        new(FormattableString.Invariant($"labels asked of {asked:.##}, {labels / asked:0} a day: {what}, {hypothesis.Name()} null"), ScoreLaw.D1) { PerDay = (int)Math.Round(labels / asked), Asked = asked, Apart = .5, NullHypothesis = hypothesis };

    private static ProductCell Shifted(Dependence dependence, double? ratio) =>
        new($"independent outcomes, log-odds −.3 from day 31 on, dependence {dependence.ToString().ToLowerInvariant()}", ScoreLaw.D1) { Days = 90, Stable = 30, Truth = new(1, -.3), Dependence = dependence, Ratio = ratio };
}

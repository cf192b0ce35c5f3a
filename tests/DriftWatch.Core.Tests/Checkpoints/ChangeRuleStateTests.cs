using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Checkpoints;

public class ChangeRuleStateTests
{
    // What stands past the count is never looked at; the draw is deleted and re-created.
    private static readonly string[] Room = ["Level._buckets", "Kswin._window", "Kswin._order", "Kswin._drawn"];

    private static readonly IReadOnlyList<PairRule> Rules = RuleCatalogue.Pairs;

    [Fact]
    public void A_rule_read_back_says_the_same_to_the_end()
    {
        foreach (var rule in Rules)
        {
            var law = new StateLaw(Room);
            int changes = 0;
            for (ulong seed = 1; seed <= 12; seed++)
            {
                var random = new SplitMix(seed);
                (double Confidence, bool Outcome)[] pairs = [.. Enumerable.Range(0, 1200).Select(i => Restless(random, i))];
                var options = Options(seed % 2 == 0);
                var before = rule.Make(options, View.Binary);
                int[] at = [.. Enumerable.Range(0, pairs.Length).Where(i => before.Update(pairs[i].Confidence, pairs[i].Outcome) == RuleSignal.Change)];
                int cut = at.Length > 0 && seed % 2 == 0 ? at[^1] + 1 : (int)(random.Unit() * pairs.Length); // a rule knows for one value that it starts over
                law.Hold($"{rule}, seed {seed}", () => rule.Make(options, View.Binary), (one, i) => Seen(one, pairs[i]), pairs.Length, cut);
            }

            law.AssertEveryFieldMoved();
            Assert.True(changes > 0, rule.Name);

            (RuleSignal, (double, double)?) Seen(IPairRule one, (double Confidence, bool Outcome) pair)
            {
                var signal = one.Update(pair.Confidence, pair.Outcome);
                if (signal == RuleSignal.Change) changes++;
                return (signal, one.Chart);
            }
        }
    }

    [Fact]
    public void Pairs_that_wait_and_evidence_come_back_with_the_rule()
    {
        var law = new StateLaw(Room);
        foreach (var rule in Rules)
        {
            for (ulong seed = 1; seed <= 6; seed++)
            {
                var random = new SplitMix(seed);
                LabeledPrediction[] pairs = [.. Enumerable.Range(0, 2500).Select(i => Pair(random, i))];
                var options = Options(true);
                law.Hold(
                    $"{rule}, seed {seed}",
                    () => new PairRuleDetector(rule, options, View.Binary, TimeSpan.FromMinutes(5)),
                    (detector, i) => Seen(detector, pairs, i),
                    pairs.Length,
                    (int)(random.Unit() * pairs.Length));
            }
        }

        law.AssertEveryFieldMoved("PairRuleDetector", "Evidence");
    }

    private static List<Finding>? Seen(PairRuleDetector detector, LabeledPrediction[] pairs, int i)
    {
        detector.Add(pairs[i]);
        if (i % 50 != 0) return null;
        List<Finding> findings = [];
        detector.AdvanceTo(pairs[i].Arrived - TimeSpan.FromMinutes(8), findings);
        return findings;
    }

    private static LabeledPrediction Pair(SplitMix random, int i)
    {
        var time = new EventTime(i * 2000L);
        double confidence = random.Unit();
        return new(time + (TimeSpan.FromMinutes(3) * random.Unit()), time, confidence, random.Chance(i / 400 % 2 == 0 ? confidence : confidence * confidence));
    }

    // Outcomes whose rate jumps, under low claims of few values: an outcome is an error, and equal residuals are common.
    private static (double Confidence, bool Outcome) Restless(SplitMix random, int i) =>
        (Math.Floor(1 + (random.Unit() * 4)) / 10, random.Chance(i / 300 % 2 == 0 ? 0.15 : 0.6));

    private static PairRuleOptions Options(bool twoSided) => new PairRuleOptions()
        .With(PageHinkley.Row.Section, new PageHinkleyOptions { Threshold = 8 })
        .With(HddmA.Row.Section, new HddmOptions { TwoSided = twoSided })
        .With(HddmW.Row.Section, new HddmOptions { TwoSided = twoSided });
}

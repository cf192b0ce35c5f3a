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

    private static readonly DriftRule[] Rules = [.. DriftRules.All.Where(rule => rule.IsClassical())];

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
                double[] values = [.. Enumerable.Range(0, 1200).Select(i => Value(random, rule, i))];
                var options = Options(seed % 2 == 0);
                var before = ChangeRules.Create(rule, options);
                int[] at = [.. Enumerable.Range(0, values.Length).Where(i => before.Update(values[i]) == RuleSignal.Change)];
                int cut = at.Length > 0 && seed % 2 == 0 ? at[^1] + 1 : (int)(random.Unit() * values.Length); // a rule knows for one value that it starts over
                law.Hold($"{rule.Name()}, seed {seed}", () => ChangeRules.Create(rule, options), (one, i) => Seen(one, values[i]), values.Length, cut);
            }

            law.AssertEveryFieldMoved();
            Assert.True(changes > 0, rule.Name());

            (RuleSignal, double?) Seen(IChangeRule one, double value)
            {
                var signal = one.Update(value);
                if (signal == RuleSignal.Change) changes++;
                return (signal, (one as IGradedRule)?.Statistic);
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
                    $"{rule.Name()}, seed {seed}",
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

    // Zeros and ones whose rate jumps, in fifths where a rule takes them.
    private static double Value(SplitMix random, DriftRule rule, int i)
    {
        double rate = i / 300 % 2 == 0 ? 0.15 : 0.6;
        double value = random.Chance(rate) ? 1 : 0;
        return rule is DriftRule.Adwin or DriftRule.Kswin or DriftRule.Cusum or DriftRule.PageHinkley ? (value * 0.4) + (Math.Floor(random.Unit() * 4) / 5) : value;
    }

    private static ClassicalOptions Options(bool twoSided) => new()
    {
        PageHinkley = new() { Threshold = 8 },
        HddmA = new() { TwoSided = twoSided },
        HddmW = new() { TwoSided = twoSided },
    };
}

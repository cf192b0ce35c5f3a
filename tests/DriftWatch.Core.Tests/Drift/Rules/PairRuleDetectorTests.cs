using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Drift.Rules;

public class PairRuleDetectorTests
{
    private static readonly TimeSpan Maturity = TimeSpan.FromHours(1);

    [Fact]
    public void The_next_alarm_ends_an_episode_and_opens_another_at_the_same_moment()
    {
        var findings = Run(Detector(Adwin.Row), Storms(1), batch: 1).Where(f => f.Kind is FindingKind.Drift or FindingKind.Recovered).ToList();

        Assert.InRange(findings.Count, 5, 200);
        Assert.Equal(FindingKind.Drift, findings[0].Kind);
        for (int i = 1; i < findings.Count; i += 2)
        {
            Assert.Equal([FindingKind.Recovered, FindingKind.Drift], [findings[i].Kind, findings[i + 1].Kind]);
            Assert.Equal(findings[i].Decided, findings[i + 1].Decided);
        }
    }

    [Fact]
    public void Alarms_are_those_of_the_rule_on_values_in_order_of_arrival()
    {
        foreach (var input in RuleInputs.All)
        {
            var pairs = Storms(2);
            var rule = new Adwin(new());
            var expected = pairs.Where(pair => rule.Update(input.Value(View.Binary, pair.Confidence, pair.Outcome)) == RuleSignal.Change).Select(pair => pair.Arrived);

            var detector = new PairRuleDetector(Adwin.Row, new() { Input = input }, View.Binary, Maturity);

            Assert.Equal(expected, Run(detector, pairs, batch: 7).Where(f => f.Kind == FindingKind.Drift).Select(f => f.Decided));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void How_records_interleave_within_the_allowance_decides_nothing(ulong seed)
    {
        var random = new SplitMix(seed);
        int alarms = 0;
        foreach (var rule in RuleCatalogue.Pairs)
        {
            var pairs = Storms(seed);
            var inOrder = Run(Detector(rule), pairs, batch: 1);
            alarms += inOrder.Count(finding => finding.Kind == FindingKind.Drift);

            // Batches of 50 arrive in any order; the watermark comes after each.
            var shuffled = pairs.Chunk(50).SelectMany(chunk =>
            {
                random.Shuffle<LabeledPrediction>(chunk);
                return chunk;
            }).ToArray();

            Assert.Equal(Described(inOrder), Described(Run(Detector(rule), shuffled, batch: 50)));
        }

        Assert.True(alarms > 50, $"{alarms} alarms of all rules");
    }

    [Fact]
    public void Evidence_is_the_newest_labeled_predictions_since_the_alarm_before()
    {
        var pairs = Storms(4);
        var previous = EventTime.Earliest;
        foreach (var drift in Run(Detector(PageHinkley.Row), pairs, batch: 3).Where(f => f.Kind == FindingKind.Drift))
        {
            var since = pairs.Where(pair => pair.Arrived > previous && pair.Arrived <= drift.Decided).ToList();
            int labeled = (int)drift.Evidence!.Labeled;
            Assert.InRange(labeled, Math.Min(since.Count, PairRuleDetector.Block), 2 * PairRuleDetector.Block);
            var newest = since[^labeled..];
            Assert.Equal(newest.Min(pair => pair.Predicted), drift.Onset);
            Assert.Equal(newest.Max(pair => pair.Predicted), drift.Until);
            Assert.Equal(newest.Count(pair => pair.Outcome), drift.Evidence.Positives);
            previous = drift.Decided;
        }

        Assert.NotEqual(EventTime.Earliest, previous);
    }

    [Fact]
    public void Labels_that_all_come_at_one_moment_still_give_each_episode_an_onset_of_its_own()
    {
        var random = new SplitMix(5);
        var pairs = Enumerable.Range(0, 6000).Select(i => new LabeledPrediction(new(10_000_000_000), new(9_000_000_000), random.Unit(), random.Chance(0.5))).ToArray();
        var drifts = Run(new PairRuleDetector(Cusum.Row, new(), View.Binary, Maturity), pairs, pairs.Length).Where(f => f.Kind == FindingKind.Drift).ToList();

        Assert.True(drifts.Count > 5);
        Assert.Equal(drifts.Count, drifts.Select(f => f.Onset).Distinct().Count());
        Assert.All(drifts, f => Assert.True(f.Onset <= f.Until));
    }

    [Fact]
    public void A_warning_gathers_and_its_end_is_quiet()
    {
        var random = new SplitMix(9);
        var pairs = Enumerable.Range(0, 3000).Select(i => At(i, 0.2, random.Chance(i is > 2000 and < 2060 ? 0.5 : 0.2))).ToArray();
        var kinds = Run(Detector(Ddm.Row), pairs, batch: 1).Select(f => f.Kind).ToList();

        Assert.Equal(FindingKind.Quiet, kinds[0]);
        Assert.Contains(FindingKind.Gathering, kinds);
        for (int i = 1; i < kinds.Count && kinds[i] != FindingKind.Drift; i++) Assert.NotEqual(kinds[i - 1], kinds[i]); // said once each
    }

    [Theory]
    [InlineData(RuleInput.Residual, View.Binary, 0.3, true, 0.7)]
    [InlineData(RuleInput.Residual, View.TopLabel, 0.3, false, -0.3)]
    [InlineData(RuleInput.Brier, View.Binary, 0.3, true, 0.49)]
    [InlineData(RuleInput.Error, View.Binary, 0.5, true, 0)]
    [InlineData(RuleInput.Error, View.Binary, 0.4999, true, 1)]
    [InlineData(RuleInput.Error, View.Binary, 0.4999, false, 0)]
    [InlineData(RuleInput.Error, View.TopLabel, 0.3, true, 0)]
    [InlineData(RuleInput.Error, View.TopLabel, 0.9, false, 1)]
    [InlineData(RuleInput.Error, View.Folded, 0.9, false, 1)]
    [InlineData(RuleInput.Error, View.PredictedClass, 0.3, true, 0)]
    [InlineData(RuleInput.Error, View.OneClass, 0.3, true, 1)]
    public void Rules_read_residual_error_or_squared_residual(RuleInput input, View view, double confidence, bool outcome, double expected) =>
        Assert.Equal(expected, input.Value(view, confidence, outcome), 12);

    private static PairRuleDetector Detector(PairRule rule) => new(rule, new PairRuleOptions().With(PageHinkley.Row.Section, new PageHinkleyOptions { Threshold = 10 }), View.Binary, Maturity);

    // Adds batch after batch, the watermark behind each.
    private static List<Finding> Run(PairRuleDetector detector, LabeledPrediction[] pairs, int batch)
    {
        List<Finding> findings = [];
        foreach (var some in pairs.Chunk(batch))
        {
            foreach (var pair in some) detector.Add(pair);
            detector.AdvanceTo(some.Max(pair => pair.Arrived) + TimeSpan.FromMilliseconds(1) - Maturity, findings);
        }

        return findings;
    }

    private static List<string> Described(List<Finding> findings) => [.. findings.Select(f =>
        $"{f.Kind} {f.Decided} {f.Onset} {f.Until} {f.Direction} {f.Evidence?.Labeled} {f.Evidence?.Positives} {f.Evidence?.SumConfidence:R}")];

    // A rate that jumps under claims of .2 and .7.
    private static LabeledPrediction[] Storms(ulong seed)
    {
        var random = new SplitMix(seed);
        double off = 0;
        return [.. Enumerable.Range(0, 6000).Select(i =>
        {
            if (i % 700 == 699) off = (random.Unit() - 0.4) * 0.9;
            double claim = random.Chance(0.5) ? 0.2 : 0.7;
            return At(i, claim, random.Chance(Math.Clamp(claim + off, 0, 1)));
        })];
    }

    private static LabeledPrediction At(int i, double confidence, bool outcome) =>
        new(new(1_000_000_000 + (i * 1000L)), new(999_000_000 + (i * 1000L) - (i % 5 * 3000L)), confidence, outcome);
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Recalibration;

/// <summary>Streams whose truth is known, and what should be said of each.</summary>
public class RecalibratorTests
{
    private static readonly RecalibrationTerms Terms = new();

    [Theory]
    [InlineData(1, .6, "intercept")]
    [InlineData(.55, 0, "temperature")]
    [InlineData(.6, -.7, "platt")]
    public void The_simplest_map_that_holds_the_truth_is_taken(double slope, double shift, string method)
    {
        var answer = Recalibrator.Recommend(Set(11, 8000, logit => (slope * logit) + shift), Terms);
        Assert.Equal(Verdict.Accept, answer.Verdict);
        Assert.Equal(method, answer.Chosen!.Method.Name());
        var map = (LogitMap)answer.Chosen.Map!;
        Assert.Equal(slope, map.Slope, 0.08);
        Assert.Equal(shift, map.Intercept, 0.12);
        Assert.True(answer.Chosen.Scores!.Ece < answer.Before!.Ece / 2);
        Assert.All(answer.Chosen.Conditions, condition => Assert.True(condition.Passed, condition.Text));
        Assert.Equal(8000, answer.Count);
    }

    [Fact]
    public void What_no_line_through_the_log_odds_holds_asks_for_more_parameters()
    {
        var answer = Recalibrator.Recommend(Set(12, 20_000, logit => logit > 0 ? 0.35 * logit : 1.1 * logit), Terms);
        Assert.Equal(Verdict.Accept, answer.Verdict);
        Assert.True(answer.Chosen!.Method >= MapMethod.Beta, answer.Chosen.Method.Name());
    }

    [Fact]
    public void Claims_that_hold_are_kept()
    {
        var answer = Recalibrator.Recommend(Set(13, 6000, logit => logit), Terms);
        Assert.Equal(Verdict.Keep, answer.Verdict);
        Assert.Null(answer.Chosen);
        Assert.Contains("good enough", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Claims_that_hold_are_seldom_given_a_map()
    {
        int accepted = 0;
        for (ulong seed = 1; seed <= 30; seed++) accepted += Recalibrator.Recommend(Set(seed, 1200, logit => logit), Terms).Verdict == Verdict.Accept ? 1 : 0;
        Assert.InRange(accepted, 0, 2); // one chance in a hundred for each of six kinds of map, most of which agree
    }

    [Theory]
    [InlineData(999, "999 labeled predictions, 1000 are needed")]
    [InlineData(0, "0 labeled predictions")]
    public void Few_labeled_predictions_are_waited_for(int count, string words)
    {
        var answer = Recalibrator.Recommend(Set(14, count, logit => logit + 1), Terms);
        Assert.Equal(Verdict.Wait, answer.Verdict);
        Assert.Contains(words, answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_of_the_rarer_outcome_are_waited_for()
    {
        var answer = Recalibrator.Recommend(Set(15, 3000, logit => logit - 9), Terms);
        Assert.Equal(Verdict.Wait, answer.Verdict);
        Assert.Contains("of the rarer outcome, 50 are needed", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Claims_that_tell_nothing_ask_for_another_model()
    {
        var answer = Recalibrator.Recommend(Set(16, 6000, logit => logit), Terms with { ReferenceAuroc = .95 });
        Assert.Equal(Verdict.Retrain, answer.Verdict);
        Assert.Contains("it was 0.95", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_the_wrong_way_round_are_seen()
    {
        var answer = Recalibrator.Recommend(Set(17, 6000, logit => -logit), Terms);
        Assert.Equal(Verdict.Retrain, answer.Verdict);
        Assert.StartsWith("labels: outcomes run against the claims", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_region_that_no_map_of_a_kind_reaches_is_named()
    {
        // Claims of 12/15 to 13/15 mean one half; everything else holds.
        double low = LogitMap.Logit(12.0 / 15), high = LogitMap.Logit(13.0 / 15);
        var answer = Recalibrator.Recommend(Set(18, 20_000, logit => logit >= low && logit < high ? 0 : logit), Terms with { MinGain = .01 }, [MapMethod.Intercept, MapMethod.Temperature, MapMethod.Platt]);
        Assert.Equal(Verdict.Retrain, answer.Verdict);
        Assert.Contains("one region: of claims from 0.8 to 0.87", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_cells_of_two_sketches_say_what_the_pairs_say()
    {
        var pairs = FitLawTests.Draw(new SplitMix(19), 8000, logit => (0.6 * logit) + .3);
        var (set, cells) = (new CalibrationSet(), new CalibrationSet());
        var sketches = new[] { new CalibrationSketch(), new CalibrationSketch() };
        for (int i = 0; i < pairs.Length; i++)
        {
            set.Add((ulong)i, pairs[i].P, pairs[i].Y);
            sketches[CalibrationSet.FoldOf((ulong)i)].Add(pairs[i].P, pairs[i].Y);
        }

        for (int fold = 0; fold < 2; fold++) cells.Add(sketches[fold], fold);
        var (left, right) = (Recalibrator.Recommend(set, Terms), Recalibrator.Recommend(cells, Terms));
        Assert.Equal(left.Chosen!.Method, right.Chosen!.Method);
        Assert.Equal(((LogitMap)left.Chosen.Map!).Slope, ((LogitMap)right.Chosen.Map!).Slope, 2e-3);
        Assert.Equal(left.Chosen.Gain!.Value.Mean, right.Chosen.Gain!.Value.Mean, 1e-4);
        Assert.Equal(left.Chosen.Gain.Value.Error, right.Chosen.Gain.Value.Error, 1e-4);
        Assert.Equal(left.Before!.Brier.Mean, right.Before!.Brier.Mean, 1e-4);
    }

    /// <summary>Every second outcome that did not come true was left out, and those that were taken stand for two.</summary>
    [Fact]
    public void Weights_undo_a_choice_of_what_was_labeled()
    {
        var pairs = FitLawTests.Draw(new SplitMix(20), 10_000, logit => (0.7 * logit) + .4);
        var (all, some) = (new CalibrationSet(), new CalibrationSet());
        for (int i = 0; i < pairs.Length; i++)
        {
            all.Add((ulong)i, pairs[i].P, pairs[i].Y);
            if (pairs[i].Y || i % 2 == 0) some.Add((ulong)i, pairs[i].P, pairs[i].Y, pairs[i].Y ? 1 : 2);
        }

        var (left, right) = (Recalibrator.Recommend(all, Terms), Recalibrator.Recommend(some, Terms));
        Assert.Equal(Verdict.Accept, right.Verdict);
        Assert.Equal(left.Before!.Ece, right.Before!.Ece, 0.01);
        Assert.Equal(left.Before.LogLoss.Mean, right.Before.LogLoss.Mean, 0.02);
        Assert.True(right.Before.LogLoss.Error > left.Before.LogLoss.Error);
        Assert.Equal(.4, ((LogitMap)right.Chosen!.Map!).Intercept, 0.1);
    }

    [Fact]
    public void Weights_of_one_give_the_bits_of_no_weights_and_the_formulas_of_both_agree()
    {
        var pairs = FitLawTests.Draw(new SplitMix(21), 3000, logit => 0.7 * logit);
        var (bare, weighted, one) = (new CalibrationSet(), new CalibrationSet(), new CalibrationSet());
        for (int i = 0; i < pairs.Length; i++)
        {
            bare.Add((ulong)i, pairs[i].P, pairs[i].Y);
            one.Add((ulong)i, pairs[i].P, pairs[i].Y, 1);
            weighted.Add((ulong)i, pairs[i].P, pairs[i].Y, 4);
        }

        var (left, right, fourfold) = (Recalibrator.Recommend(bare, Terms), Recalibrator.Recommend(one, Terms), Recalibrator.Recommend(weighted, Terms));
        Assert.Equal(left.Before, right.Before);
        Assert.Equal(left.Candidates.Select(each => each.Gain), right.Candidates.Select(each => each.Gain));
        Assert.Equal(left.Before!.Ece, fourfold.Before!.Ece, 1e-12);
        Assert.Equal(left.Before.EceDebiased, fourfold.Before.EceDebiased, 1e-12);
        Assert.Equal(left.Before.NoiseFloor, fourfold.Before.NoiseFloor, 0.002);
        Assert.Equal(left.Before.EceInterval.Upper, fourfold.Before.EceInterval.Upper, 0.002);
        Assert.Equal(left.Before.LogLoss.Error, fourfold.Before.LogLoss.Error, 1e-12);
    }

    [Fact]
    public void Shocks_that_come_and_go_get_no_map_and_a_lasting_shift_beneath_them_does()
    {
        var random = new SplitMix(22);
        var (passing, lasting) = (new CalibrationSet(), new CalibrationSet());
        double shock = 0;
        for (int day = 0; day < 60; day++)
        {
            shock = (0.6 * shock) + (0.8 * 0.4 * random.Normal());
            foreach (var (set, shift) in new[] { (passing, 0.0), (lasting, 0.9) })
            {
                foreach (var pair in FitLawTests.Draw(random, 150, logit => logit + shock + shift)) set.Add(random.Next(), pair.P, pair.Y, 1, day);
            }
        }

        Assert.NotEqual(Verdict.Accept, Recalibrator.Recommend(passing, Terms).Verdict);
        var answer = Recalibrator.Recommend(lasting, Terms);
        Assert.Equal(Verdict.Accept, answer.Verdict);
        Assert.True(answer.Chosen!.Overdispersion > 1.5);
        Assert.Contains(answer.Chosen.Conditions, condition => condition.Name == "nextBlock" && condition.Passed);
        Assert.True(answer.Lasting!.Blocks > 20, $"{answer.Lasting.Blocks} of {answer.Lasting.Looked}");
    }

    [Fact]
    public void Few_blocks_that_differ_beyond_chance_wait_for_more_and_those_that_do_not_are_independent()
    {
        int dependent = 0, waits = 0;
        for (ulong seed = 0; seed < 200; seed++)
        {
            var calm = Days(new SplitMix(3000 + seed), 4, 500, shock: 0);
            if (Recalibrator.Recommend(calm, Terms, [MapMethod.Intercept]).Candidates[0].Overdispersion > 1) dependent++;
        }

        // One case in a hundred by chance: more than seven of 200 are a chance of 2 in a thousand.
        Assert.InRange(dependent, 0, 7);
        for (ulong seed = 0; seed < 20; seed++)
        {
            var answer = Recalibrator.Recommend(Days(new SplitMix(4000 + seed), 4, 5000, shock: 0.5), Terms, [MapMethod.Intercept]);
            Assert.NotEqual(Verdict.Retrain, answer.Verdict);
            if (answer.Verdict == Verdict.Wait)
            {
                waits++;
                Assert.EndsWith("6 blocks are needed to see that, there are 4", answer.Reason);
            }
        }

        Assert.InRange(waits, 15, 20); // shocks that happen to be alike are not seen
    }

    private static CalibrationSet Days(SplitMix random, int days, int perDay, double shock)
    {
        var set = new CalibrationSet();
        for (int day = 0; day < days; day++)
        {
            double shift = 1.5 + (shock * random.Normal());
            foreach (var pair in FitLawTests.Draw(random, perDay, logit => logit + shift)) set.Add(random.Next(), pair.P, pair.Y, 1, day);
        }

        return set;
    }

    [Fact]
    public void A_gain_lasts_as_long_as_what_it_was_fitted_to()
    {
        var random = new SplitMix(23);
        var set = new CalibrationSet();
        for (int day = 0; day < 60; day++)
        {
            double shift = day / 10 % 2 == 0 ? 1 : -1;
            foreach (var pair in FitLawTests.Draw(random, 200, logit => logit + shift)) set.Add(random.Next(), pair.P, pair.Y, 1, day);
        }

        var lasted = Lasting.Of(new ClaimBlocks(set), MapMethod.Intercept, 3);
        Assert.InRange(lasted.Blocks, 1, 6);
        Assert.True(lasted.Looked > 40);
    }

    private static CalibrationSet Set(ulong seed, int count, Func<double, double> truth)
    {
        var set = new CalibrationSet();
        ulong id = seed << 32;
        foreach (var pair in FitLawTests.Draw(new SplitMix(seed), count, truth)) set.Add(id++, pair.P, pair.Y);
        return set;
    }
}

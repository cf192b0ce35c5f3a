using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Calibration;

public class MoreIntervalTests
{
    [Theory]
    [InlineData(0, 10), InlineData(5, 10), InlineData(1, 10), InlineData(10, 10), InlineData(3, 137), InlineData(400, 1000)]
    public void Clopper_and_Pearsons_ends_are_where_the_binomial_tails_are_2_5_percent(int positives, int count)
    {
        var interval = FrequencyIntervals.ClopperPearson(positives, count);
        if (positives == 0) Assert.Equal(0, interval.Lower);
        else Assert.Equal(0.025, Tail(interval.Lower, k => k >= positives), 1e-9);
        if (positives == count) Assert.Equal(1, interval.Upper);
        else Assert.Equal(0.025, Tail(interval.Upper, k => k <= positives), 1e-9);

        double Tail(double q, Func<int, bool> inside)
        {
            double sum = 0;
            double logChoose = 0;
            for (int k = 0; k <= count; k++)
            {
                if (inside(k)) sum += Math.Exp(logChoose + (k * Math.Log(q)) + ((count - k) * Math.Log(1 - q)));
                logChoose += Math.Log(count - k) - Math.Log(k + 1);
            }

            return sum;
        }
    }

    [Theory]
    [InlineData(0, 10), InlineData(5, 10), InlineData(1, 30), InlineData(10, 10), InlineData(90, 137)]
    public void Jeffreys_ends_cut_off_2_5_percent_of_the_beta_law_with_a_half_on_each_side(int positives, int count)
    {
        var interval = FrequencyIntervals.Jeffreys(positives, count);
        if (positives == 0) Assert.Equal(0, interval.Lower);
        else Assert.Equal(0.025, Share(interval.Lower), 1e-8);
        if (positives == count) Assert.Equal(1, interval.Upper);
        else Assert.Equal(0.975, Share(interval.Upper), 1e-8);

        // With p = sin²t the density is sin²ᵏt cos²⁽ⁿ⁻ᵏ⁾t, smooth everywhere: Simpson's rule.
        double Share(double p) => Simpson(Math.Asin(Math.Sqrt(p))) / Simpson(Math.PI / 2);

        double Simpson(double to)
        {
            const int Steps = 4000;
            double sum = 0;
            for (int i = 0; i <= Steps; i++)
            {
                double t = to * i / Steps;
                sum += (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2) * Math.Pow(Math.Sin(t), 2 * positives) * Math.Pow(Math.Cos(t), 2 * (count - positives));
            }

            return sum * to / Steps / 3;
        }
    }

    [Fact]
    public void Exact_intervals_of_millions_are_the_normal_one()
    {
        foreach (var interval in (Interval[])[FrequencyIntervals.ClopperPearson(300_000, 1_000_000), FrequencyIntervals.Jeffreys(300_000, 1_000_000), Intervals.Wilson(300_000, 1_000_000)])
        {
            double half = Intervals.Z95 * Math.Sqrt(0.21 / 1e6);
            Assert.Equal(0.3 - half, interval.Lower, 2e-6);
            Assert.Equal(0.3 + half, interval.Upper, 2e-6);
        }
    }

    [Theory]
    [InlineData("D1", 1.0, 300), InlineData("D1", 1.1, 300), InlineData("D1", 1.5, 300), InlineData("D1", 1.0, 2000), InlineData("D1", 1.1, 2000), InlineData("D1", 1.5, 2000)]
    [InlineData("D3", 1.0, 300), InlineData("D3", 1.1, 300), InlineData("D3", 1.5, 300), InlineData("D3", 1.0, 2000), InlineData("D3", 1.1, 2000), InlineData("D3", 1.5, 2000)]
    public void The_interval_for_the_mean_squared_gap_covers_in_93_percent_of_runs_or_more(string law, double temperature, int count)
    {
        const int Runs = 300;
        var scores = ScoreLaw.Named(law);
        double truth = TrueSquaredGap(scores, temperature);
        var random = new SplitMix(23);
        int covered = 0;
        for (int run = 0; run < Runs; run++)
        {
            var interval = SquaredGap.Interval(scores.Sketch(random, count, temperature))!.Value;
            if (interval.Lower <= truth && truth <= interval.Upper) covered++;
        }

        Assert.True(covered >= 0.93 * Runs, $"{covered} of {Runs} cover {truth:E3}");
    }

    [Fact]
    public void Bootstrap_normal_and_textbook_intervals_cover_gap_Brier_score_log_loss_and_AUROC()
    {
        const int Runs = 150;
        var random = new SplitMix(29);
        var large = ScoreLaw.D1.Sketch(random, 400_000, 1.3);
        (string Name, double Truth, Func<CalibrationSketch, Interval> Of)[] kinds =
        [
            ("bootstrap of the gap", Scores.Gap(large)!.Value, s => Bootstrap.OfCells(s, Scores.Gap)!.Value),
            ("bootstrap of AUROC", Discrimination.Of(large)!.Value.Auroc, s => Bootstrap.OfCells(s, one => Discrimination.Of(one)?.Auroc)!.Value),
            ("AUROC", Discrimination.Of(large)!.Value.Auroc, s => Discrimination.Of(s)!.Value.HanleyMcNeil()),
            ("Brier", Scores.Brier(large)!.Value, s => ScoreIntervals.Brier(s)!.Value),
            ("log loss", Scores.LogLoss(large)!.Value, s => ScoreIntervals.LogLoss(s)!.Value),
            ("Bernstein", Scores.Brier(large)!.Value, s => ScoreIntervals.EmpiricalBernstein(s.Labeled, s.SumSquaredError, s.SumSquaredError)!.Value),
        ];
        int[] covered = new int[kinds.Length];
        for (int run = 0; run < Runs; run++)
        {
            var sketch = ScoreLaw.D1.Sketch(random, 600, 1.3);
            for (int kind = 0; kind < kinds.Length; kind++)
            {
                var interval = kinds[kind].Of(sketch);
                if (interval.Lower <= kinds[kind].Truth && kinds[kind].Truth <= interval.Upper) covered[kind]++;
            }
        }

        for (int kind = 0; kind < kinds.Length; kind++) Assert.True(covered[kind] >= 0.91 * Runs, $"{kinds[kind].Name}: {covered[kind]} of {Runs}");
        for (int kind = 0; kind < kinds.Length - 1; kind++) Assert.True(covered[kind] < Runs, $"{kinds[kind].Name} is too wide: {covered[kind]} of {Runs}");
    }

    [Fact]
    public void A_bootstrap_is_the_same_with_the_same_seed_and_refuses_too_few_panes()
    {
        var sketch = Pairs.B.Sketch();
        Assert.Equal(Bootstrap.OfCells(sketch, Scores.Brier), Bootstrap.OfCells(sketch, Scores.Brier));
        Assert.NotEqual(Bootstrap.OfCells(sketch, Scores.Brier), Bootstrap.OfCells(sketch, Scores.Brier, seed: 2));
        Assert.Null(Bootstrap.OfPanes([.. Enumerable.Repeat(sketch, Bootstrap.LeastPanes - 1)], Scores.Brier));
        var interval = Bootstrap.OfCells(sketch, Scores.Brier)!.Value;
        Assert.InRange(Scores.Brier(sketch)!.Value, interval.Lower, interval.Upper);
    }

    [Fact]
    public void Where_panes_share_shocks_drawing_panes_covers_and_drawing_cells_does_not()
    {
        const int Runs = 120;
        var random = new SplitMix(31);
        int byPanes = 0, byCells = 0, inflated = 0;
        for (int run = 0; run < Runs; run++)
        {
            var panes = new CalibrationSketch[60];
            var all = new CalibrationSketch();
            for (int i = 0; i < panes.Length; i++)
            {
                panes[i] = new CalibrationSketch();
                double shock = random.Chance(0.5) ? 0.1 : -0.1; // on average the claims are right
                for (int j = 0; j < 100; j++) panes[i].Add(0.5, random.Chance(0.5 + shock));
                all.Merge(panes[i]);
            }

            // Variance of a pane's mean: 0.01 + 0.24/100 where 0.25/100 is expected, about 5 times.
            if (Holds(Bootstrap.OfPanes(panes, Scores.Gap))) byPanes++;
            if (Holds(Bootstrap.OfCells(all, Scores.Gap))) byCells++;
            if (Holds(Intervals.Gap(all, inflation: 5))) inflated++;
        }

        Assert.True(byPanes >= 0.89 * Runs, $"panes: {byPanes} of {Runs}");
        Assert.True(inflated >= 0.89 * Runs, $"inflated: {inflated} of {Runs}");
        Assert.True(byCells < 0.75 * Runs, $"cells: {byCells} of {Runs}");

        static bool Holds(Interval? interval) => interval is { Lower: <= 0, Upper: >= 0 };
    }

    [Fact]
    public void Inflating_the_variance_widens_every_interval_by_its_root()
    {
        var sketch = Pairs.B.Sketch();
        Assert.Equal(2 * Width(Intervals.Gap(sketch)!.Value), Width(Intervals.Gap(sketch, inflation: 4)!.Value), 1e-12);
        Assert.Equal(2 * Width(ScoreIntervals.Brier(sketch)!.Value), Width(ScoreIntervals.Brier(sketch, inflation: 4)!.Value), 1e-12);
        double centre = SquaredGap.Unbiased(sketch)!.Value; // the lower end is cut at 0
        Assert.Equal(2 * (SquaredGap.Interval(sketch)!.Value.Upper - centre), SquaredGap.Interval(sketch, inflation: 4)!.Value.Upper - centre, 1e-12);
        var wilson = ScoreIntervals.Wilson(50, 200, 4);
        Assert.Equal(Intervals.Wilson(50, 200, 2 * Intervals.Z95), wilson);
        Assert.Equal(Intervals.Gap(sketch), Intervals.Gap(sketch, inflation: 0.5));

        static double Width(Interval interval) => interval.Upper - interval.Lower;
    }

    /// <summary>Σ_b w_b gap_b² without sampling noise.</summary>
    private static double TrueSquaredGap(ScoreLaw law, double temperature)
    {
        var random = new SplitMix(987);
        var sketch = law.Sketch(random, 500_000, temperature);
        return SquaredGap.Unbiased(sketch)!.Value;
    }
}

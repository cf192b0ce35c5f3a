using DriftWatch.Core.Calibration;
using DriftWatch.Core.Support;

namespace DriftWatch.Evaluation.Exact;

public class TCalTests
{
    [Theory]
    [InlineData("D1"), InlineData("D3")]
    public void The_statistics_follow_their_laws_when_the_model_is_calibrated(string law)
    {
        const int Runs = 2000;
        var random = new SplitMix(41);
        var (tcal, pairs) = (new Moments(), new Moments());
        for (int run = 0; run < Runs; run++)
        {
            var sketch = ScoreLaw.Named(law).Sketch(random, 1000, 1);
            tcal.Add(TCal.Analytic(sketch)!.Value.Z!.Value);
            pairs.Add(SquaredGap.Unbiased(sketch)!.Value);
        }

        tcal.MeanIs(0, "T-Cal");
        Assert.InRange(tcal.Deviation, 0.92, 1.05);
        pairs.MeanIs(0, "pairs");
    }

    [Fact]
    public void P_values_are_as_seldom_small_as_they_say_under_calibration_and_small_away_from_it()
    {
        var random = new SplitMix(43);
        int accused = 0, seen = 0;
        const int Runs = 300;
        for (int run = 0; run < Runs; run++)
        {
            if (TCal.Adaptive(ScoreLaw.D1.Sketch(random, 500, 1), 99, (ulong)run)!.Value.PValue <= 0.1) accused++;
            if (TCal.Adaptive(ScoreLaw.D1.Sketch(random, 500, 2), 99, (ulong)run)!.Value.PValue <= 0.1) seen++;
        }

        Assert.True(accused <= (0.1 * Runs) + (3 * Math.Sqrt(Runs * 0.09)), $"{accused} of {Runs} calibrated models accused");
        Assert.True(seen >= 0.9 * Runs, $"{seen} of {Runs} with T = 2 seen");
    }

    [Fact]
    public void The_same_seed_gives_the_same_p_value_and_draws_bound_it_from_below()
    {
        var sketch = Pairs.B.Sketch();
        Assert.Equal(TCal.Adaptive(sketch, 200, 5), TCal.Adaptive(sketch, 200, 5));
        Assert.Equal(6 / 201.0, TCal.Adaptive(sketch, 200)!.Value.PValue, 1e-15);
        Assert.Throws<ArgumentOutOfRangeException>(() => TCal.Adaptive(sketch, 0));
        Assert.Null(TCal.Adaptive(new CalibrationSketch()));
        Assert.Null(TCal.Analytic(new CalibrationSketch()));
    }
}

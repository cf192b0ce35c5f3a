using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Drift.Sequential;

public sealed class NullBandTests
{
    private const int Steps = 20_000;

    [Fact]
    public void By_default_two_points_are_tolerated_in_the_middle_and_a_fifth_of_the_odds_at_both_ends()
    {
        var band = NullBand.Default;

        Assert.Equal((.48, .52), (Math.Round(band.Lower(0, .5), 12), Math.Round(band.Upper(0, .5), 12)));
        foreach (double claim in (double[])[.0005, .001, .01, .05])
        {
            double odds = claim / (1 - claim);
            Assert.Equal(Math.Exp(.2), band.Upper(0, claim) / (1 - band.Upper(0, claim)) / odds, 1e-9);
            Assert.Equal(Math.Exp(-.2), band.Lower(0, claim) / (1 - band.Lower(0, claim)) / odds, 1e-9);
        }
    }

    [Fact]
    public void What_is_tolerated_of_rare_outcomes_is_tolerated_of_rare_errors()
    {
        for (int i = 0; i <= Steps; i++)
        {
            double claim = (double)i / Steps;
            Assert.Equal(1 - NullBand.Default.Upper(0, claim), NullBand.Default.Lower(0, 1 - claim), 1e-12);
        }
    }

    [Fact]
    public void The_default_is_never_wider_than_what_was_tolerated_before_it()
    {
        // So that evidence that was gathered against the wider band still speaks against this one.
        var (usual, rare) = (new NullBand(.02), new NullBand(.002, .2));
        for (int i = 0; i <= Steps; i++)
        {
            double claim = (double)i / Steps;
            Assert.True(NullBand.Default.Upper(0, claim) <= Math.Min(usual.Upper(0, claim), rare.Upper(0, claim)) + 1e-15);
            Assert.True(NullBand.Default.Lower(0, claim) >= Math.Max(usual.Lower(0, claim), rare.Lower(0, claim)) - 1e-15);
        }
    }

    [Fact]
    public void The_upper_end_is_concave_and_the_lower_end_convex()
    {
        // Over any three claims, not only neighbours: the kink where the two tolerances cross must bend the right way too.
        double[] claims = [.0, .0003, .01, .09, .11, .1168, .12, .13, .3, .5, .7, .87, .8832, .89, .99, .9997, 1];
        foreach (double left in claims)
        {
            foreach (double right in claims)
            {
                double middle = (left + right) / 2;
                Assert.True(NullBand.Default.Upper(0, middle) >= ((NullBand.Default.Upper(0, left) + NullBand.Default.Upper(0, right)) / 2) - 1e-12);
                Assert.True(NullBand.Default.Lower(0, middle) <= ((NullBand.Default.Lower(0, left) + NullBand.Default.Lower(0, right)) / 2) + 1e-12);
            }
        }
    }

    [Fact]
    public void What_an_ECE_is_held_against_is_what_the_claims_may_miss_by()
    {
        var rare = new CalibrationSketch();
        for (int i = 0; i < 100; i++) rare.AddOutcome(.001, false);

        Assert.Equal(NullBand.Default.Upper(0, .001) - .001, NullBand.Default.Mean(rare)!.Value, 1e-9);
        Assert.Null(NullBand.Default.Mean(new CalibrationSketch()));
    }

    [Fact]
    public void In_words_it_is_seen_at_two_probabilities()
    {
        Assert.Equal("±2 points, and at most ±0.2 in log-odds", ToleranceText.Of(NullBand.Default));
        Assert.Equal("50 % may be 48 to 52 %, 0.1 % may be 0.082 to 0.122 %", ToleranceText.Examples(NullBand.Default));
        Assert.Equal("±2 points", ToleranceText.Of(new NullBand(.02)));
        Assert.Equal("±0.2 points on top of ±0.2 in log-odds", ToleranceText.Of(new NullBand(.002, .2)));
    }
}

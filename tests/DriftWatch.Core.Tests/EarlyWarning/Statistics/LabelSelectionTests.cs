using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.EarlyWarning.Statistics;

public class LabelSelectionTests
{
    [Fact]
    public void A_case_by_hand()
    {
        var table = new DelayTable();
        for (int i = 0; i < 100; i++) table.Add(TimeSpan.FromSeconds(10), 0.5, i < 40);
        for (int i = 0; i < 100; i++) table.Add(TimeSpan.FromHours(1), 0.5, i < 60);

        var selection = LabelSelection.Of(table)!;

        // All p(1 − p) and all (y − p)² are ¼: r = 1, variance of a gap ¼ ÷ 100.
        Assert.Equal([0.1, -0.1], selection.Buckets.Select(bucket => Math.Round(bucket.Gap, 12)));
        Assert.Equal(2 * 0.01 / 0.0025, selection.ChiSquare, 1e-9);
        Assert.Equal(1, selection.DegreesOfFreedom);
        Assert.Equal(7 / Math.Sqrt(2), selection.Z, 1e-9);
        Assert.Equal(Math.Sqrt(0.01 * 7 / 8), selection.Spread, 1e-9);
        Assert.Equal(0.1 - (1.959963984540054 * 0.05), selection.Buckets[0].Interval.Lower, 1e-9);
        Assert.Equal(0.004677735, selection.PValue, 1e-8); // √8 standard normal, two-sided
    }

    [Theory]
    [InlineData("D1", 1.0), InlineData("D2", 1.0), InlineData("D3", 1.6)]
    public void Without_selection_X2_has_the_mean_and_spread_of_chi_square_calibrated_or_not(string law, double temperature)
    {
        var random = new SplitMix(12);
        var chiSquare = new Moments();
        for (int run = 0; run < 400; run++)
        {
            var table = new DelayTable();
            for (int i = 0; i < 2000; i++)
            {
                var (p, y) = ScoreLaw.Named(law).Draw(random, temperature);
                table.Add(Delay(random), p, y);
            }

            var selection = LabelSelection.Of(table)!;
            Assert.InRange(selection.Buckets.Length, 9, 10);
            chiSquare.Add(selection.ChiSquare * 9 / selection.DegreesOfFreedom);
        }

        chiSquare.AssertMean(9, relative: 0.01); // r is estimated from the same labels
        Assert.InRange(chiSquare.Deviation / Math.Sqrt(18), 0.85, 1.2);
    }

    [Fact]
    public void Positives_that_come_late_are_found_and_sized()
    {
        var random = new SplitMix(13);
        var table = new DelayTable();
        for (int i = 0; i < 20_000; i++)
        {
            var (p, y) = ScoreLaw.D1.Draw(random, 1);
            table.Add(Delay(random) * (y ? 1.5 : 1), p, y);
        }

        var selection = LabelSelection.Of(table)!;

        Assert.True(selection.Z > 5 && selection.Spread > 0.02, $"{selection.Z} {selection.Spread}");
        Assert.True(selection.Buckets[0].Gap > 0 && selection.Buckets[^1].Gap < 0, "early labels are negatives: claims look too high");
    }

    [Fact]
    public void One_delay_for_all_cannot_be_compared()
    {
        var table = new DelayTable();
        Assert.Null(LabelSelection.Of(table));
        for (int i = 0; i < 100; i++) table.Add(TimeSpan.FromSeconds(10), 0.5, i % 2 == 0);
        Assert.Null(LabelSelection.Of(table));
        for (int i = 0; i < 100; i++) table.Add(TimeSpan.FromSeconds(99), 1, true); // certain: no variance to compare with
        Assert.Null(LabelSelection.Of(table));
    }

    private static TimeSpan Delay(SplitMix random) => TimeSpan.FromSeconds(Math.Exp(6 + random.Normal()));
}

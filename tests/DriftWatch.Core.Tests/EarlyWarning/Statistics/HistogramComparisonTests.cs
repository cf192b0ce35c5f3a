using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.EarlyWarning.Statistics;

public class HistogramComparisonTests
{
    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(401, 10).Select(i => (ulong)i)];

    [Fact]
    public void A_case_by_hand()
    {
        // f = .5, .3, .2; h = .4, .4, .2.
        var comparison = HistogramComparison.Of([50, 30, 20], [80, 80, 40])!.Value;

        Assert.Equal((100, 200, 2), (comparison.Count, comparison.ReferenceCount, comparison.DegreesOfFreedom));
        Assert.Equal((0.1 * Math.Log(1.25)) + (0.1 * Math.Log(4.0 / 3)), comparison.Psi, 1e-15);
        // 2 x 3 table with expected 43⅓, 36⅔, 20 and twice that: Σ (o − e)² / e.
        double chiSquare = (20.0 / 3 * (20.0 / 3) / (130.0 / 3) * 1.5) + (20.0 / 3 * (20.0 / 3) / (110.0 / 3) * 1.5);
        Assert.Equal(chiSquare, comparison.ChiSquare, 1e-12);
        Assert.Equal(Math.Sqrt(chiSquare / 300), comparison.CramersV, 1e-12);
        Assert.Equal(Math.Exp(-chiSquare / 2), comparison.PValue, 1e-12); // 2 degrees of freedom
        double divergence = 0.5 * ((0.5 * Math.Log(0.5 / 0.45)) + (0.4 * Math.Log(0.4 / 0.45)) + (0.3 * Math.Log(0.3 / 0.35)) + (0.4 * Math.Log(0.4 / 0.35)));
        Assert.Equal(divergence, comparison.JensenShannon, 1e-15);
        Assert.Equal(Math.Sqrt(divergence / Math.Log(2)), comparison.JensenShannonDistance, 1e-12);
        Assert.Equal(2 * 0.015, comparison.PsiNull, 1e-15);
        Assert.Equal((chiSquare - 2) / 2, comparison.Z(), 1e-12);
        Assert.Equal((chiSquare - 2) * 0.015, comparison.Distance, 1e-12);
    }

    [Fact]
    public void An_empty_region_counts_as_half_a_prediction()
    {
        var comparison = HistogramComparison.Of([10, 0], [5, 5])!.Value;

        double filled = 0.5 / 11;
        Assert.Equal((0.5 * Math.Log(2)) + ((filled - 0.5) * Math.Log(filled / 0.5)), comparison.Psi, 1e-15);
    }

    [Fact]
    public void Regions_without_anything_do_not_count_and_nothing_cannot_be_compared()
    {
        Assert.Equal(HistogramComparison.Of([50, 30], [80, 40]), HistogramComparison.Of([50, 0, 30, 0], [80, 0, 40, 0]));
        Assert.Null(HistogramComparison.Of([0, 0], [1, 2]));
        Assert.Null(HistogramComparison.Of([1, 2], [0, 0]));
        var single = HistogramComparison.Of([7, 0], [9, 0])!.Value;
        Assert.Equal((0, 0.0, 0.0, 1.0), (single.DegreesOfFreedom, single.Psi, single.Z(), single.PValue));
    }

    [Fact]
    public void Histograms_without_a_region_in_common_are_as_far_apart_as_can_be()
    {
        var comparison = HistogramComparison.Of([0, 9], [4, 0])!.Value;

        Assert.Equal(1, comparison.JensenShannonDistance, 1e-12);
        Assert.Equal(1, comparison.CramersV, 1e-12);
        Assert.Equal(13, comparison.ChiSquare, 1e-12);
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Every_measure_is_symmetric_and_never_negative_and_zero_between_equals(ulong seed)
    {
        var random = new SplitMix(seed);
        for (int i = 0; i < 200; i++)
        {
            long[] a = new long[1 + random.Below(12)], b = new long[a.Length];
            foreach (ref long count in a.AsSpan()) count = random.Below(50);
            foreach (ref long count in b.AsSpan()) count = random.Below(50);
            a[0]++;
            b[0]++;
            var one = HistogramComparison.Of(a, b)!.Value;
            var other = HistogramComparison.Of(b, a)!.Value;
            Assert.True(one.Psi >= 0 && one.JensenShannon >= 0 && one.ChiSquare >= 0, $"seed {seed}: {one}");
            Assert.InRange(one.JensenShannonDistance, 0, 1 + 1e-12);
            Assert.InRange(one.CramersV, 0, 1 + 1e-12);
            Assert.Equal(one.JensenShannon, other.JensenShannon, 1e-12);
            Assert.Equal(one.ChiSquare, other.ChiSquare, 1e-9);
            Assert.Equal(one.Psi, other.Psi, 1e-12);
            var same = HistogramComparison.Of(a, [.. a.Select(count => 3 * count)])!.Value;
            Assert.Equal(0, same.ChiSquare, 1e-9);
            Assert.Equal(0, same.JensenShannon, 1e-12);
        }
    }

    [Fact]
    public void By_chance_alone_every_measure_has_the_stated_mean_and_spread()
    {
        const int Runs = 1500, N = 3000, M = 12_000, Regions = 20;
        var random = new SplitMix(77);
        var psi = new Moments();
        var chiSquare = new Moments();
        var divergence = new Moments();
        int significant = 0;
        HistogramComparison last = default;
        for (int run = 0; run < Runs; run++)
        {
            last = HistogramComparison.Of(Draw(random, N, Regions), Draw(random, M, Regions))!.Value;
            psi.Add(last.Psi);
            chiSquare.Add(last.ChiSquare);
            divergence.Add(8 * last.JensenShannon * N * M / (N + M));
            if (last.PValue < 0.05) significant++;
        }

        psi.AssertMean(last.PsiNull, relative: 0.005); // of order 1 ÷ n: the formula is the first term
        chiSquare.AssertMean(Regions - 1);
        divergence.AssertMean(Regions - 1, relative: 0.005);
        Assert.InRange(psi.Deviation / (last.PsiNull * Math.Sqrt(2.0 / last.DegreesOfFreedom)), 0.92, 1.08);
        Assert.InRange(chiSquare.Deviation / Math.Sqrt(2 * (Regions - 1)), 0.92, 1.08);
        Assert.InRange((double)significant / Runs, 0.05 - (3 * 0.0056), 0.05 + (3 * 0.0056));
    }

    [Fact]
    public void The_distance_of_two_laws_is_estimated_without_bias_and_z_against_it_is_centred()
    {
        const int Runs = 1500, N = 2000, M = 8000;
        double[] law = [0.3, 0.2, 0.4, 0.1], other = [0.25, 0.25, 0.4, 0.1];
        double truth = 0;
        for (int i = 0; i < law.Length; i++)
        {
            double pooled = ((N * other[i]) + (M * law[i])) / (N + M);
            truth += (law[i] - other[i]) * (law[i] - other[i]) / pooled;
        }

        var random = new SplitMix(78);
        var distance = new Moments();
        var z = new Moments();
        for (int run = 0; run < Runs; run++)
        {
            var comparison = HistogramComparison.Of(Draw(random, N, other), Draw(random, M, law))!.Value;
            distance.Add(comparison.Distance);
            z.Add(comparison.Z(truth));
        }

        distance.AssertMean(truth);
        z.AssertMean(0);
        Assert.InRange(z.Deviation, 0.92, 1.08);
    }

    private static long[] Draw(SplitMix random, int count, int regions)
    {
        long[] counts = new long[regions];
        for (int i = 0; i < count; i++) counts[random.Below(regions)]++;
        return counts;
    }

    private static long[] Draw(SplitMix random, int count, double[] law)
    {
        long[] counts = new long[law.Length];
        for (int i = 0; i < count; i++)
        {
            double u = random.Unit();
            int region = 0;
            while (region < law.Length - 1 && u >= law[region]) u -= law[region++];
            counts[region]++;
        }

        return counts;
    }
}

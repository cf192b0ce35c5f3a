using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Recalibration;

public class FitLawTests
{
    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(901, 8).Select(i => (ulong)i)];

    public static TheoryData<string> Methods => [.. MapMethods.OfClaims.Select(method => method.Name())];

    /// <summary>The closed form of isotonic regression: the largest over lower ends, of the least over upper ends, of the mean in between.</summary>
    [Theory, MemberData(nameof(Seeds))]
    public void Pooling_adjacent_violators_is_the_min_max_of_means(ulong seed)
    {
        var random = new SplitMix(seed);
        var points = FitPoints.Of(Enumerable.Range(0, 60).Select(_ =>
        {
            double weight = random.Chance(.3) ? random.Unit() * 5 : 1;
            bool outcome = random.Chance(.5);
            return new ClaimPoint(random.Below(40) / 40.0, outcome ? weight : 0, outcome ? 0 : weight, weight * weight, 1);
        }));
        var map = IsotonicFit.Of(points).Map!;
        var all = points.All.ToArray();
        double least = 1 / (points.Effective + 2);
        for (int i = 0; i < all.Length; i++)
        {
            double best = 0;
            for (int from = 0; from <= i; from++)
            {
                double lowest = 1;
                for (int to = i; to < all.Length; to++) lowest = Math.Min(lowest, all[from..(to + 1)].Sum(point => point.Positive) / all[from..(to + 1)].Sum(point => point.Weight));
                best = Math.Max(best, lowest);
            }

            Assert.Equal(Math.Clamp(best, least, 1 - least), map.Apply(all[i].Claim), 1e-12);
        }
    }

    /// <summary>What a map's family holds already, no change at all, is never better on the data of the fit.</summary>
    [Theory, MemberData(nameof(Seeds))]
    public void A_fit_never_makes_the_loss_of_its_own_data_worse(ulong seed)
    {
        var random = new SplitMix(seed);
        double slope = 0.4 + (2 * random.Unit()), shift = random.Normal();
        var points = FitReferenceTests.Points(Draw(random, 3000, logit => (slope * logit) + shift));
        double before = Loss(points, claim => claim);
        foreach (var method in MapMethods.OfClaims.Where(method => method != MapMethod.Histogram))
        {
            var map = MapFit.Of(method, points).Map!;
            // Isotonic maps alone are kept off 0 and 1, which costs less than a nat in all.
            Assert.True(Loss(points, map.Apply) <= before + (method == MapMethod.Isotonic ? 1 : 1e-9), $"{method.Name()}: {Loss(points, map.Apply)} > {before}");
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public void Claims_that_hold_have_a_temperature_of_one_within_its_error(ulong seed)
    {
        var fitted = TemperatureFit.Of(FitReferenceTests.Points(Draw(new SplitMix(seed), 20_000, logit => logit)));
        Assert.InRange((((LogitMap)fitted.Map!).Slope - 1) / fitted.Errors![0], -3.5, 3.5);
    }

    [Fact]
    public void Errors_of_a_temperature_are_those_that_fits_show()
    {
        List<double> slopes = [], errors = [];
        for (ulong seed = 1; seed <= 300; seed++)
        {
            var fitted = TemperatureFit.Of(FitReferenceTests.Points(Draw(new SplitMix(seed), 500, logit => logit / 1.5)));
            slopes.Add(((LogitMap)fitted.Map!).Slope);
            errors.Add(fitted.Errors![0]);
        }

        double mean = slopes.Average(), seen = Math.Sqrt(slopes.Average(slope => (slope - mean) * (slope - mean)));
        Assert.Equal(1 / 1.5, mean, 0.02);
        Assert.InRange(seen / errors.Average(), 0.88, 1.12); // the deviation of 300 is known to 4 %
    }

    [Theory, MemberData(nameof(Methods))]
    public void A_weight_is_as_many_equal_predictions(string name)
    {
        var method = MapMethods.Find(name)!.Value;
        var pairs = Draw(new SplitMix(77), 1500, logit => (1.4 * logit) - .3);
        var weighted = FitPoints.Of(pairs.Select((pair, row) => new ClaimPoint(pair.P, pair.Y ? 1 + (row % 3) : 0, pair.Y ? 0 : 1 + (row % 3), 1 + (row % 3), 1 + (row % 3))));
        var repeated = FitReferenceTests.Points([.. pairs.SelectMany((pair, row) => Enumerable.Repeat(pair, 1 + (row % 3)))]);
        var (left, right) = (MapFit.Of(method, weighted).Map!, MapFit.Of(method, repeated).Map!);
        for (int i = 0; i <= 100; i++) Assert.Equal(right.Apply(i / 100.0), left.Apply(i / 100.0), 1e-9);
    }

    [Theory, MemberData(nameof(Methods))]
    public void A_map_gives_probabilities_that_never_decrease_where_it_says_so(string name)
    {
        var map = MapFit.Of(MapMethods.Find(name)!.Value, FitReferenceTests.Points(Draw(new SplitMix(5), 4000, logit => (0.7 * logit) + .2))).Map!;
        double last = -1;
        for (int i = 0; i <= 2000; i++)
        {
            double here = map.Apply(i / 2000.0);
            Assert.InRange(here, 0, 1);
            if (map.KeepsOrder && i is > 0 and < 2000) Assert.True(here > last);
            else if (map is not StepMap) Assert.True(here >= last);
            last = here;
        }

        Span<double> two = stackalloc double[2];
        map.Apply([.3, .7], two);
        Assert.Equal(1, two[0] + two[1], 1e-15);
        Assert.Equal(map.Apply(.7), two[1]);
    }

    /// <summary>Each bin is worth at least fifty, the bins part the claims, and no claim is in two.</summary>
    [Fact]
    public void Bins_of_a_histogram_have_equal_mass()
    {
        var pairs = Draw(new SplitMix(8), 3000, logit => logit);
        var map = (StepMap)HistogramFit.Of(FitReferenceTests.Points(pairs)).Map!;
        Assert.Equal(15, map.Values.Length);
        var counts = new int[15];
        foreach (var pair in pairs) counts[KnotMap.CountUpTo(map.Edges, pair.P)]++;
        Assert.All(counts, count => Assert.InRange(count, 199, 201));

        var few = (StepMap)HistogramFit.Of(FitReferenceTests.Points(pairs[..170])).Map!;
        Assert.Equal(3, few.Values.Length);
        var one = (StepMap)HistogramFit.Of(FitReferenceTests.Points([new(.5, true), new(.5, false), new(.5, false)])).Map!;
        Assert.Equal(2.0 / 5, one.Apply(.1), 1e-15);
    }

    internal static Pair[] Draw(SplitMix random, int count, Func<double, double> truth)
    {
        var pairs = new Pair[count];
        for (int i = 0; i < count; i++)
        {
            double logit = 2 * random.Normal();
            pairs[i] = new(LogitMap.Sigmoid(logit), random.Chance(LogitMap.Sigmoid(truth(logit))));
        }

        return pairs;
    }

    private static double Loss(FitPoints points, Func<double, double> map)
    {
        double loss = 0;
        foreach (var point in points.All)
        {
            double claim = map(point.Claim);
            if (point.Positive > 0) loss -= point.Positive * Math.Log(claim);
            if (point.Negative > 0) loss -= point.Negative * Math.Log(1 - claim);
        }

        return loss;
    }
}

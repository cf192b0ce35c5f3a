using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Recalibration;

/// <summary>Golden vector B (statistics §4.3) against what NumPy, SciPy and scikit-learn 1.2.1 make of it.</summary>
public class FitReferenceTests
{
    /// <summary>The references are given to ten digits.</summary>
    private const double Given = 5e-10;

    private static readonly FitPoints Raw = Points(Pairs.B);
    private static readonly FitPoints Cells = FitPoints.Of(Pairs.B.Sketch());

    [Fact]
    public void Temperature_of_pairs_and_of_the_sketch()
    {
        Assert.Equal(.6156394195, Logit(TemperatureFit.Of(Raw)).Temperature, Given);
        Assert.Equal(.6158920426, Logit(TemperatureFit.Of(Cells)).Temperature, Given);
    }

    [Fact]
    public void Platt_of_pairs_and_of_the_sketch()
    {
        var raw = Logit(PlattFit.Of(Raw));
        Assert.Equal(1.6244270154, raw.Slope, Given);
        Assert.Equal(-.0063916272, raw.Intercept, Given);
        var cells = Logit(PlattFit.Of(Cells));
        Assert.Equal(1.6237602768, cells.Slope, Given);
        Assert.Equal(-.0063746374, cells.Intercept, Given);
    }

    [Fact]
    public void Platts_targets_as_scikit_learn_takes_them()
    {
        var map = Logit(PlattFit.Of(Raw, targets: true));
        Assert.Equal(1.5992713068351196, map.Slope, 2e-7);
        Assert.Equal(-0.00605453278255082, map.Intercept, 2e-7);
    }

    [Fact]
    public void Intercept() => Assert.Equal(.000776849837006329, Logit(InterceptFit.Of(Raw)).Intercept, 1e-13);

    [Fact]
    public void Beta()
    {
        var map = Assert.IsType<BetaMap>(BetaFit.Of(Raw).Map);
        Assert.Equal(1.5547597, map.A, 5e-8);
        Assert.Equal(1.6947387, map.B, 5e-8);
        Assert.Equal(-.1157991, map.C, 5e-8);
    }

    /// <summary>But for the clip at 1 ÷ (n + 2), which scikit-learn does not do.</summary>
    [Theory]
    [InlineData(.05, 1 / 1002.0)]
    [InlineData(.2, 0.1568627450980392)]
    [InlineData(.3, 0.18947368421052632)]
    [InlineData(.4, 0.3076923076923077)]
    [InlineData(.6, 0.6530612244897959)]
    [InlineData(.7, 0.8646616541353384)]
    [InlineData(.9, 0.9615384615384616)]
    [InlineData(1, 1001 / 1002.0)]
    public void Isotonic_as_scikit_learns(double claim, double expected) => Assert.Equal(expected, IsotonicFit.Of(Raw).Map!.Apply(claim), 1e-15);

    [Fact]
    public void Weights_as_SciPy_and_scikit_learn_take_them()
    {
        var weighted = Points(Pairs.B, row => row % 2 == 0 ? 1 : 3);
        Assert.Equal(0.63444239, Logit(TemperatureFit.Of(weighted)).Temperature, 2e-8);
        var platt = Logit(PlattFit.Of(weighted));
        Assert.Equal(1.57602723, platt.Slope, 2e-8);
        Assert.Equal(0.00757938, platt.Intercept, 2e-8);
        var isotonic = IsotonicFit.Of(weighted).Map!;
        foreach (var (claim, value) in new[] { (.25, 0.2113564668769716), (.5, 0.5113636363636364), (.75, 0.8828125) }) Assert.Equal(value, isotonic.Apply(claim), 1e-15);
    }

    /// <summary>A vector of two classes is a claim: temperature is the binary one, vector scaling is beta.</summary>
    [Fact]
    public void Vectors_of_two_classes_are_claims()
    {
        var set = new VectorSet(2);
        for (int i = 0; i < Pairs.B.Length; i++) set.Add((ulong)i, [1 - Pairs.B[i].P, Pairs.B[i].P], Pairs.B[i].Y ? 1 : 0);

        var temperature = VectorTemperatureFit.Of(set);
        Assert.Equal(1 / .6156394195, ((VectorMap)temperature.Map!).Slopes[0], 2e-9);
        Assert.Equal(TemperatureFit.Of(Raw).Errors![0], temperature.Errors![0], 1e-9);

        var (vector, beta) = ((VectorMap)VectorScalingFit.Of(set).Map!, (BetaMap)BetaFit.Of(Raw).Map!);
        Assert.Equal(beta.A, vector.Slopes[1], 1e-9);
        Assert.Equal(beta.B, vector.Slopes[0], 1e-9);
        Assert.Equal(beta.C, -vector.Intercepts[0], 1e-9);
        Assert.Equal(beta.Apply(.3), vector.Apply(.3), 1e-12);
    }

    [Fact]
    public void Vectors_of_three_classes_as_SciPy_minimizes_them()
    {
        var set = Vectors();
        var temperature = (VectorMap)VectorTemperatureFit.Of(set).Map!;
        Assert.Equal(1.605028112, temperature.Slopes[0], 1e-6);
        var vector = (VectorMap)VectorScalingFit.Of(set).Map!;
        foreach (var (expected, found) in new[] { (1.915311580, vector.Slopes[0]), (2.372322914, vector.Slopes[1]), (1.319999949, vector.Slopes[2]), (-0.437247521, vector.Intercepts[0]), (0.379628933, vector.Intercepts[1]) }) Assert.Equal(expected, found, 1e-6);
    }

    internal static FitPoints Points(Pair[] pairs, Func<int, double>? weight = null) =>
        FitPoints.Of(pairs.Select((pair, row) => Point(pair, weight?.Invoke(row) ?? 1)));

    private static ClaimPoint Point(Pair pair, double weight) => new(pair.P, pair.Y ? weight : 0, pair.Y ? 0 : weight, weight * weight, 1);

    private static LogitMap Logit(Fitted fitted) => Assert.IsType<LogitMap>(fitted.Map);

    /// <summary>Three classes in proportions, whose truth is p², 1.5 p² and p of them.</summary>
    private static VectorSet Vectors()
    {
        var random = new SplitMix(77);
        var set = new VectorSet(3);
        for (int i = 0; i < 900; i++)
        {
            double[] u = [random.Unit() + .01, random.Unit() + .01, random.Unit() + .01];
            double sum = u[0] + u[1] + u[2];
            double[] p = [u[0] / sum, u[1] / sum, u[2] / sum];
            double[] weights = [p[0] * p[0], 1.5 * p[1] * p[1], p[2]];
            double draw = random.Unit() * (weights[0] + weights[1] + weights[2]);
            set.Add((ulong)i, p, draw < weights[0] ? 0 : draw < weights[0] + weights[1] ? 1 : 2);
        }

        return set;
    }
}

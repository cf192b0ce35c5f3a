using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Recalibration;

/// <summary>Data that no map fits best: words, never NaN.</summary>
public class DegenerateFitTests
{
    internal static readonly Dictionary<string, (Pair[] Pairs, string[] Refused)> Cases = new()
    {
        ["nothing"] = ([], ["no labeled predictions"]),
        ["all came true"] = ([new(.2, true), new(.7, true)], ["of one kind"]),
        ["none came true"] = ([new(.2, false), new(.7, false)], ["of one kind"]),
        ["one distinct claim"] = (Repeat(600, i => new(.3, i % 3 == 0)), ["one distinct claim"]),
        ["all at one half"] = (Repeat(600, i => new(.5, i % 3 == 0)), ["one distinct claim", "½"]),
        ["parted"] = (Repeat(600, i => new(i / 600.0, i >= 300)), ["no slope fits best", "no temperature fits best"]),
        ["parted the wrong way"] = (Repeat(600, i => new(i / 600.0, i < 300)), ["no slope fits best", "no temperature fits best"]),
        ["parted by a band"] = (Repeat(600, i => new(i / 600.0, i is >= 200 and < 400)), []),
        ["only 0 and 1, and right"] = (Repeat(600, i => new(i % 2, i % 2 == 1)), ["no slope fits best", "no temperature fits best"]),
        ["only 0 and 1, and at times wrong"] = (Repeat(600, i => new(i % 2, i % 2 == 1 ^ i % 50 < 2)), []),
        ["against the claims"] = (Repeat(600, i => new(((i % 60) + .5) / 60, i % 60 < 30 ^ i % 7 == 0)), ["both slopes come out negative"]),
        ["two claims"] = (Repeat(600, i => new(i % 2 == 0 ? .2 : .8, i % 5 == 0)), []),
        ["next to 0"] = (Repeat(600, i => new(1e-300 * (i % 5), i % 100 == 0)), ["fit best", "fits best"]),
    };

    public static TheoryData<string, string> All => [.. Cases.Keys.SelectMany(name => MapMethods.OfClaims.Select(method => (name, method.Name())))];

    [Theory, MemberData(nameof(All))]
    public void There_is_a_map_without_NaN_or_words(string name, string method)
    {
        var (pairs, refused) = Cases[name];
        var fitted = MapFit.Of(MapMethods.Find(method)!.Value, FitReferenceTests.Points(pairs));
        if (fitted.Map is { } map)
        {
            Assert.Null(fitted.Refusal);
            foreach (double claim in new[] { 0, double.Epsilon, 1e-9, .2, .3, .5, .8, 1 - 1e-9, 1 }) Assert.InRange(map.Apply(claim), 0, 1);
            Assert.True(map is not LogitMap logit || (double.IsFinite(logit.Slope) && double.IsFinite(logit.Intercept)));
        }
        else
        {
            Assert.Contains(refused, words => fitted.Refusal!.Contains(words, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Few_that_are_parted_have_Platts_targets()
    {
        var map = Assert.IsType<LogitMap>(PlattFit.Of(FitReferenceTests.Points(Repeat(40, i => new((i + .5) / 40, i >= 20)))).Map);
        Assert.InRange(map.Slope, 1, 20);
    }

    [Fact]
    public void Vectors_are_refused_with_words_too()
    {
        var set = new VectorSet(3);
        Assert.Contains("no labeled", VectorTemperatureFit.Of(set).Refusal, StringComparison.Ordinal);
        for (int i = 0; i < 100; i++) set.Add((ulong)i, [.5, .3, .2], 1);
        Assert.Contains("one class", VectorScalingFit.Of(set).Refusal, StringComparison.Ordinal);
        for (int i = 0; i < 100; i++) set.Add((ulong)i, [.2, .3, .5], 2);
        Assert.Contains("class 0 never came true", VectorScalingFit.Of(set).Refusal, StringComparison.Ordinal);
        Assert.Null(VectorTemperatureFit.Of(set).Refusal);

        var level = new VectorSet(3);
        for (int i = 0; i < 99; i++) level.Add((ulong)i, [1 / 3.0, 1 / 3.0, 1 / 3.0], i % 3);
        Assert.Contains("level", VectorTemperatureFit.Of(level).Refusal, StringComparison.Ordinal);
        Assert.NotNull(VectorScalingFit.Of(level).Refusal);

        var certain = new VectorSet(3);
        for (int i = 0; i < 99; i++) certain.Add((ulong)i, [i % 3 == 0 ? 1 : 0, i % 3 == 1 ? 1 : 0, i % 3 == 2 ? 1 : 0], i % 3);
        Assert.Contains("always right", VectorTemperatureFit.Of(certain).Refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(-.1, 1)]
    [InlineData(1.1, 1)]
    [InlineData(.5, -1)]
    [InlineData(.5, double.PositiveInfinity)]
    public void What_is_no_claim_or_no_weight_does_not_get_in(double claim, double weight)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CalibrationSet().Add(1, claim, true, weight));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VectorSet(2).Add(1, [claim, .5], 0, weight));
    }

    private static Pair[] Repeat(int count, Func<int, Pair> pair) => [.. Enumerable.Range(0, count).Select(pair)];
}

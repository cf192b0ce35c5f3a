using DriftWatch.Core.Calibration;
using DriftWatch.Core.Support;

namespace DriftWatch.Core.Drift.Sequential;

public class VersionSharesTests
{
    [Fact]
    public void A_version_that_is_off_alone_has_it_to_itself()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var random = new SplitMix(seed);
            Assert.Equal("bad", VersionShares.OfOne([("good", Version(random, 0)), ("bad", Version(random, 0.1)), ("well", Version(random, 0.01))], NullBand.Default));
        }
    }

    [Fact]
    public void Versions_that_are_off_alike_share_it()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var random = new SplitMix(seed);
            Assert.Null(VersionShares.OfOne([("1", Version(random, 0.08)), ("2", Version(random, 0.08)), ("3", Version(random, 0.08))], NullBand.Default));
        }
    }

    [Fact]
    public void The_only_version_has_all_of_it_and_nobody_has_what_is_not_there()
    {
        var random = new SplitMix(1);
        Assert.Equal("1", VersionShares.OfOne([("1", Version(random, 0))], NullBand.Default));
        Assert.Null(VersionShares.OfOne([], NullBand.Default));
        Assert.Null(VersionShares.OfOne([("1", new CalibrationSketch(Grid.Default)), ("2", new CalibrationSketch(Grid.Default))], NullBand.Default));
    }

    [Fact]
    public void What_others_lent_is_not_changed_by_looking()
    {
        var random = new SplitMix(2);
        CalibrationSketch one = Version(random, 0.1), other = Version(random, 0);
        var (before, beside) = (one.Clone(), other.Clone());
        VersionShares.OfOne([("1", one), ("2", other)], NullBand.Default);
        Assert.True(one.HoldsSameAs(before) && other.HoldsSameAs(beside));
    }

    private static CalibrationSketch Version(SplitMix random, double off)
    {
        var sketch = new CalibrationSketch(Grid.Default);
        for (int i = 0; i < 3000; i++)
        {
            double claim = 0.1 + (0.7 * random.Unit());
            sketch.AddPrediction(claim);
            sketch.AddOutcome(claim, random.Chance(claim + off));
        }

        return sketch;
    }
}

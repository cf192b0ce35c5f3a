using DriftWatch.Core.Input;
using DriftWatch.Core.Recalibration;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Sets;

/// <summary>Which predictions are drawn for a set that would be too large, and that the fit of a sample is that of what it stands for.</summary>
public sealed class SetSampleTests
{
    [Fact]
    public void About_as_many_are_drawn_as_were_asked_for_of_each_fold_and_a_smaller_sample_is_part_of_a_larger()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        PredictionId[] ids = [.. Enumerable.Range(0, 200_000).Select(_ => new PredictionId((ulong)random.NextInt64(), (ulong)random.NextInt64()))];
        SetSample quarter = new(.25), tenth = new(.1);

        foreach (var (sample, rate) in ((SetSample, double)[])[(quarter, .25), (tenth, .1)])
        {
            foreach (int fold in (int[])[0, 1])
            {
                int of = ids.Count(id => CalibrationSet.FoldOf(id.Low) == fold), drawn = ids.Count(id => CalibrationSet.FoldOf(id.Low) == fold && sample.Keeps(id));
                // Six standard deviations: once in 500 million runs.
                Assert.True(Math.Abs(drawn - (rate * of)) < 6 * Math.Sqrt(of * rate * (1 - rate)), $"seed {seed}: {drawn} of {of} at {rate}");
            }
        }

        Assert.All(ids.Where(tenth.Keeps), id => Assert.True(quarter.Keeps(id)));
        Assert.All(ids, id => Assert.True(SetSample.All.Keeps(id)));
    }

    [Theory]
    [InlineData(10_000, 10_000)]
    [InlineData(10_001, 10_000)]
    [InlineData(55_000, 10_000)]
    [InlineData(180_000, 10_000)]
    public void The_bound_holds_and_not_much_less_is_drawn(int there, int most)
    {
        var sample = SetSample.Of(there, most);
        // Ids as sequences make them: what is drawn is the same on every machine.
        int drawn = Enumerable.Range(0, there).Count(i => sample.Keeps(new((ulong)i * 7919, (ulong)i)));

        Assert.InRange(drawn, Math.Min(there, most) * 9 / 10, most);
        Assert.InRange(drawn, sample.Least(there), most);
        Assert.Equal(there <= most, sample.IsAll);
    }

    [Fact]
    public void Rows_that_stand_for_four_each_give_the_map_and_the_verdict_of_the_same_rows_and_say_how_they_were_drawn()
    {
        string folder = Directory.CreateTempSubdirectory("driftwatch-sample-").FullName;
        try
        {
            var random = new Random(4);
            SetRow[] rows = [.. Enumerable.Range(0, 4000).Select(i => ((i % 17) + 1) / 20.0).Select((claim, i) => new SetRow(new((ulong)i, (ulong)i), new(i * 30_000L), claim, random.NextDouble() < claim * claim))];
            var asked = new SetRequest("e", "ep", "fraud", "7", null, "binary", new(0), new(4000 * 30_000L), 16_000, 4000, [new("p", 0, 0, 16_000)]);
            var plain = FittedSet.Of(SetFile.Write(folder, asked, rows, SetFormat.Arrow, compressed: false).Path, MapMethods.OfClaims);
            foreach (var format in SetFormats.All)
            {
                var sampled = FittedSet.Of(SetFile.Write(folder, asked, [.. rows.Select(row => row with { Weight = 4 })], format, compressed: false, sample: new(.25)).Path, MapMethods.OfClaims);

                Assert.Equal((1, .25, false), (plain.Sampled, sampled.Sampled, sampled.IsComplete));
                Assert.Equal((plain.Answer.Verdict, plain.Answer.Count, plain.Answer.Chosen!.Method), (sampled.Answer.Verdict, sampled.Answer.Count, sampled.Answer.Chosen!.Method));
                var (one, other) = (plain.Answer.Chosen, sampled.Answer.Chosen);
                Assert.All((double[])[.05, .3, .6, .9], claim => Assert.Equal(one.Map!.Apply(claim), other.Map!.Apply(claim), 1e-6));
                // What is known is what the rows tell, not what they stand for.
                Assert.Equal(one.Gain!.Value.Mean, other.Gain!.Value.Mean, 1e-6);
                Assert.InRange(other.Gain.Value.Error / one.Gain.Value.Error, .98, 1.02);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

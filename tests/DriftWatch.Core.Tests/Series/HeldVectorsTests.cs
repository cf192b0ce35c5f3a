using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Series;

public class HeldVectorsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_is_held_comes_back_as_it_was_whatever_comes_and_goes(ulong seed)
    {
        var random = new SplitMix(seed);
        var vectors = new HeldVectors(64 << 20);
        var model = new Dictionary<int, double[]>();
        for (int step = 0; step < 30_000; step++)
        {
            if (model.Count > 0 && random.Chance(0.45))
            {
                var (vector, expected) = model.ElementAt(random.Below(Math.Min(model.Count, 20)));
                Assert.Equal(expected, vectors[vector].ToArray());
                vectors.Release(vector);
                model.Remove(vector);
            }
            else
            {
                int vector = vectors.Hold(1 + random.Below(random.Chance(0.01) ? HeldVectors.MaxClasses : 12));
                Assert.All(vectors[vector].ToArray(), p => Assert.Equal(0, p));
                for (int i = 0; i < vectors[vector].Length; i++) vectors[vector][i] = random.Unit();
                vectors.Head(vector).Label = random.Next();
                Assert.True(model.TryAdd(vector, vectors[vector].ToArray()), $"seed {seed}, step {step}: {vector} is held twice");
            }
        }

        Assert.Equal(model.Count, vectors.Count);
        foreach (var (vector, expected) in model) Assert.Equal(expected, vectors[vector].ToArray());
    }

    [Fact]
    public void Room_that_was_released_is_used_again()
    {
        var vectors = new HeldVectors(64 << 20);
        for (int i = 0; i < 100_000; i++) vectors.Release(vectors.Hold(20));
        Assert.Equal(65_536 * 8, vectors.Bytes);
    }

    [Fact]
    public void Past_the_bound_there_is_none_until_one_is_released()
    {
        var vectors = new HeldVectors(1 << 20); // two segments
        List<int> held = [];
        while (vectors.Hold(100) is > 0 and var vector) held.Add(vector);

        Assert.InRange(held.Count, 1200, 1300);
        Assert.Equal(1, vectors.Refused);
        Assert.True(vectors.Bytes <= 1 << 20);
        vectors.Release(held[7]);
        Assert.Equal(held[7], vectors.Hold(100));
    }
}

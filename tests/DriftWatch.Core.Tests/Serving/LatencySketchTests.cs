using DriftWatch.Core.State;
using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Serving;

public class LatencySketchTests
{
    [Fact]
    public void A_quantile_is_within_one_in_128_of_that_of_the_values()
    {
        for (ulong seed = 1; seed <= 40; seed++)
        {
            var random = new SplitMix(seed);
            double center = 16 * random.Unit(), spread = 4 * random.Unit();
            var sketch = new LatencySketch();
            List<long> values = [];
            int count = 1 + (int)random.Below(3000);
            for (int i = 0; i < count; i++)
            {
                long ticks = (long)Math.Min(TimeSpan.TicksPerDay, Math.Exp(center + (spread * random.Normal())));
                values.Add(ticks);
                sketch.Add(new TimeSpan(ticks));
            }

            values.Sort();
            foreach (double share in (double[])[0.0001, 0.01, 0.5, 0.9, 0.95, 0.99, 1])
            {
                long exact = values[Math.Max(1, (int)Math.Ceiling(share * count)) - 1];
                Assert.True(Math.Abs(sketch.Quantile(share)!.Value.Ticks - exact) <= exact / 128.0, $"seed {seed}, {share}: {sketch.Quantile(share)!.Value.Ticks} for {exact}");
            }
        }
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(63), InlineData(64), InlineData(127), InlineData(128), InlineData(TimeSpan.TicksPerMillisecond), InlineData(TimeSpan.TicksPerDay)]
    public void Every_latency_has_a_bin(long ticks)
    {
        var sketch = new LatencySketch();
        sketch.Add(new TimeSpan(ticks));
        Assert.InRange(sketch.Quantile(0.5)!.Value.Ticks, ticks - (ticks / 128), ticks + (ticks / 128));
    }

    [Fact]
    public void Parts_in_any_order_make_the_same_whole_to_the_bit_and_it_is_read_back_as_it_was()
    {
        for (ulong seed = 1; seed <= 20; seed++)
        {
            var random = new SplitMix(seed);
            TimeSpan[] values = [.. Enumerable.Range(0, 500).Select(_ => TimeSpan.FromMilliseconds(Math.Exp(8 * random.Unit())))];
            LatencySketch whole = new(), merged = new(), first = new(), second = new();
            for (int i = 0; i < values.Length; i++)
            {
                whole.Add(values[i]);
                (i % 3 == 0 ? first : second).Add(values[^(i + 1)]);
            }

            merged.Merge(second);
            merged.Merge(first);
            byte[] bytes = StateExchange.Write(whole);
            var read = new LatencySketch();
            read.Add(TimeSpan.FromDays(1));
            StateExchange.Read(read, bytes);

            Assert.True(bytes.AsSpan().SequenceEqual(StateExchange.Write(merged)), $"seed {seed}");
            Assert.True(bytes.AsSpan().SequenceEqual(StateExchange.Write(read)), $"seed {seed}");
            Assert.Equal(500, read.Count);
        }
    }

    [Fact]
    public void An_empty_one_has_no_quantile_and_a_cleared_one_is_empty()
    {
        var sketch = new LatencySketch();
        Assert.Null(sketch.Quantile(0.5));
        sketch.Add(TimeSpan.FromSeconds(1));
        sketch.Clear();
        Assert.Null(LatencyQuantiles.Of(sketch));
    }
}

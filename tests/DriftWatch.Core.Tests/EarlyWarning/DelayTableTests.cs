using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.EarlyWarning;

public class DelayTableTests
{
    [Fact]
    public void Every_delay_lies_in_its_bin_and_bins_ascend()
    {
        for (int bin = 1; bin < DelayBins.Count; bin++) Assert.True(DelayBins.Lower(bin) > DelayBins.Lower(bin - 1), $"bin {bin}");
        var random = new SplitMix(1);
        for (int i = 0; i < 20_000; i++)
        {
            var delay = TimeSpan.FromMilliseconds((long)Math.Exp(random.Unit() * 28));
            int bin = DelayBins.Of(delay);
            Assert.True(delay >= DelayBins.Lower(bin) && delay < DelayBins.Lower(bin + 1), $"{delay} in bin {bin}");
        }

        Assert.Equal(0, DelayBins.Of(TimeSpan.FromHours(-3)));
        Assert.Equal(0, DelayBins.Of(TimeSpan.Zero));
        Assert.Equal(DelayBins.Count - 1, DelayBins.Of(TimeSpan.MaxValue));
    }

    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public void Quantiles_are_within_a_bin_of_those_of_the_raw_delays(int seed)
    {
        var random = new SplitMix((ulong)seed);
        var table = new DelayTable();
        var delays = new List<double>();
        for (int i = 0; i < 3000; i++)
        {
            double milliseconds = Math.Exp(10 + (1.5 * random.Normal()));
            delays.Add(milliseconds);
            table.Add(TimeSpan.FromMilliseconds(milliseconds), 0.5, true);
        }

        delays.Sort();
        foreach (double share in (double[])[0.05, 0.5, 0.95])
        {
            double exact = delays[(int)(share * delays.Count)];
            Assert.InRange(table.Quantile(share)!.Value.TotalMilliseconds / exact, 0.8, 1.25);
        }

        Assert.Null(new DelayTable().Quantile(0.5));
    }

    [Fact]
    public void What_is_taken_back_leaves_no_trace_and_merging_is_adding()
    {
        var random = new SplitMix(7);
        var all = new DelayTable();
        var parts = new DelayTable[] { new(), new() };
        for (int i = 0; i < 2000; i++)
        {
            var (delay, p, y) = (TimeSpan.FromSeconds(random.Unit() * 5000), random.Unit(), random.Chance(0.5));
            all.Add(delay, p, y);
            parts[i % 2].Add(delay, p, !y);
            parts[i % 2].Remove(delay, p, !y);
            parts[i % 2].Add(delay, p, y);
        }

        parts[0].Merge(parts[1]);

        Assert.Equal((all.Labeled, all.SumSquaredError), (parts[0].Labeled, parts[0].SumSquaredError));
        for (int bin = 0; bin < DelayBins.Count; bin++) Assert.Equal(all[bin], parts[0][bin]);
        all.Clear();
        for (int bin = 0; bin < DelayBins.Count; bin++) Assert.Equal(default, all[bin]);
    }

    [Fact]
    public void A_table_that_has_room_takes_labels_without_allocating()
    {
        var table = new DelayTable();
        for (int i = 0; i < 1000; i++) table.Add(TimeSpan.FromSeconds(i), 0.3, false);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) table.Add(TimeSpan.FromSeconds(i), 0.3, true);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}

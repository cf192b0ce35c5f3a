using DriftWatch.Core.State;
using Xunit;

namespace DriftWatch.Core.Joining;

public sealed class OffsetIndexTests
{
    private const int Width = 10;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ItEqualsABruteForceSearchOverAllRecords(int seed)
    {
        var random = new Random(seed);
        for (int run = 0; run < 300; run++)
        {
            int history = random.Next(3) * 40;
            var index = new OffsetIndex(TimeSpan.FromMilliseconds(Width));
            List<(long Offset, long Time)> records = [];
            long needed = 0;
            for (int offset = 0; offset < 120; offset++)
            {
                if (random.Next(10) == 0) continue; // offsets have gaps: transaction markers, compaction
                long time = Math.Max(0, (offset * 3) + random.Next(-60, 60));
                index.Add(offset, new(time));
                records.Add((offset, time));
                if (random.Next(4) > 0) continue;

                needed = Math.Max(needed, (offset * 3) - random.Next(200));
                index.Forget(new(needed - history));
                string at = $"seed {seed}, run {run}, offset {offset}, needed {needed}";
                if (random.Next(5) == 0) index = Reread(index);

                long from = Math.Max(0, needed - history + random.Next(60));
                long to = from + random.Next(80);
                long first = from / Width * Width;
                long last = to > from ? ((to - 1) / Width * Width) + Width : first;
                var inside = records.Where(r => r.Time >= first && r.Time < last).Select(r => r.Offset).ToList();
                (long, long)? range = inside.Count == 0 ? null : (inside.Min(), inside.Max());
                Assert.True(range == index.Range(new(from), new(to)), $"{at}: range of [{from},{to})");
            }
        }
    }

    [Fact]
    public void PastItsBoundItsAnswersOnlyTakeInMoreNeverFewer()
    {
        var random = new Random(7);
        var index = new OffsetIndex(TimeSpan.FromMilliseconds(1), maxBuckets: 5);
        List<(long Offset, long Time)> records = [];
        for (int offset = 0; offset < 500; offset++)
        {
            long time = offset + random.Next(40);
            index.Add(offset, new(time));
            records.Add((offset, time));

            Assert.InRange(index.Buckets, 1, 5);
            long from = time - random.Next(30);
            var inside = records.Where(r => r.Time >= from && r.Time < time).Select(r => r.Offset).ToList();
            if (inside.Count == 0) continue;
            var range = index.Range(new(from), new(time));
            Assert.NotNull(range);
            Assert.True(range.Value.First <= inside.Min() && range.Value.Last >= inside.Max(), $"seed 7, offset {offset}");
        }
    }

    [Fact]
    public void WhatIsNoLongerNeededIsForgotten()
    {
        var index = new OffsetIndex(TimeSpan.FromMilliseconds(Width));
        for (int offset = 0; offset < 1000; offset++) index.Add(offset, new(offset * Width));

        index.Forget(new(9900));
        Assert.Equal(10, index.Buckets);

        index.Forget(new(20_000));
        Assert.Equal(0, index.Buckets);
    }

    private static OffsetIndex Reread(OffsetIndex index)
    {
        var same = new OffsetIndex(TimeSpan.FromMilliseconds(Width));
        StateExchange.Read(same, StateExchange.Write(index));
        return same;
    }
}

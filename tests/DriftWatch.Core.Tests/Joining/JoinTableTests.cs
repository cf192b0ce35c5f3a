using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Joining;

public sealed class JoinTableTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void TheIndexEqualsListsByIdEvenWhereHashesAreTheSame(int seed)
    {
        var random = new Random(seed);
        var slab = new JoinSlab(6, corrections: false);
        var index = new JoinIndex(slab, 1 << 16);
        Dictionary<PredictionId, List<int>> expected = [];
        List<(PredictionId Id, int Entry)> present = [];
        int[] found = new int[IdEntries.Most];
        for (int step = 0; step < 30_000; step++)
        {
            var id = present.Count > 0 && random.Next(2) == 0 ? present[random.Next(present.Count)].Id : IdWithFewHashes(random);
            bool grows = step / 10_000 != 1;
            var entries = expected.TryGetValue(id, out var known) ? known : expected[id] = [];
            if (entries.Count < 4 && random.Next(grows ? 2 : 8) == 0)
            {
                int entry = slab.Allocate();
                Set(slab, entry, id);
                bool first = random.Next(4) == 0;
                index.Insert(entry, first);
                entries.Insert(first ? 0 : entries.Count, entry);
                present.Add((id, entry));
            }
            else if (present.Count > 0 && random.Next(grows ? 4 : 2) == 0)
            {
                int at = random.Next(present.Count);
                var gone = present[at];
                present[at] = present[^1];
                present.RemoveAt(present.Count - 1);
                index.Remove(gone.Entry);
                index.Remove(gone.Entry); // what is out stays out
                slab.Free(gone.Entry);
                expected[gone.Id].Remove(gone.Entry);
            }

            Assert.True(entries.SequenceEqual(found[..index.FindAll(id, found)]), $"seed {seed}, step {step}");
            if (step % 3000 == 0) Assert.True(index.FindFault() is null, $"seed {seed}, step {step}: {index.FindFault()}");
        }

        Assert.All(expected, pair => Assert.Equal(pair.Value, found[..index.FindAll(pair.Key, found)]));
        Assert.Contains(expected, pair => pair.Value.Count == 4);
        Assert.Equal(expected.Sum(pair => pair.Value.Count), slab.Count);
        Assert.Equal(present.Select(one => one.Entry).Order(), Walk(index).Order());
        foreach (var (_, entries) in expected) Assert.Equal(entries, Walk(index).Where(entries.Contains));
    }

    [Fact]
    public void AsManyEntriesAsAnIdMayHaveFindRoomWhereverTheIdLies()
    {
        var random = new Random(3);
        var slab = new JoinSlab(6, corrections: false);
        var index = new JoinIndex(slab, 1 << 16);
        long before = index.Bytes;
        for (int id = 0; id < 500; id++)
        {
            var same = new PredictionId((ulong)random.NextInt64(), (ulong)random.NextInt64());
            for (int i = 0; i < IdEntries.Most; i++)
            {
                int entry = slab.Allocate();
                Set(slab, entry, same);
                index.Insert(entry);
            }
        }

        Assert.Null(index.FindFault());
        Assert.InRange((index.Bytes - before) / (double)slab.Count, 0, 12);
    }

    [Fact]
    public void AnEntryKeepsTimeRouteAndConfidenceToTheLastBit()
    {
        foreach (long time in (long[])[0, 1, 1_763_800_000_123, EventTime.Latest.Milliseconds])
        {
            foreach (int route in (int[])[0, 7, (1 << 19) - 1])
            {
                var entry = new JoinEntry();
                entry.BecomePending(new Prediction(default, new(time), route, 0.1 + 0.2));
                Assert.Equal((EntryState.Pending, time, route, 0.1 + 0.2), (entry.State, entry.Time, entry.Route, entry.Confidence));
                entry.BecomeMatched(true);
                Assert.Equal((EntryState.MatchedTrue, time, route, 0.1 + 0.2), (entry.State, entry.Time, entry.Route, entry.Confidence));
            }
        }
    }

    [Fact]
    public void InTheSteadyStateNothingIsAllocatedAndAnEntryTakesLessThan44Bytes()
    {
        const int pending = 200_000;
        var options = new MonitorOptions
        {
            Default = new() { Join = new() { Horizon = JoinWorld.Ms(pending) } },
            OutOfOrderness = default,
            MaxPending = 350_000,
            Pane = JoinWorld.Ms(1000),
        };
        var routes = new RouteTable(options.Routing);
        routes.TryRegister(1, new RouteDescription("m", "1", View.Binary, null, []), out _);
        var joiner = new PredictionJoiner(options.Joining, routes, new Uninterested());
        long now = 0;
        for (int i = 0; i < 8 * pending; i++) Step();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < pending / 2; i++) Step();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // The index may still grow a small table when chance fills it as never before; records themselves cost nothing.
        Assert.InRange(allocated, 0, pending / 2 / 10);
        // A label is kept for as long as a prediction may come that it addresses, most of that time in its prediction's entry.
        Assert.InRange(joiner.Entries, pending + 60_000, pending + 61_100);
        Assert.InRange((double)joiner.Bytes / joiner.Entries, 36, 44);

        void Step()
        {
            now++;
            joiner.Add(new Prediction(new(0, (ulong)now), new(now), 0, 0.5));
            if (now > 60_000) joiner.Add(new Label(new(0, (ulong)(now - 60_000)), new(now), LabelValue.Correct));
            if (now % 100 == 0) joiner.AdvanceTo(new(now));
        }
    }

    private static List<int> Walk(JoinIndex index)
    {
        List<int> all = [];
        int[] some = new int[7];
        IndexPlace place = default;
        for (int count = index.Walk(ref place, some); count > 0; count = index.Walk(ref place, some)) all.AddRange(some[..count]);
        return all;
    }

    // Ids that differ in both halves but hash alike: groups of up to 40 share one home.
    private static PredictionId IdWithFewHashes(Random random)
    {
        ulong high = (ulong)random.Next(40);
        ulong group = (ulong)random.Next(400);
        return new(high << 32, group ^ high);
    }

    private static unsafe void Set(JoinSlab slab, int entry, PredictionId id)
    {
        slab.At(entry)->High = id.High;
        slab.At(entry)->Low = id.Low;
    }

    private sealed class Uninterested : IJoinSink
    {
        public void Expired(int route, EventTime time, double confidence, SamplingWeight weight)
        {
        }

        public void Evicted(int route, EventTime time, double confidence)
        {
        }

        public void Orphaned(int addressee, EventTime time, bool sawOther)
        {
        }
    }
}

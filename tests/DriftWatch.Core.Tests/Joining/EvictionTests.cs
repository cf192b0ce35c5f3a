using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using Xunit;

namespace DriftWatch.Core.Joining;

public sealed class EvictionTests
{
    private const long Start = 1_763_800_000_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void TheTableKeepsToItsBoundAndEveryRecordHasOneFate(int seed)
    {
        long evicted = 0;
        for (int run = 0; run < 300; run++)
        {
            int runSeed = (seed * 10_000) + run;
            var world = new JoinWorld(runSeed);
            var random = world.Random;
            int bound = random.Next(1, 12);
            world.Options = world.Options with { MaxPending = bound };
            var sink = new RecordingSink();
            var joiner = world.Joiner(sink);
            for (int step = 0; step < 100; step++)
            {
                long now = 300 + (step * 10);
                var prediction = world.Prediction((ulong)random.Next(40), now + random.Next(-50, 50));
                if (random.Next(2) == 0) joiner.Add(prediction);
                else joiner.Add(world.Label(prediction));
                if (step > 20 && random.Next(5) == 0) joiner.AdvanceTo(new(now - 100));
                Assert.True(joiner.Entries <= bound, $"seed {runSeed}: {joiner.Entries} entries, {bound} allowed");
                string? fault = joiner.FindFault();
                Assert.True(fault is null, $"seed {runSeed}, step {step}: {fault}");
                JoinAccounts.AssertBalanced(joiner.Counts, $"seed {runSeed}, step {step}");
            }

            Assert.Equal(sink.Evicted.Count, joiner.Counts.EvictedPredictions);
            evicted += sink.Evicted.Count;
        }

        Assert.True(evicted > 1000, "Too little was evicted to prove anything.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ThePredictionWithTheEarliestDeadlineGoesFirst(bool eventTimeIsKnown)
    {
        var random = new Random(5);
        var options = new MonitorOptions { MaxPending = 50, OutOfOrderness = default, Default = new() { Join = new() { Horizon = JoinWorld.Ms(1000) } } };
        var world = new JoinWorld(5) { Options = options };
        var sink = new RecordingSink();
        var joiner = new PredictionJoiner(options.Joining with { Bucket = JoinWorld.Ms(1) }, world.Routes, sink, wheelBits: 12);
        if (eventTimeIsKnown) joiner.AdvanceTo(new(Start));
        List<long> waiting = [];
        for (ulong id = 0; id < 500; id++)
        {
            long time = Start + random.Next(1000);
            if (joiner.Entries == 50)
            {
                joiner.Add(new Prediction(JoinWorld.Id(id), new(time), 0, 0.5));
                Assert.Equal(waiting.Min(), sink.Evicted[^1].Time);
                waiting.Remove(waiting.Min());
            }
            else
            {
                joiner.Add(new Prediction(JoinWorld.Id(id), new(time), 0, 0.5));
            }

            waiting.Add(time);
        }

        Assert.Empty(sink.Expired);
        Assert.Equal(450, joiner.Counts.Evicted);
    }

    [Fact]
    public void WhereDeadlinesLieBeyondTheRingTheFirstThatCameGoesFirst()
    {
        var options = new MonitorOptions { MaxPending = 50, OutOfOrderness = default, Default = new() { Join = new() { Horizon = JoinWorld.Ms(10_000) } } };
        var sink = new RecordingSink();
        var joiner = new PredictionJoiner(options.Joining with { Bucket = JoinWorld.Ms(1) }, new JoinWorld(5) { Options = options }.Routes, sink, wheelBits: 6);
        for (int i = 0; i < 500; i++)
        {
            joiner.AdvanceTo(new(1000 + i));
            joiner.Add(new Prediction(JoinWorld.Id((ulong)i), new(1000 + i), 0, 0.5));
        }

        Assert.Equal(Enumerable.Range(1000, 450).Select(t => (long)t), sink.Evicted.Select(e => e.Time));
    }
}

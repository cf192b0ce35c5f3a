using System.Buffers;
using DriftWatch.Core.State;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

public sealed class ChangePointsTests
{
    private static readonly double Depth = Math.Log(40);

    [Theory]
    [InlineData(1, -.2)]
    [InlineData(2, -.02)]
    [InlineData(3, -3)]
    [InlineData(4, .1)]
    public void The_interval_is_that_of_the_whole_path_or_a_level_longer(ulong seed, double drift)
    {
        var random = new SplitMix(seed);
        var points = new ChangePoints(1);
        List<double> path = [0];
        double ahead = 0;
        for (int pane = 0; pane < 400; pane++)
        {
            points.Begin(Start(pane), Start(pane + 1));
            points.Note(0, ahead);
            double gain = (pane < 300 ? drift : Math.Abs(drift)) + random.Normal();
            ahead = Math.Max(0, ahead) + gain;
            if (pane % 7 == 3) points = Again(points);

            // Changes that this pane can tell of: at its start, or before.
            double least = path.Min();
            var (from, to) = points.Of(0)!.Value;
            Assert.True(from <= Before(path.FindIndex(s => s <= least + Depth)), $"pane {pane}");
            Assert.True(from >= Before(path.FindIndex(s => s <= least + (Depth * 4 / 3))), $"pane {pane}");
            Assert.Equal(Start(path.FindLastIndex(s => s <= least + Depth) + 1), to);
            path.Add(path[^1] + gain);
        }

        static EventTime Before(int pane) => Start(Math.Max(0, pane - 1));
    }

    [Fact]
    public void A_change_lies_in_its_interval_in_19_of_20_streams()
    {
        const int Streams = 400;
        var random = new SplitMix(5);
        int held = 0;
        for (int stream = 0; stream < Streams; stream++)
        {
            // Normal outcomes of mean 0, then of mean ½: gain = z ÷ 2 − ⅛, in the midst of a pane's ten outcomes.
            var points = new ChangePoints(1);
            double ahead = 0;
            int change = 200 + random.Below(50);
            for (int pane = 0; ahead < 8; pane++)
            {
                points.Begin(Start(pane), Start(pane + 1));
                points.Note(0, ahead);
                double gain = 0;
                for (int i = 0; i < 10; i++) gain += ((random.Normal() + ((pane * 10) + i >= change ? .5 : 0)) / 2) - .125;
                ahead = Math.Max(0, ahead) + gain;
                if (pane * 10 > change) continue;
                if (ahead >= 8) (points, ahead, pane) = (new(1), 0, -1); // a false alarm: another stream
            }

            var (from, to) = points.Of(0)!.Value;
            var truth = EventTime.Earliest + (TimeSpan.FromHours(1) * change / 10);
            if (from <= truth && truth <= to) held++;
        }

        // Binomial(400, .95) is below 365 in one of a thousand.
        Assert.InRange(held, 365, Streams);
    }

    [Fact]
    public void A_bet_whose_beginning_was_not_kept_has_no_interval_until_it_has_come_down_since()
    {
        var points = new ChangePoints(1);
        var old = new ArrayBufferWriter<byte>();
        ChunkFormat.Window.Exchange(StateExchange.Writing(old), new Nothing());
        var reading = StateExchange.Reading(old.WrittenMemory);
        reading.Begin(ChunkFormat.Window);
        points.Exchange(reading);

        points.Begin(Start(0), Start(1));
        points.Note(0, 2);
        Assert.Null(points.Of(0));
        points.Begin(Start(1), Start(2));
        points.Note(0, -2 * Depth);
        Assert.Equal(new(Start(0), Start(2)), points.Of(0));
    }

    private static EventTime Start(int pane) => EventTime.Earliest + (pane * TimeSpan.FromHours(1));

    private static ChangePoints Again(ChangePoints points)
    {
        var same = new ChangePoints(1);
        StateExchange.Read(same, StateExchange.Write(points));
        return same;
    }

    private sealed class Nothing : IKeepsState
    {
        public void Exchange(StateExchange state)
        {
        }
    }
}

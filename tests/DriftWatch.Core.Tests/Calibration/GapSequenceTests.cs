using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Calibration;

public class GapSequenceTests
{
    [Fact]
    public void One_prediction_a_pane_is_the_textbook_sequence()
    {
        var sequence = new GapSequence();
        List<double> values = [];
        foreach (var (p, y) in Pairs.B.Take(400))
        {
            sequence.Observe(new[] { new Pair(p, y) }.Sketch());
            values.Add(((y ? 1 : 0) - p + 1) / 2);
            var expected = Textbook(values, 0.05);
            var actual = sequence.Current!.Value;
            Assert.Equal(expected.Lower, actual.Lower, 1e-9);
            Assert.Equal(expected.Upper, actual.Upper, 1e-9);
        }
    }

    [Fact]
    public void The_order_within_a_pane_does_not_matter_and_an_empty_pane_changes_nothing()
    {
        var (one, other) = (new GapSequence(), new GapSequence());
        Assert.Null(one.Current);
        foreach (var pane in Pairs.B.Chunk(100))
        {
            one.Observe(pane.Sketch());
            other.Observe(pane.Reverse().Sketch());
            other.Observe(new CalibrationSketch());
        }

        Assert.Equal(one.Current, other.Current);
        Assert.Equal(1000, other.Labeled);
    }

    [Theory]
    [InlineData(1, 500), InlineData(50, 2000)]
    public void Looking_after_every_pane_misses_the_truth_in_no_more_than_5_percent_of_streams(int pane, int length)
    {
        const int Streams = 200;
        var random = new SplitMix(37);
        int missed = 0, missedByNormal = 0;
        for (int stream = 0; stream < Streams; stream++)
        {
            var (sequence, everything) = (new GapSequence(), new CalibrationSketch());
            bool outside = false, outsideNormal = false;
            for (int seen = 0; seen < length; seen += pane)
            {
                var next = ScoreLaw.D3.Sketch(random, pane, 1);
                sequence.Observe(next);
                everything.Merge(next);
                outside |= !Holds(sequence.Current);
                outsideNormal |= seen > 20 && !Holds(Intervals.Gap(everything));
            }

            missed += outside ? 1 : 0;
            missedByNormal += outsideNormal ? 1 : 0;
        }

        double most = (0.05 * Streams) + (3 * Math.Sqrt(Streams * 0.05 * 0.95));
        Assert.True(missed <= most, $"{missed} of {Streams}");
        Assert.True(missedByNormal > most, $"an interval for one look should miss more often: {missedByNormal} of {Streams}");

        static bool Holds(Interval? interval) => interval is { Lower: <= 0, Upper: >= 0 };
    }

    [Fact]
    public void It_narrows_around_a_gap_that_is_there()
    {
        var random = new SplitMix(3);
        var sequence = new GapSequence();
        for (int i = 0; i < 200; i++)
        {
            var pane = new CalibrationSketch();
            for (int j = 0; j < 100; j++) pane.Add(0.8, random.Chance(0.7));
            sequence.Observe(pane);
        }

        var interval = sequence.Current!.Value;
        Assert.InRange(0.1, interval.Lower, interval.Upper);
        Assert.True(interval.Lower > 0.07 && interval.Upper < 0.13, $"{interval}");
    }

    /// <summary>The definition, prediction by prediction (confseq's predictable plug-in empirical Bernstein; the running mean starts at ½).</summary>
    private static Interval Textbook(List<double> x, double alpha)
    {
        double log = Math.Log(2 / alpha), sum = 0, spread = 0, weighted = 0, weights = 0, paid = 0;
        for (int i = 1; i <= x.Count; i++)
        {
            double variance = (0.25 + spread) / i;
            double lambda = Math.Min(0.5, Math.Sqrt(2 * log / (variance * i * Math.Log(1 + i))));
            double before = i == 1 ? 0.5 : sum / (i - 1);
            paid += Math.Pow(x[i - 1] - before, 2) * (-Math.Log(1 - lambda) - lambda);
            weighted += lambda * x[i - 1];
            weights += lambda;
            sum += x[i - 1];
            spread += Math.Pow(x[i - 1] - ((0.5 + sum) / (i + 1)), 2);
        }

        double lower = (weighted - log - paid) / weights;
        double upper = 1 - ((weights - weighted - log - paid) / weights);
        return new(Math.Max(-1, 1 - (2 * upper)), Math.Min(1, 1 - (2 * lower)));
    }
}

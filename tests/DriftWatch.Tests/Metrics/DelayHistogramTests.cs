using DriftWatch.Core.Monitoring;

namespace DriftWatch.Metrics;

public class DelayHistogramTests
{
    [Fact]
    public async Task CountsAndSumEqualTheDelaysThatWereSeenAfterEachOfManyRounds()
    {
        for (int seed = 1; seed <= 30; seed++)
        {
            var random = new Random(seed);
            var page = new MetricsPage();
            var histogram = page.Histogram("join_delay_seconds", "Delay.", LabelDelays.UpperBounds, "model");
            var counts = new long[LabelDelays.UpperBounds.Count + 1];
            double sum = 0;

            for (int round = 0; round < 25; round++)
            {
                for (int i = random.Next(200); i > 0; i--)
                {
                    // Milliseconds, sometimes before the prediction, sometimes past a week, sometimes exactly on a bound.
                    double delay = random.Next(12) switch
                    {
                        0 => -random.Next(60_000) / 1000.0,
                        1 => LabelDelays.UpperBounds[random.Next(LabelDelays.UpperBounds.Count)],
                        2 => 700_000 + random.Next(1_000_000),
                        _ => Math.Round(Math.Exp(random.NextDouble() * 13), 3),
                    };
                    int bucket = LabelDelays.UpperBounds.TakeWhile(bound => delay > bound).Count();
                    counts[bucket]++;
                    sum += delay;
                }

                histogram.Follow(counts, sum, "m");
                var text = await Text(page);

                long cumulative = 0;
                for (int i = 0; i < LabelDelays.UpperBounds.Count; i++)
                {
                    cumulative += counts[i];
                    Assert.Equal(cumulative, text[$"join_delay_seconds_bucket{{model=\"m\",le=\"{LabelDelays.UpperBounds[i]}\"}}"]);
                }

                Assert.Equal(counts.Sum(), text["join_delay_seconds_count{model=\"m\"}"]);
                Assert.True(Math.Abs(sum - text["join_delay_seconds_sum{model=\"m\"}"]) <= 1e-9 * Math.Abs(sum), $"seed {seed}, round {round}");
                page.Sweep();
            }
        }
    }

    [Fact]
    public async Task ACountThatWentBackWaitsUntilItIsOvertaken()
    {
        var page = new MetricsPage();
        var histogram = page.Histogram("join_delay_seconds", "Delay.", [1, 2], "model");

        histogram.Follow([4, 2, 0], 5, "m");
        histogram.Follow([3, 2, 0], 4.5, "m");
        var text = await Text(page);

        Assert.Equal(4, text["join_delay_seconds_bucket{model=\"m\",le=\"1\"}"]);
        Assert.Equal(6, text["join_delay_seconds_count{model=\"m\"}"]);
    }

    private static Task<MetricsText> Text(MetricsPage page) => MetricsText.Of(page.Registry);
}

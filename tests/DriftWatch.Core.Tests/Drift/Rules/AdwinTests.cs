using DriftWatch.Core.Support;
using Xunit;

namespace DriftWatch.Core.Drift.Rules;

public class AdwinTests
{
    [Theory]
    [InlineData(1, 0.002, 32)]
    [InlineData(2, 0.05, 32)]
    [InlineData(3, 0.3, 8)]
    [InlineData(4, 0.3, 1)]
    public void Signals_and_width_equal_those_of_a_window_that_keeps_all_its_values(ulong seed, double delta, int clock)
    {
        var options = new AdwinOptions { Delta = delta, Clock = clock };
        var (rule, naive) = (new Adwin(options), new NaiveAdwin(options));
        var random = new SplitMix(seed);
        int changes = 0;
        double level = 0.5;
        for (int i = 0; i < 6000; i++)
        {
            if (random.Chance(1 / 400.0)) level = random.Unit();
            double x = i % 2000 < 1000 ? (random.Chance(level) ? 1 : 0) : level + random.Normal();
            var signal = rule.Update(x);
            Assert.True(signal == naive.Update(x), $"seed {seed}, value {i}: {signal}");
            Assert.Equal(naive.Width, rule.Width);
            Assert.Equal(naive.Mean, rule.Mean, 9);
            if (signal == RuleSignal.Change) changes++;
        }

        Assert.InRange(changes, 3, 3000);
    }

    [Fact]
    public void A_constant_never_changes_and_is_kept_whole()
    {
        var rule = new Adwin(new());
        for (int i = 1; i <= 10_000; i++)
        {
            Assert.Equal(RuleSignal.None, rule.Update(0.25));
            Assert.Equal(i, rule.Width);
        }
    }

    /// <summary>The definition with every value kept: variances from the values themselves, borders where the histogram has them.</summary>
    private sealed class NaiveAdwin(AdwinOptions options)
    {
        private readonly List<List<double>> _buckets = []; // oldest first
        private int _values;
        private bool _changed;

        public double Width => _buckets.Sum(b => b.Count);

        public double Mean => _buckets.SelectMany(b => b).Average();

        public RuleSignal Update(double x)
        {
            if (_changed) (_values, _changed) = (0, false);
            if (_values == 0) _buckets.Clear();
            _buckets.Add([x]);
            for (int size = 1; _buckets.Count(b => b.Count == size) == options.MaxBuckets + 1; size *= 2)
            {
                int oldest = _buckets.FindIndex(b => b.Count == size);
                _buckets[oldest].AddRange(_buckets[oldest + 1]);
                _buckets.RemoveAt(oldest + 1);
            }

            if (++_values % options.Clock == 0 && Width > options.GracePeriod)
            {
                while (Cuts())
                {
                    _buckets.RemoveAt(0);
                    _changed = true;
                }
            }

            return _changed ? RuleSignal.Change : RuleSignal.None;
        }

        private bool Cuts()
        {
            double[] window = [.. _buckets.SelectMany(b => b)];
            double variance = window.Select(x => Math.Pow(x - window.Average(), 2)).Average();
            double d = Math.Log(2 * Math.Log(window.Length) / options.Delta);
            int border = 0;
            foreach (var bucket in _buckets.SkipLast(1))
            {
                border += bucket.Count;
                int rest = window.Length - border;
                if (Math.Min(border, rest) < options.MinWindowLength) continue;
                double r = (1.0 / (border - options.MinWindowLength + 1)) + (1.0 / (rest - options.MinWindowLength + 1));
                double limit = Math.Sqrt(2 * r * variance * d) + (2.0 / 3 * r * d);
                if (Math.Abs(window[..border].Average() - window[border..].Average()) > limit) return true;
            }

            return false;
        }
    }
}

using DriftWatch.Core.Input;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Joining;

/// <summary>The join against a brute-force model of its rules: interval, duplicates, expiry, corrections, per-model rules.</summary>
public sealed class JoinOracleTests
{
    private const int RunsPerSeed = 1000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void EveryAnswerAndEveryExpiryEqualsTheOracles(int seed)
    {
        Dictionary<string, int> seen = [];
        for (int run = 0; run < RunsPerSeed; run++) new Run((seed * 1_000_000) + run, seen).Play();

        // The logs reach every case, or the test would prove little.
        foreach (string arrival in Enum.GetNames<Arrival>())
        {
            Assert.True(seen.GetValueOrDefault($"label {arrival}") > 100, $"labels hardly ever are {arrival}");
            if (arrival is "Waiting" or "Matched" or "Duplicate" or "Late")
                Assert.True(seen.GetValueOrDefault($"prediction {arrival}") > 100, $"predictions hardly ever are {arrival}");
        }
    }

    private sealed class Run
    {
        private readonly int _seed;
        private readonly Dictionary<string, int> _seen;
        private readonly JoinWorld _world;
        private readonly RecordingSink _sink = new();
        private readonly PredictionJoiner _joiner;
        private readonly JoinOracle _oracle;
        private readonly List<Prediction> _known = [];
        private readonly List<Label> _labels = [];
        private readonly Random _random;
        private long _watermark = -1;
        private int _step;

        public Run(int seed, Dictionary<string, int> seen)
        {
            _seed = seed;
            _seen = seen;
            _world = new JoinWorld(seed);
            _random = _world.Random;
            _joiner = _world.Joiner(_sink);
            _oracle = new JoinOracle(_world.Options, _world.Routes);
        }

        public void Play()
        {
            int steps = _random.Next(20, 90);
            for (_step = 0; _step < steps; _step++)
            {
                long now = 300 + (_step * 8);
                switch (_random.Next(20))
                {
                    case < 5:
                        Take(_world.Prediction((ulong)_random.Next(12), now + _random.Next(-120, 60)));
                        break;
                    case < 8 when _known.Count > 0: // an exact copy
                        Take(_known[_random.Next(_known.Count)]);
                        break;
                    case < 9 when _known.Count > 0: // a copy with another time, perhaps of another model
                        Take(_world.Prediction(0, now) with { Id = _known[_random.Next(_known.Count)].Id });
                        break;
                    case < 11: // a label before its prediction
                        var coming = _world.Prediction((ulong)_random.Next(12), now + _random.Next(-60, 60));
                        Take(_world.Label(coming));
                        _known.Add(coming);
                        break;
                    case < 15 when _known.Count > 0:
                        Take(_world.Label(_known[^_random.Next(1, 1 + Math.Min(8, _known.Count))]));
                        break;
                    case < 17 when _labels.Count > 0:
                        Take(_labels[_random.Next(_labels.Count)]);
                        break;
                    case < 18 when _random.Next(10) == 0: // a leap
                        Advance(now + _random.Next(1000));
                        break;
                    default:
                        Advance(now - 60 - _random.Next(150));
                        break;
                }
            }

            Advance(_watermark + _random.Next(100));
            Advance(100_000);
            _joiner.Settle();
            CompareSettled();
            Equal(0, _joiner.Entries, "entries at the end");
        }

        private void Take(Prediction prediction)
        {
            _known.Add(prediction);
            var expected = _oracle.Add(prediction);
            Count($"prediction {expected.Kind}");
            Equal(expected, _joiner.Add(prediction), prediction);
            CompareCarelessly();
        }

        private void Take(Label label)
        {
            _labels.Add(label);
            var expected = _oracle.Add(label);
            Count($"label {expected.Kind}");
            Equal(expected, _joiner.Add(label), label);
            CompareCarelessly();
        }

        private void Advance(long watermark)
        {
            _watermark = Math.Max(_watermark, watermark);
            if (watermark < 0) return;
            _oracle.AdvanceTo(watermark);
            _joiner.AdvanceTo(new(watermark));
            if (_random.Next(4) == 0)
            {
                _joiner.Settle();
                CompareSettled();
            }

            CompareCarelessly();
        }

        // Without Settle what was handed out may lag, by less than a bucket.
        private void CompareCarelessly()
        {
            double floor = new EventTime(Math.Max(0, _watermark)).FloorTo(_world.Bucket, _world.Options.Origin).Milliseconds;
            Within(_oracle.ExpiredBefore(floor), _sink.Expired, _oracle.ExpiredBefore(_watermark), "expired");
            var late = _oracle.OrphanedLabels.Concat(_oracle.ForgottenLabelsBefore(floor));
            var all = _oracle.OrphanedLabels.Concat(_oracle.ForgottenLabelsBefore(_watermark));
            Within(late, _sink.Orphaned, all, "orphaned");
            if (_step % 4 == 0) Equal(_joiner.FindFault(), null, "state");
        }

        private void CompareSettled()
        {
            Same(_oracle.ExpiredBefore(_watermark), _sink.Expired, "expired");
            Same(_oracle.OrphanedLabels.Concat(_oracle.ForgottenLabelsBefore(_watermark)), _sink.Orphaned, "orphaned");
            Same(_oracle.UnreadableLabels, _sink.Unreadable, "unreadable");
            for (int route = 0; route < _world.Routes.Count; route++) Equal(_oracle.Pending(route), _joiner.Pending(route), "pending");
            var counts = _joiner.Counts;
            Equal(_oracle.WaitingLabels, (int)counts.WaitingLabels, "waiting labels");
            Equal(_sink.Expired.Count, (int)counts.Expired, "expired");
            Equal(0, (int)counts.Evicted, "evicted");
            JoinAccounts.AssertBalanced(counts, $"seed {_seed}, step {_step}");
        }

        private void Same<T>(IEnumerable<T> expected, IEnumerable<T> actual, string what) =>
            Assert.True(expected.Order().SequenceEqual(actual.Order()), $"seed {_seed}, step {_step}: {what}");

        private void Within<T>(IEnumerable<T> least, List<T> actual, IEnumerable<T> most, string what)
            where T : notnull
        {
            var (low, high, got) = (Tally(least), Tally(most), Tally(actual));
            bool holds = low.All(t => got.GetValueOrDefault(t.Key) >= t.Value) && got.All(t => high.GetValueOrDefault(t.Key) >= t.Value);
            Assert.True(holds, $"seed {_seed}, step {_step}: {what}");
        }

        private static Dictionary<T, int> Tally<T>(IEnumerable<T> items)
            where T : notnull => items.GroupBy(i => i).ToDictionary(g => g.Key, g => g.Count());

        private void Equal<T>(T expected, T actual, object what) =>
            Assert.True(EqualityComparer<T>.Default.Equals(expected, actual), $"seed {_seed}, step {_step}: {what}: expected {expected}, got {actual}");

        private void Count(string what) => _seen[what] = _seen.GetValueOrDefault(what) + 1;
    }
}

using DriftWatch.Core.Agreement;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Joining;

/// <summary>The join against a brute-force model of its rules: interval, duplicates, expiry, corrections, per-model rules.</summary>
public sealed class JoinOracleTests
{
    private const int RunsPerSeed = 1000;

    [Theory]
    [InlineData(1, PredictionIdentity.Prediction)]
    [InlineData(2, PredictionIdentity.Prediction)]
    [InlineData(3, PredictionIdentity.Prediction)]
    [InlineData(4, PredictionIdentity.Prediction)]
    [InlineData(5, PredictionIdentity.Id)]
    [InlineData(6, PredictionIdentity.Id)]
    public void EveryAnswerAndEveryExpiryEqualsTheOracles(int seed, PredictionIdentity identity)
    {
        Dictionary<string, int> seen = [];
        for (int run = 0; run < RunsPerSeed; run++) new Run((seed * 1_000_000) + run, identity, seen).Play();

        // The logs reach every case, or the test would prove little.
        foreach (string arrival in Enum.GetNames<Arrival>())
        {
            Assert.True(seen.GetValueOrDefault($"label {arrival}") > 100, $"labels hardly ever are {arrival}");
            if (identity == PredictionIdentity.Prediction) Assert.True(seen["change of what sources say"] > 1000, "sources hardly ever say anything");
            if (identity == PredictionIdentity.Prediction) Assert.True(seen["label that meets several"] > 1000 && seen["id of four predictions or more"] > 300, "ids hardly ever have several predictions");
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
        private readonly JoinOracle.IOracle _oracle;
        private readonly List<Prediction> _known = [];
        private readonly List<Label> _labels = [];
        private readonly Dictionary<(int Route, Verdicts Said), int> _said = [];
        private readonly Random _random;
        private long _watermark = -1;
        private int _step;
        private int _most;

        public Run(int seed, PredictionIdentity identity, Dictionary<string, int> seen)
        {
            _seed = seed;
            _seen = seen;
            _world = new JoinWorld(seed, identity: identity);
            _random = _world.Random;
            _joiner = _world.Joiner(_sink);
            _oracle = identity == PredictionIdentity.Id ? new JoinByIdOracle(_world.Options, _world.Routes) : new JoinOracle(_world.Options, _world.Routes);
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
                    case < 10 when _known.Count > 0: // of the same id with another time, mostly of another model or version
                        Take(_world.Prediction(0, now + _random.Next(-120, 60)) with { Id = _known[_random.Next(_known.Count)].Id });
                        break;
                    case < 12: // a label before its prediction
                        var coming = _world.Prediction((ulong)_random.Next(12), now + _random.Next(-60, 60));
                        Take(_world.Label(coming));
                        _known.Add(coming);
                        break;
                    case < 15 when _known.Count > 0:
                        Take(_world.Label(_known[^_random.Next(1, 1 + Math.Min(8, _known.Count))]));
                        break;
                    case < 17 when _labels.Count > 0:
                        var again = _labels[_random.Next(_labels.Count)];
                        Take(_random.Next(2) == 0 ? again : again with { Time = again.Time + JoinWorld.Ms(_random.Next(20)), Value = _world.Label(_known[0]).Value, Source = _world.Source() });
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
            if (_most >= 4) Count("id of four predictions or more");
        }

        private void Take(Prediction prediction)
        {
            _known.Add(prediction);
            var expected = _oracle.Add(prediction);
            Count($"prediction {expected.Kind}");
            Equal(expected, Answer.Of(_joiner.Add(prediction).Kind, _joiner.Meetings.ToArray()), prediction);
            Hear();
            _most = Math.Max(_most, _known.Where(one => one.Id == prediction.Id).Select(one => _world.Routes[one.Route].Owner).Distinct().Count());
            CompareCarelessly();
        }

        private void Take(Label label)
        {
            _labels.Add(label);
            var expected = _oracle.Add(label);
            Count($"label {expected.Kind}");
            Equal(expected, Answer.Of(_joiner.Add(label).Kind, _joiner.Meetings.ToArray()), label);
            Hear();
            if (expected.Meetings.Contains('\n')) Count("label that meets several");
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

        // What sources say is the sum of its changes, in whatever order anything came.
        private void Hear()
        {
            foreach (var change in _joiner.VerdictChanges)
            {
                if (!change.Before.IsEmpty) _said[(change.Route, change.Before)] = _said.GetValueOrDefault((change.Route, change.Before)) - 1;
                if (!change.After.IsEmpty) _said[(change.Route, change.After)] = _said.GetValueOrDefault((change.Route, change.After)) + 1;
            }

            if (_joiner.VerdictChanges.Length > 0) Count("change of what sources say");
            if (_step % 4 == 0) Assert.Equal(Tally(_oracle.Said()), _said.Where(e => e.Value != 0).ToDictionary());
        }

        // Without Settle what was handed out may lag, by less than a bucket.
        private void CompareCarelessly()
        {
            double floor = new EventTime(Math.Max(0, _watermark)).FloorTo(_world.Bucket, _world.Options.Origin).Milliseconds;
            Within(_oracle.ExpiredBefore(floor), _sink.Expired, _oracle.ExpiredBefore(_watermark), "expired");
            Within(_oracle.ForgottenLabelsBefore(floor), _sink.Orphaned, _oracle.ForgottenLabelsBefore(_watermark), "orphaned");
            if (_step % 4 == 0) Equal(_joiner.FindFault(), null, "state");
        }

        private void CompareSettled()
        {
            Same(_oracle.ExpiredBefore(_watermark), _sink.Expired, "expired");
            Same(_oracle.ForgottenLabelsBefore(_watermark), _sink.Orphaned, "orphaned");
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

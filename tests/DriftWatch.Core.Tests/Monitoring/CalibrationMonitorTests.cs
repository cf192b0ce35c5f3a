using System.Text.Json;
using System.Text.Json.Serialization;
using DriftWatch.Core.Drift;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.Monitoring;

public sealed class CalibrationMonitorTests
{
    private static readonly LabelValue Positive = LabelValue.Class("1");
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static readonly MonitorOptions Options = new()
    {
        Pane = Minute,
        Windows = [10 * Minute, 60 * Minute],
        WindowHistory = 1000,
        OutOfOrderness = Minute,
        Default = new ModelOptions
        {
            Join = new JoinRule { Horizon = 20 * Minute, Lead = 2 * Minute },
            EarlyWarning = new EarlyWarningOptions { MinPredictions = 100, Windows = 1, Reference = new ReferenceOptions { Least = 60 * Minute, Labeled = 300 } },
            Rule = DriftRule.Threshold,
            Threshold = new ThresholdOptions { Window = 30 * Minute, MinLabeled = 50, Raise = 0.05, Clear = 0.04, Windows = 2 },
            Requests = new RequestOptions { Cooldown = 30 * Minute },
        },
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Windows_equal_a_batch_recomputation_of_the_log(int seed)
    {
        var log = RandomLog.Make(seed, duplicates: true);
        var driver = new Driver(Options);

        driver.Play(log.InTimeOrder());

        foreach (var series in driver.Monitor.Capture().Series)
        {
            foreach (var windows in series.Windows)
            {
                var expected = log.Pairs(Options.Default.Join)
                    .Where(pair => pair.Belongs(series.Key))
                    .GroupBy(pair => pair.Time.FloorTo(windows.Width))
                    .OrderBy(group => group.Key)
                    .Where(group => windows.History.Any(w => w.Start == group.Key))
                    .ToList();
                Assert.Equal(expected.Select(g => g.Key), windows.History.Where(w => w.Labeled > 0).Select(w => w.Start));
                foreach (var (window, pairs) in windows.History.Where(w => w.Labeled > 0).Zip(expected))
                {
                    Assert.Equal(pairs.Count(), window.Labeled);
                    Assert.Equal(pairs.Count(p => p.Outcome), window.Positives);
                    Assert.Equal(pairs.Sum(p => p.Confidence), window.SumConfidence, 1e-9);
                    Assert.Equal(BatchEce(pairs), window.Metrics.Ece!.Value, 1e-12);
                    Assert.Equal(pairs.Average(p => Math.Pow(p.Confidence - (p.Outcome ? 1 : 0), 2)), window.Metrics.Brier!.Value, 1e-12);
                    Assert.Equal(pairs.Average(p => -Math.Log(p.Outcome ? p.Confidence : 1 - p.Confidence)), window.Metrics.LogLoss!.Value, 1e-12);
                }
            }
        }
    }

    [Theory]
    [InlineData("threshold")]
    [InlineData("e-sr")]
    public void Any_interleaving_of_the_partitions_gives_the_same_bits_and_the_same_requests(string rule)
    {
        var options = Options with
        {
            Default = Options.Default with
            {
                Rule = RuleCatalogue.All.Single(one => one.Name == rule),
                Drift = new DriftOptions { Tolerance = 0.02, Dependence = Dependence.Independent, Pane = 10 * Minute, FalseAlarmEvery = TimeSpan.FromDays(1), Missing = MissingLabels.Ignore },
            },
        };
        for (int seed = 1; seed <= 4; seed++)
        {
            var log = RandomLog.Make(seed, duplicates: false);
            var reference = new Driver(options);
            reference.Play(log.InTimeOrder());
            string expected = reference.Picture();
            Assert.Contains("Requested", expected, StringComparison.Ordinal);

            for (int shuffle = 0; shuffle < 3; shuffle++)
            {
                var driver = new Driver(options);
                driver.PlayPartitions(log, partitions: 3, new Random((100 * seed) + shuffle));
                string picture = driver.Picture();
                int differs = expected.Zip(picture).TakeWhile(pair => pair.First == pair.Second).Count();
                Assert.True(expected == picture, $"seed {seed}, interleaving {shuffle}: {picture[Math.Max(0, differs - 200)..Math.Min(picture.Length, differs + 100)]}");
            }
        }
    }

    /// <summary>Slices hold their data since the whole has evidence under way: that of the pane being judged, not of where event time has got to.</summary>
    [Theory]
    [InlineData(45)]
    [InlineData(480)]
    public void Event_time_that_jumps_gives_what_small_steps_give(int minutes)
    {
        var options = Options with
        {
            Default = Options.Default with
            {
                Rule = DriftRule.ESr,
                Drift = new DriftOptions { Tolerance = 0.02, Dependence = Dependence.Independent, Pane = 2 * Minute, FalseAlarmEvery = TimeSpan.FromDays(1), Missing = MissingLabels.Ignore, Group = AlarmGroup.Model },
            },
        };
        for (int seed = 1; seed <= 3; seed++)
        {
            var log = RandomLog.Make(seed, duplicates: false, hours: 24, region: "eu").InTimeOrder();
            Driver steps = new(options), jumps = new(options);
            var next = Driver.Start;
            foreach (var entry in log)
            {
                var time = Driver.Start + TimeSpan.FromMilliseconds(entry.At);
                steps.Take(entry);
                jumps.Take(entry);
                steps.Advance(time);
                if (time < next) continue;
                next = time + (minutes * Minute);
                jumps.Advance(time);
                Assert.DoesNotContain(Checkpoints.DeepCompare.Differences(steps.Monitor, jumps.Monitor, "CalibrationMonitor._joiner", "SeriesMonitor._captured", "SeriesMonitor._calibration", "SeriesRegistry._models"), difference => difference.Contains("._detector.", StringComparison.Ordinal));
            }

            steps.Finish();
            jumps.Finish();
            Assert.Contains("region", steps.Picture(), StringComparison.Ordinal);
            Assert.Equal(steps.Picture(), jumps.Picture());
        }
    }

    [Fact]
    public void A_model_whose_labels_only_come_when_positive_counts_expiry_as_negative()
    {
        var options = Options with { Default = Options.Default with { Join = Options.Default.Join with { OnExpiry = ExpiryRule.Negative } } };
        var driver = new Driver(options);
        for (int i = 0; i < 100; i++)
        {
            driver.Predict($"{i}", i * 1000, 0.2);
            if (i % 5 == 0) driver.Label($"{i}", (i * 1000) + 5000, "1");
        }

        driver.Monitor.AdvanceTo(Driver.Start + TimeSpan.FromHours(3));

        var series = driver.Monitor.Capture().Series.Single();
        Assert.Equal(100, series.Total.Labeled);
        Assert.Equal(20, series.Total.Positives);
        Assert.Equal(80, series.Expired);
        Assert.Equal(20, series.Matched);
    }

    [Fact]
    public void A_corrected_label_leaves_no_trace_of_the_first()
    {
        var options = Options with { Default = Options.Default with { Join = Options.Default.Join with { Corrections = CorrectionRule.Replace } } };
        var (corrected, plain) = (new Driver(options), new Driver(options));
        for (int i = 0; i < 50; i++)
        {
            corrected.Predict($"{i}", i * 1000, i / 50.0);
            corrected.Label($"{i}", (i * 1000) + 100, "0");
            corrected.Label($"{i}", (i * 1000) + 200, "1");
            plain.Predict($"{i}", i * 1000, i / 50.0);
            plain.Label($"{i}", (i * 1000) + 200, "1");
        }

        Assert.Equal(Json(plain.Monitor.Capture().Series.Single().Total), Json(corrected.Monitor.Capture().Series.Single().Total));
        Assert.Equal(50, corrected.Monitor.Capture().Join.Corrected);
    }

    [Fact]
    public void Every_prediction_is_matched_expired_or_pending()
    {
        var driver = new Driver(Options);
        driver.Play(RandomLog.Make(7, duplicates: true).InTimeOrder());

        var snapshot = driver.Monitor.Capture();
        long accepted = snapshot.Join.Predictions - snapshot.Join.DuplicatePredictions - snapshot.Join.LatePredictions;
        Assert.True(snapshot.Join.DuplicatePredictions > 0);
        Assert.Equal(accepted, snapshot.Join.Matched + snapshot.Join.Expired + snapshot.Join.Pending);
        var whole = snapshot.Series.Where(s => s.Key.Slice is null).ToList();
        Assert.Equal(accepted, whole.Sum(s => s.Predictions));
        Assert.Equal(snapshot.Join.Matched, whole.Sum(s => s.Matched));
        Assert.Equal(snapshot.Join.Expired, whole.Sum(s => s.Expired));
        Assert.Equal(snapshot.Join.Pending, snapshot.Models.Sum(m => m.Pending));
        Assert.Equal(snapshot.Join.Matched, snapshot.Models.Sum(m => m.DelayCounts.Sum()));
    }

    [Fact]
    public void Nothing_is_allocated_per_record_in_the_steady_state()
    {
        var driver = new Driver(Options with { Windows = [TimeSpan.FromDays(30)], Pane = TimeSpan.FromDays(1) });
        driver.Predict("the first gives the route its number", 0, 0.5);
        for (int i = 0; i < 300_000; i++) Pair(driver, i);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 300_000; i < 400_000; i++) Pair(driver, i);

        // A part of the index may still find its final size; a record costs nothing.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);

        static void Pair(Driver driver, int i)
        {
            var id = new PredictionId((ulong)i * 0x9E3779B97F4A7C15, (ulong)i);
            var time = Driver.Start + TimeSpan.FromMilliseconds(100 * i);
            driver.Monitor.Add(new Prediction(id, time, 0, i % 100 / 100.0));
            driver.Monitor.Add(new Label(id, time, Positive));
            if (i % 100 == 0) driver.Monitor.AdvanceTo(time);
        }
    }

    private static double BatchEce(IEnumerable<Pair> pairs)
    {
        var (sums, n) = (new double[15], 0);
        foreach (var pair in pairs)
        {
            int bin = 14;
            while (bin > 0 && pair.Confidence < (double)bin / 15) bin--;
            sums[bin] += pair.Confidence - (pair.Outcome ? 1 : 0);
            n++;
        }

        return sums.Sum(Math.Abs) / n;
    }

    private static string Json(object value) => Checkpoints.StatePictures.Json(value);

    private sealed record Pair(SeriesKey Model, Slice Slice, EventTime Time, double Confidence, bool Outcome)
    {
        public bool Belongs(SeriesKey key) => key.Model == Model.Model && (key.Slice is null || key.Slice == Slice);
    }

    private sealed record Entry(bool IsPrediction, string Id, string Model, string Region, long At, double Confidence, bool Outcome);

    /// <summary>A log of two models; "bad" drifts after its first hour. Labels come up to 30 minutes late (the horizon is 20), some up to a minute early, some never.</summary>
    private sealed class RandomLog(List<Entry> entries)
    {
        private const int Predictions = 8000;

        /// <param name="seed">Reproduces it.</param>
        /// <param name="duplicates">Whether some records come twice.</param>
        /// <param name="hours">How long it lasts.</param>
        /// <param name="region">The part of "bad" that drifts after the first quarter; null: all of it.</param>
        public static RandomLog Make(int seed, bool duplicates, int hours = 4, string? region = null)
        {
            var random = new Random(seed);
            var entries = new List<Entry>();
            for (int i = 0; i < Predictions; i++)
            {
                long at = i * hours * 3600L * 1000 / Predictions;
                string model = i % 2 == 0 ? "good" : "bad";
                double p = Math.Round((random.NextDouble() * 0.98) + 0.01, 4);
                string of = i % 3 == 0 ? "eu" : "us";
                double real = model == "bad" && at > hours * 900_000 && (region ?? of) == of ? p * p : p;
                var prediction = new Entry(true, $"{seed}-{i}", model, of, at, p, random.NextDouble() < real);
                entries.Add(prediction);
                if (duplicates && random.Next(4) == 0) entries.Add(prediction with { At = at + random.Next(1000) });
                if (random.Next(20) == 0) continue;
                var label = prediction with { IsPrediction = false, At = at + random.Next(-60_000, 1_800_000) };
                entries.Add(label);
                if (duplicates && random.Next(4) == 0) entries.Add(label with { At = label.At + random.Next(1000), Outcome = random.Next(2) == 0 });
            }

            return new RandomLog(entries);
        }

        public List<Entry> InTimeOrder() => [.. entries.OrderBy(e => e.At).ThenBy(e => e.IsPrediction ? 0 : 1)];

        public IEnumerable<Pair> Pairs(JoinRule rule)
        {
            var order = InTimeOrder();
            var labels = order.Where(e => !e.IsPrediction).GroupBy(e => e.Id).ToDictionary(g => g.Key, g => g.First());
            foreach (var prediction in order.Where(e => e.IsPrediction).GroupBy(e => e.Id).Select(g => g.First()))
            {
                if (!labels.TryGetValue(prediction.Id, out var label)) continue;
                var delay = TimeSpan.FromMilliseconds(label.At - prediction.At);
                if (delay > rule.Horizon || delay < -rule.Lead) continue;
                yield return new Pair(new SeriesKey(prediction.Model, "1", null, View.Binary), new Slice("region", prediction.Region), Driver.Start + TimeSpan.FromMilliseconds(prediction.At), prediction.Confidence, label.Outcome);
            }
        }
    }

    /// <summary>Speaks to the monitor in ids and milliseconds.</summary>
    [Fact]
    public void The_counters_of_a_calibrated_model_show_no_error_while_only_its_positives_have_joined()
    {
        var options = Options with { Default = Options.Default with { Join = Options.Default.Join with { OnExpiry = ExpiryRule.Negative } } };
        var driver = new Driver(options);
        (long Count, double Confidence, long Positives) before = default;
        int seen = 0;
        for (int minute = 0; minute < 120; minute++)
        {
            // 20 predictions a minute while it is quiet, 200 in a rush; one in five comes true, and only that one is ever told.
            for (int i = 0; i < (minute % 60 < 40 ? 20 : 200); i++)
            {
                string id = $"{minute}.{i}";
                driver.Predict(id, (minute * 60_000) + i, 0.2);
                if (i % 5 == 0) driver.Label(id, (minute * 60_000) + 5000, "1");
            }

            driver.Monitor.AdvanceTo(Driver.Start + (minute * Minute));
            var series = driver.Monitor.Capture().Series.Single();
            (long Count, double Confidence, long Positives) now = (series.Bins.Sum(b => b.Count), series.Bins.Sum(b => b.SumConfidence), series.Bins.Sum(b => b.Positives));
            if (minute < 20) Assert.Equal((0, true), (now.Count, series.Matched > 0));
            Assert.Equal(now.Positives - before.Positives, now.Confidence - before.Confidence, 1e-6);
            Assert.Equal(0.2 * 0.8 * now.Count, series.Bins.Sum(b => b.SumVariance), 1e-6);
            if (now.Count > before.Count) seen++;
            before = now;
        }

        Assert.InRange(seen, 80, 100);
    }

    private sealed class Driver
    {
        public static readonly EventTime Start = EventTime.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        private readonly RouteTable _routes;
        private readonly List<RecalibrationRequest> _requests = [];

        public Driver(MonitorOptions options)
        {
            _routes = new RouteTable(options.Routing);
            Monitor = new CalibrationMonitor(options, _routes);
        }

        public CalibrationMonitor Monitor { get; }

        public void Predict(string id, long at, double p, string model = "m", string? region = null)
        {
            var key = (UInt128)ClassKey.Of(model + "/" + region);
            if (!_routes.TryFind(key, out int route))
                _routes.TryRegister(key, new RouteDescription(model, "1", View.Binary, null, region is null ? [] : [new Slice("region", region)]), out route);
            Monitor.Add(new Prediction(IdOf(id), Start + TimeSpan.FromMilliseconds(at), route, p));
        }

        public void Label(string id, long at, string value) =>
            Monitor.Add(new Label(IdOf(id), Start + TimeSpan.FromMilliseconds(at), LabelValue.Class(value)));

        public void Play(IEnumerable<Entry> entries)
        {
            foreach (var entry in entries)
            {
                Take(entry);
                Advance(Start + TimeSpan.FromMilliseconds(entry.At));
            }

            Finish();
        }

        /// <summary>Deals the entries to partitions as Kafka would and reads them in batches of random size from partitions chosen at random.</summary>
        public void PlayPartitions(RandomLog log, int partitions, Random random)
        {
            var queues = log.InTimeOrder().GroupBy(e => (e.IsPrediction, ClassKey.Of(e.Id) % (ulong)partitions)).Select(g => new Queue<Entry>(g)).ToList();
            var watermark = new Watermark(Options.OutOfOrderness);
            foreach (var _ in queues) watermark.AddSource();
            while (queues.Any(q => q.Count > 0))
            {
                int source = random.Next(queues.Count);
                for (int batch = random.Next(60); batch > 0 && queues[source].TryDequeue(out var entry); batch--)
                {
                    Take(entry);
                    watermark.Observe(source, Start + TimeSpan.FromMilliseconds(entry.At));
                }

                if (queues[source].Count == 0) watermark.SetIdle(source, true);
                if (watermark.Current is { } now) Advance(now);
            }

            Finish();
        }

        /// <summary>Everything that is counted and decided, in words; series by name, since their numbers depend on who came first.</summary>
        public string Picture()
        {
            var snapshot = Monitor.Capture();
            return Json(new
            {
                snapshot.Join,
                Series = snapshot.Series.OrderBy(s => s.Key.ToString(), StringComparer.Ordinal),
                snapshot.Episodes,
                Requests = _requests.OrderBy(r => r.Decided).ThenBy(r => r.Id, StringComparer.Ordinal).Select(r => new { r.Id, Kind = r.Kind.ToString(), r.Evidence }),
            });
        }

        public void Take(Entry entry)
        {
            if (entry.IsPrediction) Predict(entry.Id, entry.At, entry.Confidence, entry.Model, entry.Region);
            else Label(entry.Id, entry.At, entry.Outcome ? "1" : "0");
        }

        public void Advance(EventTime now)
        {
            Monitor.AdvanceTo(now);
            _requests.AddRange(Monitor.TakeRequests());
        }

        public void Finish() => Advance(Start + TimeSpan.FromHours(28));

        private static PredictionId IdOf(string id) => new(ClassKey.Of(id), ClassKey.Of(id + "'"));
    }
}

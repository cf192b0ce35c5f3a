using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using DriftWatch.Core.Windowing;
using Xunit;

namespace DriftWatch.Core.Monitoring;

/// <summary>Folded, per predicted class, and one class against the rest: each equals a recomputation from the raw records.</summary>
public sealed class OtherViewTests
{
    private static readonly ViewOptions ClassWise = new() { Kept = [ExtraView.ClassWise] };

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 5)]
    [InlineData(3, 2)]
    public void Class_wise_windows_equal_a_batch_recomputation_from_the_raw_vectors(ulong seed, int classes)
    {
        var log = VectorWorld.Log(new SplitMix(seed), 2000, classes);
        var world = new VectorWorld(ClassWise);

        world.Play(log);

        for (int c = 0; c < classes; c++)
        {
            var series = world.Series(View.OneClass, VectorWorld.Classes[c]);
            Assert.Equal(log.Length, series.Total.Labeled);
            Assert.Equal(log.Length, series.Predictions);
            Assert.Equal(VectorWorld.Ece(Pairs(log, c)), series.Total.Metrics.Ece!.Value, 1e-12);
            foreach (var (width, index) in world.Options.Windows.Select((width, index) => (width, index)))
            {
                foreach (var window in series.Windows[index].History)
                {
                    var rows = In(log, window);
                    Assert.Equal(rows.Count, window.Labeled);
                    Assert.Equal(rows.Count(row => row.Truth == c), window.Positives);
                    Assert.Equal(VectorWorld.Ece(Pairs(rows, c)), window.Metrics.Ece!.Value, 1e-12);
                }
            }
        }
    }

    [Fact]
    public void Class_wise_ECE_of_the_model_version_is_the_mean_over_its_classes()
    {
        var log = VectorWorld.Log(new SplitMix(4), 3000, 4);
        var world = new VectorWorld(ClassWise);

        world.Play(log);

        var whole = world.Series(View.TopLabel);
        Assert.Equal(Enumerable.Range(0, 4).Average(c => VectorWorld.Ece(Pairs(log, c))), whole.Total.Metrics.ClasswiseEce!.Value, 1e-12);
        foreach (var window in whole.Windows.SelectMany(width => width.History))
        {
            var rows = In(log, window);
            Assert.Equal(Enumerable.Range(0, 4).Average(c => VectorWorld.Ece(Pairs(rows, c))), window.Metrics.ClasswiseEce!.Value, 1e-12);
        }
    }

    [Fact]
    public void Arrival_order_changes_no_bit()
    {
        var log = VectorWorld.Log(new SplitMix(5), 1500, 4);
        var (sorted, shuffled) = (new VectorWorld(ClassWise), new VectorWorld(ClassWise));
        sorted.Play(log);

        // All within the allowance, since the watermark waits: predictions and labels in any order whatever.
        var records = log.SelectMany(row => new[] { (row, false), (row, true) }).ToArray();
        new SplitMix(6).Shuffle<(VectorRow, bool)>(records);
        foreach (var (row, isLabel) in records)
        {
            if (isLabel) shuffled.Label(row);
            else shuffled.Predict(row);
        }

        foreach (var world in new[] { sorted, shuffled }) world.Monitor.AdvanceTo(VectorWorld.Start + TimeSpan.FromDays(1));
        Assert.Equal(Picture(sorted), Picture(shuffled));
        Assert.Equal(0, shuffled.Routes.Vectors.Count);
    }

    [Fact]
    public void Corrections_leave_no_trace_of_the_class_that_stood_before()
    {
        var random = new SplitMix(7);
        var log = VectorWorld.Log(random, 800, 5);
        var (once, twice) = (new VectorWorld(ClassWise, CorrectionRule.Replace), new VectorWorld(ClassWise, CorrectionRule.Replace));
        foreach (var row in log)
        {
            foreach (var world in new[] { once, twice }) world.Predict(row);
            if (random.Chance(0.5)) twice.Label(row with { Truth = random.Below(5), LabelAt = row.LabelAt - 1 });
            if (random.Chance(0.3)) twice.Label(row.Id, row.LabelAt - 1, random.Chance(0.5) ? "\"correct\":true" : "\"correct\":false");
            foreach (var world in new[] { once, twice }) world.Label(row);
        }

        Assert.Equal(Picture(once), Picture(twice));
        foreach (var world in new[] { once, twice }) world.Monitor.AdvanceTo(VectorWorld.Start + TimeSpan.FromDays(1));
        Assert.Equal(0, twice.Routes.Vectors.Count);
    }

    [Fact]
    public void A_label_that_says_wrong_without_a_class_is_not_counted_by_class()
    {
        var world = new VectorWorld(ClassWise);
        var log = VectorWorld.Log(new SplitMix(8), 2, 3);
        foreach (var row in log) world.Predict(row);
        world.Label(0, 1000, "\"correct\":false");
        world.Label(1, 6000, "\"correct\":true");

        Assert.Equal(2, world.Series(View.TopLabel).Total.Labeled);
        int predicted = Array.IndexOf(log[1].P, log[1].P.Max());
        for (int c = 0; c < 3; c++)
        {
            var total = world.Series(View.OneClass, VectorWorld.Classes[c]).Total;
            Assert.Equal((2, 1, c == predicted ? 1 : 0), (total.Predictions, total.Labeled, total.Positives));
        }
    }

    [Fact]
    public void A_class_that_a_vector_does_not_name_has_the_claim_0()
    {
        var world = new VectorWorld(ClassWise);
        VectorRow[] log = [new(0, 0, [.5, .5, 0], 0, 1000), new(1, 5000, [.4, 0, .6], 1, 6000), new(2, 9000, [.1, .3, .6], 2, 9500)];
        foreach (var row in log) world.Predict(row, sparse: true);
        foreach (var row in log) world.Label(row);

        Assert.Equal(3, world.Series(View.OneClass, "cat").Total.Labeled);
        Assert.Equal(3, world.Series(View.OneClass, "dog").Total.Labeled);
        Assert.Equal(.8, world.Series(View.OneClass, "dog").Total.SumConfidence, 1e-12);
        Assert.Equal(2, world.Series(View.OneClass, "bird").Total.Labeled); // counts from its first mention on
        double expected = Enumerable.Range(0, 3).Average(c => VectorWorld.Ece(Pairs(log, c)));
        Assert.Equal(expected, world.Series(View.TopLabel).Total.Metrics.ClasswiseEce!.Value, 1e-12);
    }

    [Fact]
    public void Vectors_that_are_arrays_name_their_classes_by_number()
    {
        var world = new VectorWorld(ClassWise);
        world.Predict(1, 0, "\"probabilities\":[0.2,0.7,0.1]");
        world.Label(1, 1000, "\"label\":2");

        Assert.Equal((.1, 1), (world.Series(View.OneClass, "2").Total.SumConfidence, world.Series(View.OneClass, "2").Total.Positives));
        Assert.Equal((.7, 0), (world.Series(View.OneClass, "1").Total.SumConfidence, world.Series(View.OneClass, "1").Total.Positives));
    }

    [Fact]
    public void Classes_past_the_bound_are_left_out_and_counted()
    {
        var log = VectorWorld.Log(new SplitMix(9), 100, 5);
        var world = new VectorWorld(ClassWise with { MaxClasses = 3 });
        world.Play(log);

        Assert.Equal(["cat", "dog", "bird"], world.Monitor.Capture().Series.Where(s => s.Key.View == View.OneClass).Select(s => s.Key.Class));
        Assert.Equal(100, world.Routes.Overflows["class"]);
        Assert.Equal(VectorWorld.Ece(Pairs(log, 2)), world.Series(View.OneClass, "bird").Total.Metrics.Ece!.Value, 1e-12);
    }

    [Fact]
    public void Vectors_past_the_bound_on_memory_are_not_counted_by_class_and_all_else_goes_on()
    {
        var world = new VectorWorld(ClassWise, maxVectorBytes: 600_000); // one segment of 524 288 bytes, 9362 vectors of five classes
        var log = VectorWorld.Log(new SplitMix(10), 10_000, 5);
        foreach (var row in log) world.Predict(row);

        long held = world.Routes.Vectors.Count;
        Assert.InRange(held, 9000, 9400);
        Assert.Equal(10_000 - held, world.Routes.Overflows["vector"]);
        Assert.Equal(held, world.Series(View.OneClass, "cat").Predictions);
        Assert.Equal(10_000, world.Series(View.TopLabel).Predictions);
        Assert.InRange(world.Routes.Vectors.Bytes, 1, 600_000);
    }

    [Fact]
    public void Nothing_is_held_for_duplicates_late_ones_and_pairs_that_met()
    {
        var world = new VectorWorld(ClassWise);
        var log = VectorWorld.Log(new SplitMix(11), 50, 3);
        foreach (var row in log)
        {
            Assert.Equal(Arrival.Waiting, world.Predict(row));
            Assert.Equal(Arrival.Duplicate, world.Predict(row));
        }

        world.Predict(log[0]);
        Assert.InRange(world.Routes.Vectors.Count, 50, 51); // the last one until the next record
        foreach (var row in log) Assert.Equal(Arrival.Matched, world.Label(row));
        world.Monitor.AdvanceTo(VectorWorld.Start + TimeSpan.FromHours(3));
        Assert.Equal(Arrival.Late, world.Predict(log[1]));
        Assert.Equal(Arrival.Late, world.Label(log[1]));
        Assert.Equal(0, world.Routes.Vectors.Count);

        world.Predict(log[2] with { At = 11_000_000 });
        Assert.Equal(1, world.Routes.Vectors.Count);
        world.Monitor.AdvanceTo(VectorWorld.Start + TimeSpan.FromHours(4)); // expires
        Assert.Equal(0, world.Routes.Vectors.Count);
    }

    [Fact]
    public void A_prediction_that_is_read_and_not_added_is_discarded_with_its_vector()
    {
        var world = new VectorWorld(ClassWise);
        world.Predict(1, 0, "\"probabilities\":[0.2,0.8]");
        int vector = world.Routes.Vectors.Hold(2);
        Assert.Equal(2, world.Routes.Vectors.Count);
        world.Monitor.Discard(new Prediction(default, VectorWorld.Start, 0, 0.8, vector));
        world.Monitor.Discard(new Prediction(default, VectorWorld.Start, 0, 0.8));
        Assert.Equal(1, world.Routes.Vectors.Count);
    }

    [Fact]
    public void Top_label_predictions_are_counted_by_predicted_class_and_the_rest_is_pooled()
    {
        var log = VectorWorld.Log(new SplitMix(12), 3000, 5);
        var world = new VectorWorld(new ViewOptions { Kept = [ExtraView.PerClass], MaxClasses = 2 });
        world.Play(log);

        static int Predicted(VectorRow row) => Array.IndexOf(row.P, row.P.Max());
        string[] first = [.. log.Select(row => VectorWorld.Classes[Predicted(row)]).Distinct().Take(2)];
        var all = world.Monitor.Capture().Series.Where(s => s.Key.View == View.PredictedClass).ToList();
        Assert.Equal([.. first, Slice.Other], all.Select(s => s.Key.Class));
        Assert.Equal(world.Series(View.TopLabel).Total.Labeled, all.Sum(s => s.Total.Labeled));
        foreach (var series in all)
        {
            var rows = log.Where(row => VectorWorld.Classes[Predicted(row)] is var name && (series.Key.Class == Slice.Other ? !first.Contains(name) : name == series.Key.Class));
            Assert.Equal(VectorWorld.Ece(rows.Select(row => new Pair(row.P.Max(), Predicted(row) == row.Truth))), series.Total.Metrics.Ece!.Value, 1e-12);
        }

        Assert.Equal(0, world.Routes.Vectors.Bytes); // needs no vectors
        Assert.Equal(3, world.Routes.Overflows["predicted_class"]);
    }

    [Theory]
    [InlineData(CorrectionRule.Ignore)]
    [InlineData(CorrectionRule.Replace)]
    public void The_folded_view_asks_whether_the_predicted_side_came_true(CorrectionRule corrections)
    {
        var world = new VectorWorld(new ViewOptions { Kept = [ExtraView.Folded] }, corrections);
        var random = new SplitMix(13);
        List<Pair> folded = [];
        for (int i = 0; i < 2000; i++)
        {
            double p = random.Below(20) == 0 ? 0.5 : Math.Round(random.Unit(), 4);
            bool outcome = random.Chance(p * p);
            world.Predict(i, i * 1000, FormattableString.Invariant($"\"probability\":{p:R}"));
            if (corrections == CorrectionRule.Replace && random.Chance(0.3)) world.Label(i, (i * 1000) + 10, $"\"label\":{(random.Chance(0.5) ? 1 : 0)}");
            world.Label(i, (i * 1000) + 20, $"\"label\":{(outcome ? 1 : 0)}");
            folded.Add(new(p >= 0.5 ? p : 1 - p, p >= 0.5 == outcome));
        }

        var series = world.Series(View.Folded).Total;
        Assert.Equal(VectorWorld.Ece(folded), series.Metrics.Ece!.Value, 1e-12);
        Assert.Equal(folded.Count(pair => pair.Y), series.Positives);
        Assert.Equal(world.Series(View.Binary).Total.Metrics.Brier!.Value, series.Metrics.Brier!.Value, 1e-12); // (p − y)² has no side
        Assert.Equal(world.Series(View.Binary).Total.Metrics[WindowMetrics.Accuracy]!.Value, series.Metrics.BaseRate!.Value, 1e-12);
    }

    [Fact]
    public void Without_being_asked_for_no_view_is_kept_and_no_vector_held()
    {
        var world = new VectorWorld(new ViewOptions());
        world.Play(VectorWorld.Log(new SplitMix(14), 200, 4));

        Assert.Equal(View.TopLabel, Assert.Single(world.Monitor.Capture().Series).Key.View);
        Assert.Null(world.Series(View.TopLabel).Total.Metrics.ClasswiseEce);
        Assert.Equal(0, world.Routes.Vectors.Bytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Extra_views_are_judged_only_where_they_are_watched(bool watched)
    {
        // One class is claimed at .9 and comes half the time; over all classes that is two in ten of the traffic.
        var world = new VectorWorld(new ViewOptions { Kept = [ExtraView.PerClass], Watched = watched });
        for (int i = 0; i < 40_000; i++)
        {
            bool bad = i % 5 == 0;
            world.Predict(i, i * 500, $"\"predicted\":\"{(bad ? "bad" : "good")}\",\"confidence\":0.9");
            world.Label(i, (i * 500) + 100, $"\"correct\":{((bad ? i % 2 == 0 : i % 10 != 1) ? "true" : "false")}");
            world.Monitor.AdvanceTo(VectorWorld.Start + TimeSpan.FromMilliseconds(i * 500));
        }

        var rules = world.Monitor.Capture().Series.ToDictionary(s => s.Key.ViewName, s => s.Detector!.Rule);
        Assert.Equal(watched, rules["predicted:bad"] != Unwatched.Name);
        Assert.NotEqual(Unwatched.Name, rules["top-label"]);
        Assert.Equal(watched, world.Monitor.Episodes.Any(e => e.Series.Class == "bad"));
        Assert.DoesNotContain(world.Monitor.Episodes, e => e.Series.Class == "good");
    }

    [Fact]
    public void Vectors_cost_no_garbage_in_the_steady_state()
    {
        var world = new VectorWorld(ClassWise);
        var log = VectorWorld.Log(new SplitMix(15), 400, 5);
        world.Play(log);
        var vectors = world.Routes.Vectors;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100_000; i++)
        {
            int held = vectors.Hold(5);
            vectors[held][i % 5] = 0.5;
            vectors.Release(held);
        }

        // Less than a byte a vector: the runtime itself may take some kilobytes once, when it compiles the loop anew.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);

        // The same pairs through route and monitor, without a reader: numbers only.
        int route = Enumerable.Range(0, world.Routes.Count).First(r => world.Routes[r].Classes is not null);
        for (int i = 0; i < 60_000; i++) Add(i);
        before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 60_000; i < 100_000; i++) Add(i);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 800_000); // panes and windows; a record costs nothing

        void Add(int i)
        {
            int vector = vectors.Hold(5);
            vectors[vector][i % 5] = 1;
            var id = new PredictionId((ulong)i * 0x9E3779B97F4A7C15, 7);
            var time = VectorWorld.Start + TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(100 * i);
            world.Monitor.Add(new Prediction(id, time, route, 1, vector));
            world.Monitor.Add(new Label(id, time, Labels[i % 3]));
            if (i % 100 == 0) world.Monitor.AdvanceTo(time);
        }
    }

    private static readonly LabelValue[] Labels = [LabelValue.Class("cat"), LabelValue.Class("dog"), LabelValue.Class("elsewhere")];

    private static List<VectorRow> In(IEnumerable<VectorRow> log, WindowSnapshot window) =>
        [.. log.Where(row => VectorWorld.Start + TimeSpan.FromMilliseconds(row.At) is var time && time >= window.Start && time < window.End)];

    private static IEnumerable<Pair> Pairs(IEnumerable<VectorRow> rows, int c) => rows.Select(row => new Pair(row.P[c], row.Truth == c));

    /// <summary>Every number of every view to the last bit, by name.</summary>
    private static string Picture(VectorWorld world) => string.Join('\n', world.Monitor.Capture().Series
        .OrderBy(s => s.Key.ToString(), StringComparer.Ordinal)
        .Select(s => $"{s.Key} {s.Total.Labeled} {s.Total.Positives} {s.Total.SumConfidence:R} {s.Total.Metrics.With(WindowMetrics.Coverage, null)} {string.Join(' ', s.Total.Bins)}"));
}

using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Support;

namespace DriftWatch.Core.Checkpoints;

/// <summary>A whole monitor, written in chunks now and then and read back: it must not be possible to tell that it was.</summary>
public class MonitorStateTests
{
    private const int Predictions = 1500;

    // What the join keeps is written otherwise, and the rest are pictures, spare room, and what is to be done about writing.
    private static readonly string[] Caches =
    [
        "CalibrationMonitor._joiner", "CalibrationMonitor._join", "CalibrationMonitor._writer", "RouteTable.Vectors",
        "SketchPool._kept",
        "Pane.Touched", "Pane.IsStored", "OpenWindow.Touched", "OpenWindow.IsStored", "OpenWindow.Changed", "OpenWindow._snapshot",
        "WindowStore._newest", "WindowStore._series", "WindowStore._mature", "SeriesCalibration._newest", "SeriesCalibration._newestOutcome", "SeriesCalibration._mature", "SeriesCalibration._knowsMature",
        "SeriesMonitor._captured", "SeriesMonitor._capturedAt", "ClassWiseErrors._made", "EpisodeLog._captured",
        "CoverageWatch._covered", "TumblingTables`1._newest", "TumblingTables`1._newestStart", "TumblingTables`1._newestEnd", "TumblingTables`1._spare", "EvidenceLog._spare", "AcrossVersions._spare", "SeriesEvidence._gains", "BlockSeries._shocks",
        "Level._buckets", "Kswin._window", "Kswin._order", "Kswin._drawn",
    ];

    [Fact]
    public void A_monitor_read_from_its_chunks_is_the_same_and_goes_on_the_same()
    {
        int requests = 0, deleted = 0, running = 0, warning = 0, across = 0;
        for (int seed = 1; seed <= 10; seed++)
        {
            string because = $"seed {seed}";
            var random = new SplitMix((ulong)seed);
            var log = StateWorld.Log(seed, Predictions);
            var options = StateWorld.Options(seed);
            int cut = (int)(log.Length * (0.2 + (0.5 * random.Unit())));
            var before = new StateWorld(options);
            before.Play(log.AsSpan(0, cut), random);

            var after = before.Restart(options, random, out var restored);

            Assert.True(restored is { Anything: true, Anew: [] }, because);
            DeepCompare.AssertSame(before.Monitor, after.Monitor, $"{because}, read back", Caches);
            Assert.Empty(after.Write());
            Same(because, before, after);
            var snapshot = before.Monitor.Capture();
            running += snapshot.Series.Count(series => series.State is EpisodeState.Firing or EpisodeState.Cooling);
            warning += snapshot.Series.Count(series => series.EarlyWarning?.Warnings.Count > 0);
            across += snapshot.Models.Sum(model => model.AcrossVersions.Count);
            (int sent, deleted) = (before.Requests.Count, deleted - after.Deleted);

            for (int from = cut; from < log.Length; from += 3000)
            {
                ulong next = random.Next();
                var some = log.AsSpan(from, Math.Min(3000, log.Length - from));
                before.Play(some, new SplitMix(next));
                after.Play(some, new SplitMix(next));
                Same(because, before, after);
            }

            DeepCompare.AssertSame(before.Monitor, after.Monitor, $"{because}, at the end", Caches);
            requests += before.Requests.Count - sent;
            deleted += after.Deleted;
        }

        Assert.True(requests > 15 && deleted > 1000 && running > 8 && warning > 0 && across > 5, $"{requests} requests, {deleted} deleted, {running} episodes, {warning} warnings, {across} judged over all versions: too little happens");
    }

    [Fact]
    public void A_rule_with_other_settings_begins_anew_and_counts_stay()
    {
        foreach (int seed in (int[])[3, 13])
        {
            var before = Played(seed, out var log);
            var options = StateWorld.Options(seed);
            var rule = options.Models["rule"] with { Rule = DriftRule.ESr };
            var vec = options.Models["vec"] with { EarlyWarning = new EarlyWarningOptions { Enabled = false } };
            var bin = options.Default with { EarlyWarning = options.Default.EarlyWarning with { Window = TimeSpan.FromMinutes(30) } };
            var changed = options with { Default = bin, Models = new Dictionary<string, ModelOptions>(options.Models) { ["rule"] = rule, ["vec"] = vec } };

            var after = before.Restart(changed, new SplitMix(1), out var restored);

            var (was, now) = (before.Monitor.Capture(), after.Monitor.Capture());
            Assert.Equal(was.Series.Where(series => series.Key.Model == "rule").Select(series => series.Key), Series(restored, StatePart.Rule));
            Assert.Equal(was.Series.Where(series => series.Key.Model == "bin" && series.EarlyWarning is not null).Select(series => series.Key), Series(restored, StatePart.EarlyWarning));
            foreach (var (old, anew) in was.Series.Zip(now.Series))
            {
                Assert.Equal(StatePictures.Json(new { old.Key, old.Predictions, old.Matched, old.Expired, old.Windows, old.Total, old.Bins, old.LastMatch }), StatePictures.Json(new { anew.Key, anew.Predictions, anew.Matched, anew.Expired, anew.Windows, anew.Total, anew.Bins, anew.LastMatch }));
                if (old.Key.Model == "rule") Assert.Equal((EpisodeState.Inactive, DriftRule.ESr.Name, old.Requests), (anew.State, anew.Detector!.Rule, anew.Requests));
                else Assert.Equal(StatePictures.Json(old.Detector!), StatePictures.Json(anew.Detector!));
                Assert.Equal(old.EarlyWarning is not null && old.Key.Model != "vec", anew.EarlyWarning is not null);
            }

            Assert.Contains(was.Episodes, episode => episode.Series.Model == "rule" && episode.Recovered is null);
            Assert.Equal(was.Episodes.Where(episode => episode.Series.Model != "rule" || episode.Recovered is not null), now.Episodes);

            after.Play(log, new SplitMix(2));
            Assert.DoesNotContain(after.Topic.Keys, key => key.EndsWith("/early", StringComparison.Ordinal) && after.Monitor.Routes.Series[int.Parse(key.Split('/')[1])].Model == "vec");
            after.Restart(changed, new SplitMix(3), out restored);
            Assert.True(restored is { Anything: true, Anew: [] });
        }
    }

    [Fact]
    public void A_threshold_that_state_is_only_compared_with_may_change()
    {
        var before = Played(4, out _);
        var options = StateWorld.Options(4);
        ModelOptions Change(ModelOptions model) => model with
        {
            Drift = model.Drift with { FalseAlarmEvery = TimeSpan.FromDays(100), MinLabeled = 500 },
            Threshold = model.Threshold with { Raise = 0.3 },
            Rules = model.Rules.With(PageHinkley.Row.Section, new PageHinkleyOptions { Threshold = 60 }).With(Adwin.Row.Section, new AdwinOptions { Delta = 1e-5 })
                .With(Cusum.Row.Section, new CusumOptions { Threshold = 9 }).With(Kswin.Row.Section, new KswinOptions { Alpha = 1e-5 }),
            EarlyWarning = model.EarlyWarning with { Psi = 0.3, Z = 7 },
            Requests = model.Requests with { Enabled = false },
        };
        var changed = options with { Default = Change(options.Default), Models = options.Models.ToDictionary(model => model.Key, model => Change(model.Value)) };

        before.Restart(changed, new SplitMix(1), out var restored);

        Assert.True(restored is { Anything: true, Anew: [] });
    }

    [Fact]
    public void Other_prediction_sets_leave_the_reference_and_every_other_warning()
    {
        var before = Played(3, out _);
        var options = StateWorld.Options(3);
        ModelOptions Change(ModelOptions model) => model with { EarlyWarning = model.EarlyWarning with { Conformal = model.EarlyWarning.Conformal with { Alpha = 0.2 } } };
        var changed = options with { Default = Change(options.Default), Models = options.Models.ToDictionary(model => model.Key, model => Change(model.Value)) };

        var after = before.Restart(changed, new SplitMix(1), out var restored);

        var (was, now) = (before.Monitor.Capture(), after.Monitor.Capture());
        Assert.All(restored.Anew, one => Assert.Equal((StatePart.PredictionSets, "earlyWarning.predictionSets.alpha 0.1 → 0.2"), (one.Part, one.Why)));
        Assert.Equal(was.Series.Where(series => series.EarlyWarning is not null).Select(series => series.Key), Series(restored, StatePart.PredictionSets));
        Assert.Contains(was.Series, series => series.EarlyWarning?.Reference is not null);
        foreach (var (old, anew) in was.Series.Zip(now.Series))
        {
            static EarlyWarningSnapshot? Rest(SeriesSnapshot series) => series.EarlyWarning is { } early ? early with { AdaptiveAlpha = null, Coverage = null, Warnings = [.. early.Warnings.Where(warning => warning.Kind != WarningKind.Coverage)] } : null;
            Assert.Equal(StatePictures.Json(new { Early = Rest(old), old.Detector, old.State }), StatePictures.Json(new { Early = Rest(anew), anew.Detector, anew.State }));
        }
    }

    [Fact]
    public void A_further_width_shows_windows_that_are_whole_and_changes_nothing_else()
    {
        var before = Played(3, out var log);
        var options = StateWorld.Options(3);
        var wider = TimeSpan.FromTicks(2 * options.Windows.Max().Ticks);
        var changed = options with { Windows = [.. options.Windows, wider] };

        var after = before.Restart(changed, new SplitMix(1), out var restored);
        after.Play(log, new SplitMix(2));
        after = after.Restart(changed, new SplitMix(3), out _); // what was learnt of the width is kept
        before.Play(log, new SplitMix(2));

        Assert.Empty(restored.Anew);
        int whole = 0;
        foreach (var (old, anew) in before.Monitor.Capture().Series.Zip(after.Monitor.Capture().Series))
        {
            Assert.Equal(StatePictures.Json(old.Windows), StatePictures.Json(anew.Windows.SkipLast(1)));
            Assert.Equal(StatePictures.Json(new { old.Total, old.Detector, old.EarlyWarning, old.Bins }), StatePictures.Json(new { anew.Total, anew.Detector, anew.EarlyWarning, anew.Bins }));
            var parts = old.Windows.MaxBy(one => one.Width)!.History;
            foreach (var window in anew.Windows[^1].History)
            {
                var inside = parts.Where(part => part.Start >= window.Start && part.End <= window.End).ToList();
                Assert.Equal((inside.Sum(part => part.Predictions), inside.Sum(part => part.Labeled), inside.Sum(part => part.Positives)), (window.Predictions, window.Labeled, window.Positives));
                whole++;
            }
        }

        Assert.True(whole > 3, $"{whole} windows: too few to tell");
    }

    [Fact]
    public void State_of_other_panes_or_bins_is_refused_in_words()
    {
        var before = Played(1, out _);
        var options = StateWorld.Options(1);
        foreach (var other in new[] { options with { Pane = TimeSpan.FromMinutes(2) }, options with { Thresholds = [0.5] }, options with { ExportedBins = 20 }, options with { Origin = new(1000) } })
        {
            var fault = Assert.Throws<StateFormatException>(() => before.Restart(other, new SplitMix(1), out _));
            Assert.Contains("Set them as they were", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Chunks_that_are_missing_or_damaged_are_refused()
    {
        var before = Played(2, out _);
        foreach (string key in (string[])["routes", "monitor", "series/0", "series/3/rule"])
        {
            var monitor = new CalibrationMonitor(StateWorld.Options(2), new RouteTable(StateWorld.Options(2).Routing), keepsState: true);
            Assert.Throws<StateFormatException>(() => monitor.ReadChunks(Chunks(before.Topic.Where(chunk => chunk.Key != key)), new ChunkWriter()));
        }

        int refused = 0;
        string[] keys = [.. before.Topic.Keys.Order(StringComparer.Ordinal)];
        var random = new SplitMix(7);
        for (int i = 0; i < 60; i++)
        {
            string key = i % 3 == 0 ? (string[])["routes", "monitor"] is var heads ? heads[i / 3 % 2] : "" : keys[random.Below(keys.Length)];
            byte[] damaged = [.. before.Topic[key]];
            damaged[random.Below(damaged.Length)] ^= (byte)(1 << random.Below(8));
            var monitor = new CalibrationMonitor(StateWorld.Options(2), new RouteTable(StateWorld.Options(2).Routing), keepsState: true);
            try
            {
                monitor.ReadChunks(Chunks(before.Topic.Select(chunk => chunk.Key == key ? new(key, damaged) : chunk)), new ChunkWriter());
            }
            catch (StateFormatException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 10, 59);
    }

    [Fact]
    public void Nothing_stored_is_a_beginning_and_keys_of_others_are_passed_over()
    {
        var options = StateWorld.Options(1);
        var monitor = new CalibrationMonitor(options, new RouteTable(options.Routing), keepsState: true);
        Assert.False(monitor.ReadChunks([("journal/0/7", new byte[3])], new ChunkWriter()).Anything);
    }

    [Fact]
    public void State_is_read_first_written_by_one_writer_and_after_requests_were_taken()
    {
        var options = StateWorld.Options(1);
        var plain = new CalibrationMonitor(options, new RouteTable(options.Routing));
        Assert.Throws<InvalidOperationException>(() => plain.WriteChunks(new ChunkWriter()));
        Assert.Throws<InvalidOperationException>(() => plain.ReadChunks([], new ChunkWriter()));

        var monitor = new CalibrationMonitor(options, new RouteTable(options.Routing), keepsState: true);
        monitor.WriteChunks(new ChunkWriter());
        Assert.Throws<InvalidOperationException>(() => monitor.WriteChunks(new ChunkWriter()));
        Assert.Throws<InvalidOperationException>(() => monitor.ReadChunks([], new ChunkWriter()));
    }

    private static IEnumerable<SeriesKey> Series(Restored restored, StatePart part) => restored.Anew.Where(one => one.Part == part).Select(one => one.Series);

    private static StateWorld Played(int seed, out StateWorld.Entry[] rest)
    {
        var log = StateWorld.Log(seed, 1000);
        var world = new StateWorld(StateWorld.Options(seed));
        int cut = (int)(log.Length * 0.62);
        world.Play(log.AsSpan(0, cut), new SplitMix((ulong)seed));
        rest = log[cut..];
        return world;
    }

    private static IEnumerable<(string Key, ReadOnlyMemory<byte> Bytes)> Chunks(IEnumerable<KeyValuePair<string, byte[]>> topic) => topic.Select(chunk => (chunk.Key, new ReadOnlyMemory<byte>(chunk.Value)));

    private static void Same(string because, StateWorld before, StateWorld after)
    {
        Same(because, before.Picture(), after.Picture());
        // A picture leaves its traces in what explains an episode, which lasts for an hour.
        before.Write();
        after.Write();
        Assert.Equal(before.Topic.Keys.Order(StringComparer.Ordinal), after.Topic.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, bytes) in before.Topic) Assert.True(bytes.AsSpan().SequenceEqual(after.Topic[key]), $"{because}, {key}");
    }

    private static void Same(string because, string expected, string actual)
    {
        int differs = expected.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
        Assert.True(expected == actual, $"{because}: {expected[Math.Max(0, differs - 300)..Math.Min(expected.Length, differs + 80)]} but {actual[Math.Max(0, differs - 20)..Math.Min(actual.Length, differs + 80)]}");
    }
}

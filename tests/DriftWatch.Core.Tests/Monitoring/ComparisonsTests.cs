using System.Globalization;
using DriftWatch.Core.Comparison;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Monitoring;

/// <summary>Versions beside each other on the requests that both scored: against batch, in any order, over jumps and restarts.</summary>
public sealed class ComparisonsTests
{
    private static readonly EventTime Start = EventTime.From(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Maturity = TimeSpan.FromHours(6);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void They_are_what_batch_says_in_any_order_and_over_a_restart(int seed)
    {
        var log = Log(seed, hours: 60);
        var expected = Expected(log);
        Assert.Contains(expected, one => one.StartsWith("1 1+cal.1 :", StringComparison.Ordinal));
        Assert.Contains(expected, one => one.StartsWith("1 2 region=eu:", StringComparison.Ordinal));
        var orders = new[] { log, Disordered(log, seed), Disordered(log, seed + 100) };
        foreach (var order in orders)
        {
            Assert.Equal(expected, Shown(Play(order, Options(), step: 7).Capture()));
            Assert.Equal(expected, Shown(Play(order, Options(), step: 7, restarts: true).Capture()));
        }

        // Event time that jumps ends where small steps do, to the bit.
        Assert.Equal(Exactly(Play(log, Options(), step: 1).Capture()), Exactly(Play(log, Options(), step: 900).Capture()));
    }

    [Fact]
    public void The_map_that_mends_the_model_is_better_after_a_day_and_the_version_that_spoils_it_is_worse()
    {
        var snapshot = Play(Log(5, hours: 60), Options(), step: 30).Capture();
        var map = snapshot.Comparisons.Single(one => one.Candidate == "1+cal.1" && one.Slice is null);
        Assert.Equal((ComparisonVerdict.Better, "1"), (map.Found.Verdict, map.Current));
        Assert.True(map.Found.BetterAt >= Start + TimeSpan.FromDays(1) && map.Found.Gain!.Value.Lower > 0, $"{map.Found}");
        var spoilt = snapshot.Comparisons.Single(one => one.Candidate == "2" && one.Slice is null);
        Assert.Equal(ComparisonVerdict.Worse, spoilt.Found.Verdict);
        Assert.True(spoilt.Found.DisagreesTooOften && spoilt.Found.LastDay.MeanDifference < -0.1, $"{spoilt.Found}");
        Assert.DoesNotContain(snapshot.Comparisons, one => one.Model == "other");
    }

    [Fact]
    public void Nothing_is_judged_before_it_is_known_how_outcomes_depend_on_each_other()
    {
        var log = Log(7, hours: 13);
        var learning = Options() with { Default = Options().Default with { Drift = new() } };
        var early = Play(log, learning, step: 30).Capture();
        Assert.All(early.Comparisons, one => Assert.Equal((0, ComparisonVerdict.Open), (one.Found.Labeled, one.Found.Verdict)));
        Assert.Contains(early.Comparisons, one => one.Found.LastDay.Requests > 0);
        Assert.Contains(Play(log, Options(), step: 30).Capture().Comparisons, one => one.Found.Labeled > 0);

        // Nothing is lost by the wait, and event time that jumps waits no longer than small steps.
        log = Log(7, hours: 60);
        Assert.Equal(Expected(log), Shown(Play(log, learning, step: 7).Capture()));
        Assert.Equal(Exactly(Play(log, learning, step: 7).Capture()), Exactly(Play(log, learning, step: 900).Capture()));
    }

    private static MonitorOptions Options() => new()
    {
        Pane = 10 * Minute,
        Windows = [TimeSpan.FromHours(1)],
        OutOfOrderness = 3 * Minute,
        Default = new ModelOptions
        {
            Join = new JoinRule { Horizon = Maturity },
            EarlyWarning = new EarlyWarningOptions { Enabled = false },
            Drift = new() { Dependence = Drift.Dependence.Independent },
            Compare = new() { Enabled = true, Current = "1", Distance = 0.1, MostDisagreeing = 0.2 },
        },
    };

    private readonly record struct Entry(EventTime Time, int Id, string? Version, string Model, string Region, double Claim, bool? Outcome);

    /// <summary>Version 1 claims too much, its map mends that, version 2 claims far too little; one request in five lacks a version, one label in ten comes before, between or right behind its predictions.</summary>
    private static List<Entry> Log(int seed, int hours)
    {
        var random = new SplitMix((ulong)seed);
        List<Entry> log = [];
        for (int id = 0; id < hours * 60; id++)
        {
            var time = Start + (id * Minute);
            double truth = 0.15 + (0.5 * random.Unit());
            string region = random.Chance(0.5) ? "eu" : "us", model = random.Chance(0.1) ? "other" : "m";
            foreach (var (version, shift) in (IEnumerable<(string, double)>)[("1", 0.6), ("1+cal.1", 0), ("2", -1.5)])
            {
                if (random.Chance(0.1) || (model == "other" && version != "2")) continue;
                double claim = Math.Round(1 / (1 + Math.Exp(-(Math.Log(truth / (1 - truth)) + shift))), 3);
                log.Add(new(time + TimeSpan.FromSeconds(random.Below(40)), id, version, model, region, claim, null));
            }

            if (random.Chance(0.8)) log.Add(new(time + (random.Chance(0.1) ? TimeSpan.FromSeconds(random.Below(200)) : TimeSpan.FromMinutes(4 + random.Below(400))), id, null, model, region, 0, random.Chance(truth)));
        }

        return [.. log.OrderBy(entry => entry.Time)];
    }

    // Each record comes late by no more than the allowance.
    private static List<Entry> Disordered(List<Entry> log, int seed)
    {
        var random = new SplitMix((ulong)seed * 77);
        return [.. log.Select(entry => (At: entry.Time + TimeSpan.FromSeconds(random.Below(180)), entry)).OrderBy(each => each.At).Select(each => each.entry)];
    }

    private static CalibrationMonitor Play(List<Entry> log, MonitorOptions options, int step, bool restarts = false)
    {
        var routes = new RouteTable(options.Routing);
        var monitor = new CalibrationMonitor(options, routes, keepsState: true);
        var (latest, count, writer) = (Start, 0, new ChunkWriter());
        Dictionary<string, byte[]> stored = [];
        foreach (var entry in log)
        {
            var id = new PredictionId(1, (ulong)entry.Id);
            if (entry.Version is { } version) monitor.Add(new Prediction(id, entry.Time, RouteOf(routes, entry.Model, version, entry.Region), entry.Claim));
            else monitor.Add(new Label(id, entry.Time, LabelValue.Class(entry.Outcome == true ? "1" : "0")));
            latest = EventTime.Max(latest, entry.Time);
            if (++count % step == 0) monitor.AdvanceTo(latest - options.OutOfOrderness);
            monitor.TakeRequests();
            if (!restarts || count % 2000 != 0) continue;
            // The join table is copied block by block, as a snapshot of it is.
            monitor.WriteChunks(writer);
            foreach (var chunk in writer.Take())
            {
                if (chunk.Bytes is { } bytes) stored[chunk.Key] = bytes;
                else stored.Remove(chunk.Key);
            }

            var blocks = monitor.CopyJoin().ToList();
            byte[] tally = StateExchange.Write(monitor.JoinTally);
            routes = new RouteTable(options.Routing);
            monitor = new CalibrationMonitor(options, routes, keepsState: true);
            monitor.ReadChunks([.. stored.Select(chunk => (chunk.Key, new ReadOnlyMemory<byte>(chunk.Value)))], writer = new ChunkWriter());
            monitor.StartRejoin();
            foreach (byte[] block in blocks) monitor.Rejoin(block);
            monitor.EndRejoin(tally);
        }

        monitor.AdvanceTo(latest + Maturity + TimeSpan.FromHours(2));
        monitor.TakeRequests();
        return monitor;
    }

    private static int RouteOf(RouteTable routes, string model, string version, string region)
    {
        var key = Key(model, version, region);
        if (routes.TryFind(key, out int found)) return found;
        routes.TryRegister(key, new RouteDescription(model, version, View.Binary, null, [new Slice("region", region)]), out int route);
        return route;
    }

    private static UInt128 Key(string model, string version, string region) => new((ulong)(model[0] * 256) + region[0], (ulong)version.Length * 256 + version[0]);

    private static List<string> Shown(MonitorSnapshot snapshot) =>
        [.. snapshot.Comparisons.Select(one => Line(one.Current, one.Candidate, one.Slice?.ToString(), one.Found.Labeled, one.Found.LogLossOfCurrent, one.Found.LogLossOfCandidate, one.Found.Span)).Order(StringComparer.Ordinal)];

    private static string Exactly(MonitorSnapshot snapshot) => string.Join('\n', snapshot.Comparisons);

    private static string Line(string current, string candidate, string? slice, long labeled, double? before, double? after, (EventTime From, EventTime To)? span) =>
        string.Create(CultureInfo.InvariantCulture, $"{current} {candidate} {slice}: {labeled} {before:0.000000000} {after:0.000000000} {span}");

    /// <summary>The same from the whole log at once.</summary>
    private static List<string> Expected(List<Entry> log)
    {
        List<(string Candidate, string Region, EventTime At, double Before, double After)> pairs = [];
        foreach (var request in log.Where(entry => entry.Model == "m").GroupBy(entry => entry.Id))
        {
            if (request.SingleOrDefault(entry => entry.Version == "1") is not { Version: not null } current || request.SingleOrDefault(entry => entry.Version is null) is not { Outcome: { } outcome } label) continue;
            foreach (var candidate in request.Where(entry => entry.Version is "2" or "1+cal.1"))
            {
                var at = EventTime.Max(current.Time, candidate.Time);
                if (label.Time > current.Time + Maturity || label.Time > candidate.Time + Maturity || label.Time < current.Time || label.Time < candidate.Time) continue;
                pairs.Add((candidate.Version!, candidate.Region, at, Loss(current.Claim, outcome), Loss(candidate.Claim, outcome)));
            }
        }

        List<string> lines = [];
        foreach (var candidate in (string[])["1+cal.1", "2"])
        {
            foreach (string? region in (string?[])[null, "eu", "us"])
            {
                var of = pairs.Where(pair => pair.Candidate == candidate && (region is null || pair.Region == region)).ToList();
                var hour = TimeSpan.FromHours(1);
                lines.Add(Line("1", candidate, region is null ? null : $"region={region}", of.Count, of.Average(pair => pair.Before), of.Average(pair => pair.After), (of.Min(pair => pair.At).FloorTo(hour), of.Max(pair => pair.At).FloorTo(hour) + hour)));
            }
        }

        return [.. lines.Order(StringComparer.Ordinal)];

        static double Loss(double claim, bool outcome) => -Math.Log(outcome ? claim : 1 - claim);
    }
}

using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Web;

namespace DriftWatch.Metrics;

/// <summary>What Prometheus sees of one job over crashes, restores and takeovers.</summary>
public class StateOnThePageTests
{
    /// <summary>What is about the process and begins with it, as Prometheus expects it of a process.</summary>
    private static readonly string[] OfTheProcess =
    [
        "driftwatch_build_info", "driftwatch_service_phase", "driftwatch_trouble", "driftwatch_snapshot_timestamp_seconds", "driftwatch_consumer_last_poll_timestamp_seconds",
        "driftwatch_dlq_dropped_total", "driftwatch_checkpoint_last_success_timestamp_seconds", "driftwatch_checkpoint_failures_total",
        "driftwatch_checkpoint_duration_seconds", "driftwatch_state_stored_timestamp_seconds", "driftwatch_state_bytes", "driftwatch_restore_done_records",
        "driftwatch_restore_planned_records", "driftwatch_restore_start_timestamp_seconds", "driftwatch_restore_mismatches_total", "driftwatch_fenced_total",
        "driftwatch_warnings", "driftwatch_exported_series", "driftwatch_exported_series_limit", "driftwatch_overflows_total", "driftwatch_log_messages_total",
    ];

    [Fact]
    public async Task NoCounterGoesBackOverACrashAndARestore()
    {
        var job = new ScrapedJob();
        await using (var first = await WebHost.Start(Later(0)))
        {
            await job.Scrape(first);
            first.Board.Publish(Later(3));
            await job.Scrape(first);
        }

        await using var second = await WebHost.Start();
        foreach (var picture in (ServiceSnapshot[])
        [
            SimulatedService.Without(ServicePhase.Starting), SimulatedService.Without(ServicePhase.Restoring, new(0, 0, SimulatedService.Now)), SimulatedService.Restoring(),
            Later(3), Later(5), Later(5) with { Phase = ServicePhase.Disconnected }, SimulatedService.Without(ServicePhase.Standby) with { Fenced = 1 },
            SimulatedService.Restoring() with { Fenced = 1 }, Later(9) with { Fenced = 1 },
        ])
        {
            second.Board.Publish(picture);
            await job.Scrape(second);
        }

        Assert.Equal(11, job.Scrapes);
        Assert.True(job.Followed > 300, $"only {job.Followed} counters");
        Assert.Equal(Later(9).Monitor.Series[0].Matched, job["driftwatch_joins_total{model=\"fraud\",version=\"7\"}"]);
        Assert.Equal(1, job["driftwatch_fenced_total"]);
    }

    [Theory]
    [InlineData("Starting")]
    [InlineData("Standby")]
    [InlineData("Restoring")]
    [InlineData("Disconnected")]
    public async Task WithoutAStateOnlyTheProcessIsOnThePage(string phase)
    {
        await using var host = await WebHost.Start(Later(1));
        var before = new MetricsText(await host.Get("/metrics"));

        host.Board.Publish(SimulatedService.Restoring() with { Phase = Enum.Parse<ServicePhase>(phase) });
        var page = new MetricsText(await host.Get("/metrics"));

        Assert.DoesNotContain(page.Samples.Keys, series => !IsOfTheProcess(series));
        Assert.Equal(1, page[$"driftwatch_service_phase{{driftwatch_service_phase=\"{phase.ToLowerInvariant()}\"}}"]);
        Assert.Equal(1, page.Of("driftwatch_service_phase").Sum(series => page[series]));
        Assert.True(before.Samples.Keys.Count(series => !IsOfTheProcess(series)) > 500);
    }

    [Fact]
    public async Task AnOwnerAndAStandbyTogetherCountOnce()
    {
        await using var owner = await WebHost.Start(Later(2));
        await using var standby = await WebHost.Start(SimulatedService.Without(ServicePhase.Standby));

        var both = new[] { new MetricsText(await owner.Get("/metrics")), new MetricsText(await standby.Get("/metrics")) };

        foreach (string series in both[0].Samples.Keys.Where(series => !IsOfTheProcess(series))) Assert.False(both[1].Samples.ContainsKey(series), series);
        Assert.Equal(
            Later(2).Monitor.Join.DuplicateLabels,
            both.Sum(page => page.Of("driftwatch_duplicates_total").Where(series => series.Contains("labels", StringComparison.Ordinal)).Sum(series => page[series])));
    }

    [Fact]
    public async Task CommitsStoredStateAndRestoresAreTold()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy() with { CommitFailures = 4, RestoreMismatches = 2, Warnings = ["The retention is short.", "The topic is compacted."] });
        var running = new MetricsText(await host.Get("/metrics"));
        host.Board.Publish(SimulatedService.Restoring());
        var restoring = new MetricsText(await host.Get("/metrics"));

        Assert.Equal(Seconds(SimulatedService.Now) - 0.7, running["driftwatch_checkpoint_last_success_timestamp_seconds"], 1e-6);
        Assert.Equal(Seconds(SimulatedService.Now) - 17, running["driftwatch_state_stored_timestamp_seconds"], 1e-6);
        Assert.Equal(214_310, running["driftwatch_state_bytes"]);
        Assert.Equal(152, running["driftwatch_checkpoint_duration_seconds_bucket{le=\"0.01\"}"]);
        Assert.Equal(225, running["driftwatch_checkpoint_duration_seconds_count"]);
        Assert.Equal(2.61, running["driftwatch_checkpoint_duration_seconds_sum"], 1e-9);
        Assert.Equal(4, running["driftwatch_checkpoint_failures_total"]);
        Assert.Equal((2, 2), (running["driftwatch_restore_mismatches_total"], running["driftwatch_warnings"]));
        Assert.DoesNotContain(running.Samples.Keys, series => series.StartsWith("driftwatch_restore_", StringComparison.Ordinal) && series != "driftwatch_restore_mismatches_total");
        Assert.Equal((1_200_000, 2_000_000), (restoring["driftwatch_restore_done_records"], restoring["driftwatch_restore_planned_records"]));
        Assert.Equal(Seconds(SimulatedService.Now) - 40, restoring["driftwatch_restore_start_timestamp_seconds"]);
        Assert.DoesNotContain("driftwatch_checkpoint_last_success_timestamp_seconds", restoring.Samples.Keys);
    }

    [Fact]
    public async Task BeforeTheFirstCommitTheHistogramStandsAtZero()
    {
        await using var host = await WebHost.Start(SimulatedService.Without(ServicePhase.Standby));

        var page = new MetricsText(await host.Get("/metrics"));

        Assert.Equal((0, 0), (page["driftwatch_checkpoint_duration_seconds_count"], page["driftwatch_checkpoint_duration_seconds_bucket{le=\"+Inf\"}"]));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("defaults.horizon 1d → 2d. This instance could not take over, so it stands aside.", 1)]
    public async Task WhatKeepsAnInstanceFromItsPartIsToldWhateverItsPhase(string? trouble, double expected)
    {
        await using var host = await WebHost.Start(SimulatedService.Without(ServicePhase.Standby) with { Trouble = trouble });

        var page = new MetricsText(await host.Get("/metrics"));

        Assert.Equal(expected, page["driftwatch_trouble"]);
        Assert.Equal(expected == 0, new Health(host.Board, TimeProvider.System, new WebLimits { LoopSilence = TimeSpan.MaxValue }).Ready().Ok);
    }

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    private static bool IsOfTheProcess(string series)
    {
        string name = series.Split('{')[0];
        return !name.StartsWith("driftwatch_", StringComparison.Ordinal) || OfTheProcess.Contains(name) || name.StartsWith("driftwatch_checkpoint_duration_seconds_", StringComparison.Ordinal);
    }

    /// <summary>The busy service, as many epochs later.</summary>
    private static ServiceSnapshot Later(int epochs)
    {
        var picture = SimulatedService.Busy();
        var join = picture.Monitor.Join;
        return picture with
        {
            Commits = picture.Commits + epochs,
            Streams = [.. picture.Streams.Select(s => s with { Records = s.Records + (100 * epochs), Bytes = s.Bytes + (14_200 * epochs), DeadLetters = s.DeadLetters + epochs })],
            Monitor = picture.Monitor with
            {
                Join = join with { DuplicateLabels = join.DuplicateLabels + epochs },
                Models = [.. picture.Monitor.Models.Select(m => m with { Labels = m.Labels + (90 * epochs), DelayCounts = [.. m.DelayCounts.Select(c => c + epochs)], DelaySumSeconds = m.DelaySumSeconds + (90_000 * epochs) })],
                Series = [.. picture.Monitor.Series.Select(s => s with
                {
                    Predictions = s.Predictions + (100 * epochs), Matched = s.Matched + (90 * epochs), SquaredErrorSum = s.SquaredErrorSum + epochs,
                    Bins = [.. s.Bins.Select(b => b with { Count = b.Count + epochs, Positives = b.Positives + (epochs / 2) })],
                })],
            },
        };
    }

    /// <summary>What a Prometheus that scrapes one job remembers: of each counter its last value, which must not be above the next.</summary>
    private sealed class ScrapedJob
    {
        private readonly Dictionary<string, double> _last = [];

        public int Scrapes { get; private set; }

        public int Followed => _last.Count;

        public double this[string series] => _last[series];

        public async Task Scrape(WebHost host)
        {
            var page = new MetricsText(await host.Get("/metrics"));
            Scrapes++;
            foreach (var (series, value) in page.Samples)
            {
                if (!Counts(page, series)) continue;
                Assert.False(_last.TryGetValue(series, out double before) && value < before, $"scrape {Scrapes}: {series} went back from {before} to {value}");
                _last[series] = value;
            }
        }

        private static bool Counts(MetricsText page, string series)
        {
            string name = series.Split('{')[0];
            if (IsOfTheProcess(series) && name != "driftwatch_fenced_total") return false;
            return page.Types.GetValueOrDefault(name) == "counter" || name.EndsWith("_bucket", StringComparison.Ordinal) || name.EndsWith("_count", StringComparison.Ordinal);
        }
    }
}

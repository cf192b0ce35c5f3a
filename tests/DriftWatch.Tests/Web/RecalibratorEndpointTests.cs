using System.Net;
using DriftWatch.Hosting;
using DriftWatch.Metrics;
using DriftWatch.Options;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DriftWatch.Web;

/// <summary>What <c>driftwatch recalibrate</c> answers over HTTP, on a real Kestrel.</summary>
public sealed class RecalibratorEndpointTests
{
    [Fact]
    public async Task The_page_follows_what_happens_and_promtool_has_nothing_to_say()
    {
        var log = new LogCounter();
        var metrics = new RecalibratorMetrics(log);
        await using var app = await RecalibratorHost.StartAsync(new("127.0.0.1", 0), new LogOptions(), metrics);
        using var client = new HttpClient { BaseAddress = new Uri(ServiceHost.AddressOf(app)) };

        // Before it knows anything it says nothing but that it is there.
        var page = new MetricsText(await Get(client, "/metrics"));
        Assert.Equal(0, page["driftwatch_recalibrator_owner"]);
        Assert.Equal(5, page.Of("driftwatch_recalibrator_decisions_total").Count());
        Assert.All((string[])["driftwatch_recalibrator_requests_pending", "driftwatch_recalibrator_last_decision_timestamp_seconds", "driftwatch_recalibrator_set_bytes"], family => Assert.Empty(page.Of(family)));
        Assert.Equal((0, ""), await Judged(page));

        metrics.Owns(true);
        metrics.Has(pending: 3, waiting: 2);
        metrics.Decided("accept", TimeSpan.FromSeconds(25), DateTimeOffset.FromUnixTimeSeconds(1000));
        metrics.Decided(DateTimeOffset.FromUnixTimeSeconds(900));
        metrics.Keeps(4711, sets: 1, maps: 0);
        metrics.Failed("The disk is full.");
        log.Log(LogLevel.Warning, default, "", null, (_, _) => "");
        page = new(await Get(client, "/metrics"));
        Assert.Equal(
            [1, 3, 2, 1, 0, 1000, 1, 4711, 1, 1, 25, 1],
            ((string[])[
                "driftwatch_recalibrator_owner", "driftwatch_recalibrator_requests_pending", "driftwatch_recalibrator_waiting_episodes", "driftwatch_recalibrator_decisions_total{verdict=\"accept\"}",
                "driftwatch_recalibrator_decisions_total{verdict=\"failed\"}", "driftwatch_recalibrator_last_decision_timestamp_seconds", "driftwatch_recalibrator_failures_total", "driftwatch_recalibrator_set_bytes",
                "driftwatch_recalibrator_removed_total{what=\"sets\"}", "driftwatch_log_messages_total{level=\"warning\"}", "driftwatch_recalibrator_decision_duration_seconds_sum",
                "driftwatch_recalibrator_decision_duration_seconds_bucket{le=\"30\"}"]).Select(series => page[series]));
        Assert.Equal((0, ""), await Judged(page));

        // Another instance answers now: how much there is to do, it says.
        metrics.Owns(false);
        Assert.Empty(new MetricsText(await Get(client, "/metrics")).Of("driftwatch_recalibrator_requests_pending"));
    }

    [Fact]
    public async Task It_is_ready_unless_something_stands_in_the_way_and_then_says_what()
    {
        var metrics = new RecalibratorMetrics();
        await using var app = await RecalibratorHost.StartAsync(new("127.0.0.1", 0), new LogOptions(), metrics);
        using var client = new HttpClient { BaseAddress = new Uri(ServiceHost.AddressOf(app)) };
        Assert.StartsWith("standby", await Get(client, "/healthz/ready"), StringComparison.Ordinal);
        // What passes while it stands by is over: nobody asks it to take over to be ready again.
        metrics.Waits("No broker answers.");
        using (var waiting = await client.GetAsync("/healthz/ready", TestContext.Current.CancellationToken)) Assert.Equal(HttpStatusCode.ServiceUnavailable, waiting.StatusCode);
        metrics.Waits(null);
        Assert.StartsWith("standby", await Get(client, "/healthz/ready"), StringComparison.Ordinal);
        metrics.Owns(true);
        Assert.Equal("ok\n", await Get(client, "/healthz/ready"));

        metrics.Failed("s3://models could not be read.");
        using var broken = await client.GetAsync("/healthz/ready", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "not ready: s3://models could not be read.\n"), (broken.StatusCode, await broken.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        Assert.Equal("ok\n", await Get(client, "/healthz/live"));
        Assert.Equal("ok\n", await Get(client, "/healthz/startup"));

        metrics.Decided("keep", TimeSpan.FromSeconds(1), DateTimeOffset.UnixEpoch);
        Assert.Equal("ok\n", await Get(client, "/healthz/ready"));
    }

    [Fact]
    public async Task An_address_that_is_taken_is_refused_with_the_setting()
    {
        await using var first = await RecalibratorHost.StartAsync(new("127.0.0.1", 0), new LogOptions(), new());
        int port = new Uri(ServiceHost.AddressOf(first)).Port;

        var refused = await Assert.ThrowsAsync<CommandFailure>(() => RecalibratorHost.StartAsync(new("127.0.0.1", port), new LogOptions(), new()));

        Assert.Contains("choose another address with --listen or recalibration.listen", refused.Message, StringComparison.Ordinal);
    }

    private static Task<string> Get(HttpClient client, string path) => client.GetStringAsync(path, TestContext.Current.CancellationToken);

    private static async Task<(int Status, string Said)> Judged(MetricsText page)
    {
        var (status, said) = await Promtool.CheckMetrics(page.Page);
        return (status, said.Trim());
    }
}

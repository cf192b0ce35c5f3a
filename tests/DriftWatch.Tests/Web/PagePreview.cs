using System.Globalization;
using DriftWatch.Pipeline;

namespace DriftWatch.Web;

/// <summary>Serves the page with a simulated service, for looking at: run this one test by hand, open the address, end it with Ctrl+C.</summary>
/// <remarks>DRIFTWATCH_PREVIEW=port[,fresh|standby|restoring|warned]; the picture changes every second, as in life.</remarks>
public class PagePreview
{
    [Fact(Explicit = true)]
    public async Task ServeThePage()
    {
        string[] wish = (Environment.GetEnvironmentVariable("DRIFTWATCH_PREVIEW") ?? "8090").Split(',');
        int port = int.Parse(wish[0], CultureInfo.InvariantCulture);
        var clock = new RunningClock(SimulatedService.Now);
        var picture = wish[^1] switch
        {
            "fresh" => SimulatedService.Fresh(),
            "standby" => SimulatedService.Without(ServicePhase.Standby) with { Fenced = 1 },
            "restoring" => SimulatedService.Restoring() with { Restore = new(200_000, 20_000_000, SimulatedService.Now.AddSeconds(-40)) },
            "warned" => SimulatedEvidence.Service with { Fenced = 2, RestoreMismatches = 1, CommitFailures = 3, Warnings = ["Topic labels keeps its records for 1d, but the join needs 8d: a stop of more than a few hours would lose some. Set retention.ms to at least 691200000."] },
            _ => SimulatedEvidence.Service,
        };
        await using var host = await WebHost.Start(picture, address: $"http://127.0.0.1:{port}", time: clock);
        for (int second = 1; !TestContext.Current.CancellationToken.IsCancellationRequested; second++)
        {
            await Task.Delay(1000, TestContext.Current.CancellationToken);
            host.Board.Publish(picture with
            {
                TakenAt = clock.GetUtcNow(),
                Streams = [.. picture.Streams.Select(s => s with { Records = s.Records == 0 ? 0 : s.Records + (1873 * second) })],
                Restore = picture.Restore is { } restore ? restore with { Done = Math.Min(restore.Total, restore.Done + (5000 * second)) } : null,
            });
        }
    }

    /// <summary>The system's clock, set to another day.</summary>
    private sealed class RunningClock(DateTimeOffset start) : TimeProvider
    {
        private readonly TimeSpan _offset = start - DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + _offset;
    }
}

using System.Globalization;

namespace DriftWatch.Web;

/// <summary>Serves the page with a simulated service, for looking at: run this one test by hand, open the address, end it with Ctrl+C.</summary>
/// <remarks>DRIFTWATCH_PREVIEW=port[,fresh]; the picture changes every second, as in life.</remarks>
public class PagePreview
{
    [Fact(Explicit = true)]
    public async Task ServeThePage()
    {
        string[] wish = (Environment.GetEnvironmentVariable("DRIFTWATCH_PREVIEW") ?? "8090").Split(',');
        int port = int.Parse(wish[0], CultureInfo.InvariantCulture);
        bool fresh = wish.Contains("fresh");
        var clock = new RunningClock(SimulatedService.Now);
        var picture = fresh ? SimulatedService.Fresh() : SimulatedEvidence.Service;
        await using var host = await WebHost.Start(picture, address: $"http://127.0.0.1:{port}", time: clock);
        for (int second = 1; !TestContext.Current.CancellationToken.IsCancellationRequested; second++)
        {
            await Task.Delay(1000, TestContext.Current.CancellationToken);
            host.Board.Publish(picture with
            {
                TakenAt = clock.GetUtcNow(),
                Streams = fresh ? picture.Streams : [.. picture.Streams.Select(s => s with { Records = s.Records + (1873 * second) })],
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

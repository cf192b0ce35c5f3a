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
        await using var host = await WebHost.Start(fresh ? SimulatedService.Fresh(DateTimeOffset.UtcNow) : SimulatedService.Busy(), address: $"http://127.0.0.1:{port}", time: fresh ? TimeProvider.System : null);
        while (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            await Task.Delay(1000, TestContext.Current.CancellationToken);
            if (fresh) host.Board.Publish(SimulatedService.Fresh(DateTimeOffset.UtcNow));
        }
    }
}

using System.Net;
using System.Text.Json;
using DriftWatch.Pipeline;

namespace DriftWatch.Web;

public class HealthTests
{
    [Theory]
    [InlineData("Starting", true, false, false)]
    [InlineData("Restoring", true, false, false)]
    [InlineData("Running", true, true, true)]
    [InlineData("Disconnected", true, false, true)]
    [InlineData("Stopping", true, false, false)]
    public async Task EachPhaseHasItsAnswers(string phase, bool live, bool ready, bool startup)
    {
        await using var host = await WebHost.Start(SimulatedService.Fresh() with { Phase = Enum.Parse<ServicePhase>(phase) });

        Assert.Equal((live, ready, startup), (await Is(host, "live"), await Is(host, "ready"), await Is(host, "startup")));
    }

    [Fact]
    public async Task ABrokerThatIsAwayDoesNotRestartUs()
    {
        await using var host = await WebHost.Start(SimulatedService.Fresh() with { Phase = ServicePhase.Disconnected, Trouble = "No broker answers at kafka:9092." });

        using var ready = await host.Ask("/healthz/ready");

        Assert.True(await Is(host, "live"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("No broker answers at kafka:9092.", await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALoopThatIsSilentForTooLongIsNotLive()
    {
        var old = SimulatedService.Fresh() with { TakenAt = SimulatedService.Now.AddSeconds(-61), LastPoll = SimulatedService.Now.AddSeconds(-61) };
        await using var host = await WebHost.Start(old);

        bool silent = await Is(host, "live");
        host.Board.Publish(old with { LastPoll = SimulatedService.Now.AddSeconds(-59) });
        bool turning = await Is(host, "live");

        Assert.Equal((false, true), (silent, turning));
    }

    [Fact]
    public async Task OnceStartedItStaysStarted()
    {
        await using var host = await WebHost.Start(SimulatedService.Fresh() with { Phase = ServicePhase.Running });

        bool first = await Is(host, "startup");
        host.Board.Publish(SimulatedService.Fresh() with { Phase = ServicePhase.Restoring });
        bool again = await Is(host, "startup");

        Assert.Equal((true, true), (first, again));
    }

    [Fact]
    public async Task BeforeTheFirstPictureItLivesButIsNotReady()
    {
        await using var host = await WebHost.Start();

        Assert.Equal((true, false, false), (await Is(host, "live"), await Is(host, "ready"), await Is(host, "startup")));
    }

    [Fact]
    public async Task VerboseGivesTheDetailAsJson()
    {
        await using var host = await WebHost.Start(SimulatedService.Fresh() with { Phase = ServicePhase.Restoring, Trouble = "Half way." });

        using var answer = await host.Ask("/healthz/ready?verbose");

        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("failing", json.RootElement.GetProperty("status").GetString());
        Assert.Equal("restoring", json.RootElement.GetProperty("phase").GetString());
        Assert.Equal("Half way.", json.RootElement.GetProperty("trouble").GetString());
        Assert.False(json.RootElement.GetProperty("checks")[0].GetProperty("ok").GetBoolean());
    }

    private static async Task<bool> Is(WebHost host, string question)
    {
        using var answer = await host.Ask("/healthz/" + question);
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(answer.IsSuccessStatusCode, text == "ok\n");
        return answer.IsSuccessStatusCode;
    }
}

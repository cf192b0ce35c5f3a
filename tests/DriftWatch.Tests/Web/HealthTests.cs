using System.Net;
using System.Text.Json;
using DriftWatch.Pipeline;

namespace DriftWatch.Web;

public class HealthTests
{
    [Theory]
    [InlineData("Starting", true, false, true)]
    [InlineData("Standby", true, true, true)]
    [InlineData("Restoring", true, false, true)]
    [InlineData("Running", true, true, true)]
    [InlineData("Disconnected", true, false, true)]
    [InlineData("Stopping", true, false, true)]
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
    public async Task AStandbyIsReadyAndSaysThatItIsOne()
    {
        await using var host = await WebHost.Start(SimulatedService.Without(ServicePhase.Standby));

        using var ready = await host.Ask("/healthz/ready");
        host.Board.Publish(SimulatedService.Without(ServicePhase.Standby) with { Trouble = "No broker answers at kafka:9092." });
        using var alone = await host.Ask("/healthz/ready");

        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal("standby: Another instance owns the task; this one takes over when it goes.\n", await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, alone.StatusCode);
    }

    /// <summary>Trouble names commands: they are copied from a terminal, by somebody in a hurry.</summary>
    [Fact]
    public async Task ACommandCanBeCopiedFromTheDetailAndFromTheApi()
    {
        const string trouble = "Missing topic 'driftwatch.dlq'. Create it: kafka-topics.sh --create --topic 'driftwatch.dlq' && kafka-topics.sh --list.";
        await using var host = await WebHost.Start(SimulatedService.Without(ServicePhase.Starting) with { Trouble = trouble });

        using var verbose = await host.Ask("/healthz/ready?verbose");
        string detail = await verbose.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Contains(trouble, detail, StringComparison.Ordinal);
        Assert.Contains(trouble, await host.Get("/api/v1/status"), StringComparison.Ordinal);
        Assert.Contains(trouble, await host.Get("/api/v1/status?pretty"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARestoreIsNotReadyAndTellsHowFarItIs()
    {
        await using var host = await WebHost.Start(SimulatedService.Restoring());

        using var halfWay = await host.Ask("/healthz/ready");
        using var verbose = await host.Ask("/healthz/ready?verbose");
        host.Board.Publish(SimulatedService.Without(ServicePhase.Restoring, new(0, 0, SimulatedService.Now)));
        using var beginning = await host.Ask("/healthz/ready");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (halfWay.StatusCode, beginning.StatusCode));
        Assert.Equal("not ready: Phase restoring. 1200000 of 2000000 records are read again (60 %), about 27 s left.\n", await halfWay.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("not ready: Phase restoring. The checkpoint is being read.\n", await beginning.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var json = JsonDocument.Parse(await verbose.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(60, json.RootElement.GetProperty("restore").GetProperty("percent").GetDouble());
        Assert.Equal("owner", json.RootElement.GetProperty("role").GetString());
    }

    [Theory]
    [InlineData(0, 100, null)]
    [InlineData(1, 100, null)]
    [InlineData(25, 100, 120.0)]
    [InlineData(100, 100, 0.0)]
    [InlineData(130, 100, 0.0)]
    public void TheEstimateIsThePaceSoFar(long done, long total, double? secondsLeft)
    {
        var restore = new RestoreSnapshot(done, total, SimulatedService.Now.AddSeconds(-40));

        Assert.Equal(secondsLeft, RestoreEstimate.Left(restore, SimulatedService.Now)?.TotalSeconds);
    }

    [Fact]
    public async Task ALongRestoreRestartsNobody()
    {
        await using var host = await WebHost.Start(SimulatedService.Restoring() with { Restore = new(1, 5_000_000, SimulatedService.Now.AddHours(-5)) });

        Assert.Equal((true, true), (await Is(host, "live"), await Is(host, "startup")));
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
    public async Task AMissingTopicOrRightKeepsItFromBeingReadyButRestartsNobody()
    {
        await using var host = await WebHost.Start(SimulatedService.Fresh() with { Phase = ServicePhase.Starting, Trouble = "Missing topic 'labels'." });

        using var ready = await host.Ask("/healthz/ready");

        Assert.Equal((true, true), (await Is(host, "live"), await Is(host, "startup")));
        Assert.Equal("not ready: Phase starting. Missing topic 'labels'.\n", await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RunningWithTroubleIsNotReadyAndSaysWhy()
    {
        await using var host = await WebHost.Start(SimulatedService.Fresh() with { Phase = ServicePhase.Running, Trouble = "Missing ACLs: Read on topic labels." });

        using var troubled = await host.Ask("/healthz/ready");
        host.Board.Publish(SimulatedService.Fresh() with { Phase = ServicePhase.Running });

        Assert.Equal("not ready: Phase running. Missing ACLs: Read on topic labels.\n", await troubled.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True(await Is(host, "ready"));
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
        Assert.Equal(answer.IsSuccessStatusCode, text == "ok\n" || text.StartsWith("standby: ", StringComparison.Ordinal));
        return answer.IsSuccessStatusCode;
    }
}

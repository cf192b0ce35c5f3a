using System.Net;
using System.Net.Sockets;
using Xunit;

namespace DriftWatch.Hosting;

/// <summary>Real runs of the built command: what a shell, a pipeline or an orchestrator sees.</summary>
public class ExitCodeTests
{
    [Fact]
    public async Task A_good_file_passes_and_is_told_in_words()
    {
        using var run = await CommandProcess.RunAsync("check-config", Repository.PathOf("examples/driftwatch.yaml"), "--strict");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("fraud: waits 7d for labels, then counts as negative, judged at age 7d1m5s", run.Output);
    }

    [Fact]
    public async Task A_bad_file_ends_with_78_whatever_asks()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "kafka:\n  grupId: x\ndefaults: { horizon: -1 }\n");
            string[][] commands = [["check-config", file], ["run", "--config", file], ["config", "show", "--config", file], ["healthcheck", "--config", file]];
            foreach (string[] command in commands)
            {
                using var run = await CommandProcess.RunAsync(command);

                Assert.True(run.ExitCode == 78, $"{command[0]} ended with {run.ExitCode}: {run.Error}");
                string told = run.Output + run.Error;
                Assert.Contains($"{file}:2:3: kafka.grupId: unknown key; did you mean groupId?", told);
                Assert.Contains($"{file}:3:22: defaults.horizon: found \"-1\"", told);
                Assert.Contains("2 faults", told);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Warnings_are_faults_when_strict()
    {
        string[] command = ["check-config", "--set", "defaults.onExpiry=negative", "--set", "defaults.maturity=1h"];
        using var lenient = await CommandProcess.RunAsync(command);
        using var strict = await CommandProcess.RunAsync([.. command, "--strict"]);

        Assert.Equal((0, 78), (lenient.ExitCode, strict.ExitCode));
        Assert.Contains("warning: ", lenient.Output);
    }

    [Theory]
    [InlineData("unknown command 'rnu'; did you mean run?", "rnu")]
    [InlineData("unknown option '--confg'; did you mean --config?", "run", "--confg=x.yaml")]
    [InlineData("unknown command 'shwo'; did you mean show?", "config", "shwo")]
    [InlineData("--set horizon: expected KEY=VALUE", "run", "--set", "horizon")]
    [InlineData("--timeout soon: expected a duration", "healthcheck", "--timeout", "soon")]
    public async Task A_wrong_command_line_ends_with_2_and_names_the_nearest(string says, params string[] arguments)
    {
        using var run = await CommandProcess.RunAsync(arguments);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(says, run.Error);
        Assert.Contains("--help", run.Error);
    }

    [Fact]
    public async Task What_librdkafka_refuses_is_a_fault_at_its_place()
    {
        using var run = await CommandProcess.RunAsync("check-config", "--set", "kafka.properties.socket.keepalive.enabel=true");

        Assert.True(run.ExitCode == 78, run.Output + run.Error);
        Assert.StartsWith("--set kafka.properties.socket.keepalive.enabel: kafka.properties.socket.keepalive.enabel: librdkafka says: ", run.Output);
    }

    [Fact]
    public async Task Connecting_says_when_no_broker_answers()
    {
        using var run = await CommandProcess.RunAsync("check-config", "--connect", "--set", $"kafka.bootstrapServers=127.0.0.1:{FreePort()}");

        Assert.True(run.ExitCode == 1, run.Output + run.Error);
        Assert.Contains("No broker answers at 127.0.0.1", run.Output);
    }

    [Fact]
    public async Task Connecting_finds_topics_and_names_the_missing()
    {
        using var broker = new Kafka.EmbeddedBroker();
        broker.CreateTopics(["predictions", "labels", "driftwatch.dlq", "driftwatch.checkpoints"]);

        using var run = await CommandProcess.RunAsync("check-config", "--connect", "--set", $"kafka.bootstrapServers={broker.BootstrapServers}");

        Assert.True(run.ExitCode == 1, run.Output + run.Error);
        Assert.Contains("ok         topic predictions has ", run.Output);
        Assert.Contains("missing    Missing topic 'driftwatch.recalibration.requests'. Create it (or start with --create-topics): kafka-topics.sh ", run.Output);
    }

    [Fact]
    public async Task Version_tells_the_packages()
    {
        using var run = await CommandProcess.RunAsync("--version");

        Assert.Equal((0, BuildInfo.Describe() + "\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task Healthcheck_fails_with_1_when_nobody_answers()
    {
        using var run = await CommandProcess.RunAsync("healthcheck", "--listen", $"127.0.0.1:{FreePort()}");

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("/healthz/ready", run.Error);
    }

    [Fact]
    public async Task A_port_in_use_is_one_sentence_and_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        using var run = await CommandProcess.RunAsync("run", "--listen", $"127.0.0.1:{port}", "--bootstrap-servers", $"127.0.0.1:{FreePort()}");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal($"driftwatch: another process listens on 127.0.0.1:{port}; end it, or choose another address with --listen or web.listen (port 0 takes any free one)\n", run.Error);
    }

    [Theory]
    [InlineData("TERM", 0)]
    [InlineData("INT", 130)]
    public async Task The_service_serves_on_a_free_port_and_stops_when_told(string signal, int code)
    {
        using var run = CommandProcess.Start(["run", "--listen", "127.0.0.1:0", "--bootstrap-servers", $"127.0.0.1:{FreePort()}"]);
        string line = await run.LineWithAsync("Listening on ");
        string address = "127.0.0.1:" + line[(line.IndexOf("http://127.0.0.1:", StringComparison.Ordinal) + 17)..].Split('"')[0].TrimEnd();

        using var live = await CommandProcess.RunAsync("healthcheck", "--listen", address, "--path", "/healthz/live");
        using var ready = await CommandProcess.RunAsync("healthcheck", "--listen", address);
        run.Signal(signal);

        Assert.Equal(code, await run.ExitAsync());
        Assert.True(live.ExitCode == 0, live.Error);
        Assert.True(ready.ExitCode == 1, "there is no broker, and yet it says that it is ready: " + ready.Output);
        Assert.Empty(run.Error);
        Assert.All(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), l => System.Text.Json.JsonDocument.Parse(l).Dispose());
    }

    [Fact]
    public async Task Variables_of_the_process_are_read()
    {
        using var run = CommandProcess.Start(["config", "show"], new Dictionary<string, string> { ["DRIFTWATCH__DEFAULTS__TEAM"] = "risk", ["DRIFTWATCH_CONFIG"] = Repository.PathOf("examples/driftwatch.yaml") });

        Assert.Equal(0, await run.ExitAsync());
        Assert.Contains("team: risk", run.Output);
        Assert.Contains("# environment variable DRIFTWATCH__DEFAULTS__TEAM", run.Output);
        Assert.Contains("examples/driftwatch.yaml:", run.Output);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

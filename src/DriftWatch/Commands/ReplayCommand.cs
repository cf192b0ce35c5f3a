using System.CommandLine;
using System.Diagnostics;
using DriftWatch.Core.Time;
using DriftWatch.Hosting;
using DriftWatch.Options;
using DriftWatch.Replay;
using Spectre.Console;

namespace DriftWatch.Commands;

/// <summary>What the service would have shown and done, from files.</summary>
internal static class ReplayCommand
{
    /// <summary>Width of the report where nobody's terminal tells.</summary>
    private const int PlainWidth = 160;

    /// <summary>What only a service that runs on has a use for, and bounds that a replay sets by what it reads.</summary>
    private static readonly string[] OfTheService =
    [
        "pipeline", "web", "metrics", "log", "events.lifetime", "events.modelUri", "events.dashboardUrl", "events.runbookUrl", "input.limits.maxFuture",
        "monitor.pane", "monitor.outOfOrderness", "monitor.maxPending", "monitor.maxPanes", "monitor.maxRoutes", "monitor.exportedBins", "defaults.latency.limit", "models.*.latency.limit",
    ];

    /// <summary>What files have no use for: no broker, no headers, no Kafka timestamps.</summary>
    private static readonly string[] NotForFiles =
        ["kafka", .. OfTheService, "input.topics", "input.predictions.timeFrom", "input.predictions.timeHeader", "input.labels.timeFrom", "input.labels.timeHeader"];

    private static readonly string[] NotForTopics =
    [
        .. OfTheService, "kafka.topics.requests", "kafka.topics.deadLetters", "kafka.topics.checkpoints", "kafka.sessionTimeout", "kafka.transactionTimeout", "kafka.startFrom", "kafka.createTopics",
        "kafka.createInputTopics", "kafka.createdPartitions", "kafka.createdReplicas", "kafka.requestRetention", "kafka.metadataInterval", "kafka.probeInterval", "kafka.probeTimeout",
    ];

    /// <summary>Both policies are played over rows that the first configuration has read, in the windows that it shows.</summary>
    private static readonly string[] NotForPolicy = ["kafka", "input", "monitor.windows", "monitor.origin", .. OfTheService];

    public static Command Create()
    {
        var command = new Command("replay", "Plays predictions and labels from files, or a stretch of the topics, through the engine of the service: a report, and the events that would have fired.");
        var flags = new ReplayFlags();
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            bool fromTopics = parsed.GetValue(flags.Kafka);
            var error = parsed.InvocationConfiguration.Error;
            var config = ConfigLoader.Load(flags.Config.Sources(parsed), ReplayOptions.Defaults);
            if (ConfigFlags.LoadOrComplain(fromTopics ? ConfigFlags.WithKafkaFaults(config) : config, error) is not { } options) return ExitCode.BadConfiguration;
            UnusedSettings.Tell(config.Root, "replay", fromTopics ? NotForTopics : NotForFiles, error);
            // Policies count wherever they were set; a service's windows only where a file asks for them.
            string? file = flags.Config.Sources(parsed).File;
            var request = Under(config, flags.Request(parsed, file is not null ? options.Monitor : options.Monitor with { Windows = [ReplayRequest.DefaultWindow] })) with
            {
                PredictionFields = options.Pipeline.PredictionFields,
                LabelFields = options.Pipeline.LabelFields,
                Limits = options.Pipeline.Limits,
                Missing = options.Pipeline.Missing,
                Stretch = flags.Stretch(parsed, options),
            };
            if (ReplayOptions.RuleFault(request) is { } fault) throw new CommandFailure(fault, ExitCode.Usage);
            string? otherFile = parsed.GetValue(flags.ComparePolicy);
            if (otherFile is null)
            {
                var played = await RunAsync(request, stop);
                Write(parsed.GetValue(flags.Json), request, played, null);
                return Status(parsed.GetValue(flags.FailOnDrift), played);
            }

            if (request.Predictions == "-" || request.Labels == "-") throw new CommandFailure("--compare-policy reads everything twice, which standard input cannot be.", ExitCode.Usage);
            var other = ConfigLoader.Load(ConfigSources.OfProcess(otherFile, []), ReplayOptions.Defaults);
            if (ConfigFlags.LoadOrComplain(other, error) is not { } otherOptions) return ExitCode.BadConfiguration;
            UnusedSettings.Tell(other.Root, "the policy compared with", NotForPolicy, error);
            // Topics grow: both policies are played over the same stretch.
            if (request.Stretch is { To: null } open) request = request with { Stretch = open with { To = new EventTime(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()) } };
            var result = await RunAsync(request, stop);
            var compared = await RunAsync(Under(other, request) with { Configured = otherOptions.Monitor with { Windows = request.Configured!.Windows, Origin = request.Configured.Origin } }, stop);
            Write(parsed.GetValue(flags.Json), request, result, new PolicyComparison(file ?? "defaults", result, otherFile, compared));
            return Status(parsed.GetValue(flags.FailOnDrift), result);
        });
        return command;
    }

    private static int Status(bool failOnDrift, ReplayResult result) => !failOnDrift ? ExitCode.Ok
        : result.NothingJudged.Count > 0 ? ExitCode.NothingJudged
        : result.Snapshot.Episodes.Count > 0 ? ExitCode.Drift : ExitCode.Ok;

    /// <summary>The request with the horizons that a configuration states.</summary>
    private static ReplayRequest Under(LoadedConfig config, ReplayRequest request) => request with
    {
        HasHorizon = config.Root["defaults"]?["horizon"] is { IsNull: false },
        ModelsWithHorizon = (config.Root["models"]?.Members ?? []).Where(model => model.Value["horizon"] is { IsNull: false }).Select(model => model.Key).ToHashSet(),
    };

    private static async Task<ReplayResult> RunAsync(ReplayRequest request, CancellationToken stop)
    {
        var meter = new ReplayMeter();
        var clock = Stopwatch.StartNew();
        var work = Task.Factory.StartNew(
            () => new Replayer(request, meter).Run(Console.OpenStandardInput), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            if (!Console.IsErrorRedirected) ProgressBar.Show(ErrorConsole(), meter, work, stop);
            var result = await work.WaitAsync(stop);
            Summarize(result, clock.Elapsed);
            return result;
        }
        catch (ReplayException failure)
        {
            throw new CommandFailure(failure.Message, failure.ExitStatus);
        }
    }

    private static void Summarize(ReplayResult result, TimeSpan elapsed)
    {
        foreach (string warning in result.Warnings) Console.Error.WriteLine($"warning: {warning}");
        foreach (string example in result.Examples) Console.Error.WriteLine(example);
        long rejected = result.Rejected.Sum(count => count.Rows);
        if (rejected > result.Examples.Count) Console.Error.WriteLine($"… {rejected} rows in all were not accepted; the report counts them by reason.");
        foreach (string reason in result.NothingJudged) Console.Error.WriteLine($"nothing was judged: {reason}");
        long rows = result.PredictionRows + result.LabelRows;
        Console.Error.WriteLine($"{rows} rows in {elapsed.TotalSeconds:0.0} s: {rows / elapsed.TotalSeconds:0} rows/s");
    }

    private static void Write(bool asJson, ReplayRequest request, ReplayResult result, PolicyComparison? comparison)
    {
        if (asJson)
        {
            using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
            ReplayJson.Write(output, result, comparison);
            return;
        }

        bool plain = Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect, Out = new AnsiConsoleOutput(Console.Out) });
        if (plain) console.Profile.Width = PlainWidth;
        ReplayReport.Write(console, request, result);
        comparison?.Write(console);
    }

    private static IAnsiConsole ErrorConsole() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
}

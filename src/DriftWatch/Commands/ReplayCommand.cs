using System.CommandLine;
using System.Diagnostics;
using DriftWatch.Hosting;
using DriftWatch.Replay;
using Spectre.Console;

namespace DriftWatch.Commands;

/// <summary>What the service would have shown and done, from files.</summary>
internal static class ReplayCommand
{
    /// <summary>Width of the report where nobody's terminal tells.</summary>
    private const int PlainWidth = 160;

    public static Command Create()
    {
        var command = new Command("replay", "Plays predictions and labels from files through the engine of the service: a report, and the events that would have fired. No Kafka.");
        var flags = new ReplayFlags();
        flags.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            if (flags.Config.LoadOrComplain(parsed, parsed.InvocationConfiguration.Error, defaults: ReplayOptions.Defaults) is not { } options) return ExitCode.BadConfiguration;
            // Policies count wherever they were set; a service's windows only where a file asks for them.
            bool hasFile = flags.Config.Sources(parsed).File is not null;
            var request = flags.Request(parsed, hasFile ? options.Monitor : options.Monitor with { Windows = [ReplayRequest.DefaultWindow] }) with { Missing = options.Pipeline.Missing };
            if (ReplayOptions.RuleFault(request) is { } fault) throw new CommandFailure(fault, ExitCode.Usage);
            var result = await RunAsync(request, stop);
            Write(parsed.GetValue(flags.Json), request, result);
            return parsed.GetValue(flags.FailOnDrift) && result.Snapshot.Episodes.Count > 0 ? ExitCode.Drift : ExitCode.Ok;
        });
        return command;
    }

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
        long rows = result.PredictionRows + result.LabelRows;
        Console.Error.WriteLine($"{rows} rows in {elapsed.TotalSeconds:0.0} s: {rows / elapsed.TotalSeconds:0} rows/s");
    }

    private static void Write(bool asJson, ReplayRequest request, ReplayResult result)
    {
        if (asJson)
        {
            using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
            ReplayJson.Write(output, result);
            return;
        }

        bool plain = Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect, Out = new AnsiConsoleOutput(Console.Out) });
        if (plain) console.Profile.Width = PlainWidth;
        ReplayReport.Write(console, request, result);
    }

    private static IAnsiConsole ErrorConsole() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
}

using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using DriftWatch.Hosting;

namespace DriftWatch.Commands;

/// <summary>The <c>driftwatch</c> command: what it offers, and how it answers when it is asked wrongly or told to stop.</summary>
internal static class CommandLine
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Watches whether the probabilities that models give mean what they say, from Kafka to a page, metrics and recalibration requests.")
        {
            RunCommand.Create(),
            DemoCommand.Create(),
            InspectCommand.Create(),
            CheckConfigCommand.Create(),
            ConfigCommand.Create(),
            HealthcheckCommand.Create(),
            ReplayCommand.Create(),
            SetCommand.Create(),
            FitCommand.Create(),
            RecalibrateCommand.Create(),
            AuditCommand.Create(),
            MapsCommand.Create(),
            EventsCommand.Create(),
            PlanCommand.Create(),
            RulesCommand.Create(),
            CompletionCommand.Create(),
            BenchCommand.Create(),
        };
        root.SetAction(parsed =>
        {
            HelpText.Write(parsed);
            return ExitCode.Usage;
        });
        foreach (var option in root.Options.OfType<VersionOption>())
        {
            option.Description = "Shows the version and which packages are inside.";
            option.Action = new ShowVersion();
        }

        HelpText.AddTo(root);
        return root;
    }

    /// <summary>Runs one command line to its end.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var parsed = Create().Parse(arguments);
        if (parsed.Action is ParseErrorAction) return UsageErrors.Write(parsed, Console.Error);

        using var stop = new StopSignals();
        try
        {
            // Signals are ours: System.CommandLine would give a service two seconds.
            int code = await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token);
            return stop.Received == PosixSignal.SIGINT && code == ExitCode.Ok ? ExitCode.Interrupted : code;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return stop.Received == PosixSignal.SIGINT ? ExitCode.Interrupted : ExitCode.Terminated;
        }
        catch (CommandFailure failure)
        {
            await Console.Error.WriteLineAsync($"driftwatch: {failure.Message}");
            return failure.Code;
        }
        catch (Exception unexpected)
        {
            await Console.Error.WriteLineAsync($"driftwatch: {unexpected.Message}");
            await Console.Error.WriteLineAsync(unexpected.ToString());
            return ExitCode.Failure;
        }
    }

    private sealed class ShowVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(BuildInfo.Describe());
            return ExitCode.Ok;
        }
    }
}

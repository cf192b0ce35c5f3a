using System.CommandLine;
using DriftWatch.Hosting;
using DriftWatch.Kafka;
using DriftWatch.Kafka.Causes;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Kafka.Producing;
using DriftWatch.Options;
using DriftWatch.Recalibrating;

namespace DriftWatch.Commands;

/// <summary>Says everything that is wrong with a configuration, or what it means.</summary>
internal static class CheckConfigCommand
{
    public static Command Create()
    {
        var command = new Command("check-config", "Checks a configuration: every fault at once with file, line, key, what was found and what is allowed. Exit 78 when there are any.");
        var file = new Argument<string?>("FILE") { Description = "The file to check.", Arity = ArgumentArity.ZeroOrOne };
        var strict = new Option<bool>("--strict") { Description = "Takes warnings for faults." };
        var connect = new Option<bool>("--connect") { Description = "Tries the brokers, looks for the topics, and reads one record of each input topic: what each field came to; exit 1 when something is missing or rejected." };
        command.Add(file);
        command.Add(strict);
        command.Add(connect);
        var flags = new ConfigFlags().AddTo(command);
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var config = ConfigFlags.WithKafkaFaults(ConfigLoader.Load(flags.Sources(parsed, parsed.GetValue(file))));
            if (!Report(config, parsed.GetValue(strict), output)) return ExitCode.BadConfiguration;
            return !parsed.GetValue(connect) || Connect(config.Options, output) ? ExitCode.Ok : ExitCode.Failure;
        });
        return command;
    }

    private static bool Connect(DriftWatchOptions options, TextWriter output)
    {
        bool folders = Tell(FolderCheck.Run(options.Recalibration), "missing", output);
        if (!Tell(ConnectionCheck.Run(options.Kafka, options.Recalibration, options.Web.AnswerToken is not null), "missing", output) || !folders) return false;
        return Tell(SampleCheck.Run(options), "rejected", output);
    }

    private static bool Tell(IEnumerable<(bool Good, string Finding)> findings, string otherwise, TextWriter output)
    {
        bool allGood = true;
        foreach (var (good, finding) in findings)
        {
            output.WriteLine($"  {(good ? "ok" : otherwise),-10} {finding}");
            allGood &= good;
        }

        return allGood;
    }

    private static bool Report(LoadedConfig config, bool strict, TextWriter output)
    {
        foreach (var fault in config.Faults) output.WriteLine(fault);
        foreach (var warning in config.Warnings) output.WriteLine(strict ? warning : warning with { Message = $"warning: {warning.Message}" });
        int faults = config.Faults.Count + (strict ? config.Warnings.Count : 0);
        if (faults == 0) ConfigSummary.Write(config.Options, output);
        else output.WriteLine(faults == 1 ? "1 fault" : faults >= FaultList.Most ? $"{faults} faults or more" : $"{faults} faults");
        return faults == 0;
    }
}

using System.CommandLine;
using DriftWatch.Options;

namespace DriftWatch.Commands;

/// <summary>Says everything that is wrong with a configuration, or what it means.</summary>
internal static class CheckConfigCommand
{
    public static Command Create()
    {
        var command = new Command("check-config", "Checks a configuration: every fault at once with file, line, key, what was found and what is allowed. Exit 78 when there are any.");
        var file = new Argument<string?>("FILE") { Description = "The file to check.", Arity = ArgumentArity.ZeroOrOne };
        var strict = new Option<bool>("--strict") { Description = "Takes warnings for faults." };
        command.Add(file);
        command.Add(strict);
        var flags = new ConfigFlags().AddTo(command);
        command.SetAction(parsed =>
        {
            var config = ConfigLoader.Load(flags.Sources(parsed, parsed.GetValue(file)));
            return Tell(config, parsed.GetValue(strict), parsed.InvocationConfiguration.Output) ? ExitCode.Ok : ExitCode.BadConfiguration;
        });
        return command;
    }

    private static bool Tell(LoadedConfig config, bool strict, TextWriter output)
    {
        foreach (var fault in config.Faults) output.WriteLine(fault);
        foreach (var warning in config.Warnings) output.WriteLine(strict ? warning : warning with { Message = $"warning: {warning.Message}" });
        int faults = config.Faults.Count + (strict ? config.Warnings.Count : 0);
        if (faults == 0) ConfigSummary.Write(config.Options, output);
        else output.WriteLine(faults == 1 ? "1 fault" : faults >= FaultList.Most ? $"{faults} faults or more" : $"{faults} faults");
        return faults == 0;
    }
}

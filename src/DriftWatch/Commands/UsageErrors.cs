using System.CommandLine;
using DriftWatch.Hosting;
using DriftWatch.Options;

namespace DriftWatch.Commands;

/// <summary>Says what was wrong with a command line, and what was probably meant.</summary>
internal static class UsageErrors
{
    public static int Write(ParseResult parsed, TextWriter error)
    {
        var command = parsed.CommandResult.Command;
        foreach (string token in parsed.UnmatchedTokens) error.WriteLine($"driftwatch: {Unknown(token, command)}");

        // What System.CommandLine says of the same tokens, and that a command is missing after a wrong one, is told already.
        var others = parsed.Errors.Select(e => e.Message).Where(m => parsed.UnmatchedTokens.Count == 0 || !m.StartsWith("Unrecognized", StringComparison.Ordinal) && !m.StartsWith("Required command", StringComparison.Ordinal));
        foreach (string message in others.Distinct()) error.WriteLine($"driftwatch: {message}");
        error.WriteLine($"Try '{HelpText.FullName(command)} --help'.");
        return ExitCode.Usage;
    }

    private static string Unknown(string token, Command command)
    {
        bool option = token.StartsWith('-');
        string name = token.Split('=')[0];
        IEnumerable<string> known = option ? command.Options.SelectMany(o => o.Aliases.Append(o.Name)) : command.Subcommands.Select(c => c.Name);
        string what = option ? "unknown option" : command.Subcommands.Count > 0 ? "unknown command" : "unexpected argument";
        return NearestName.Of(name, known) is { } near ? $"{what} '{name}'; did you mean {near}?" : $"{what} '{name}'";
    }
}

using System.Diagnostics;
using DriftWatch.Kafka;

namespace DriftWatch.Commands;

/// <summary>Completion, in the shells themselves: the script is sourced, a line is typed as far as it goes, and what the shell would offer is read.</summary>
public class CompletionTests
{
    // Where the command is that a shell runs: next to the tests.
    private static readonly string Command = Path.Combine(AppContext.BaseDirectory, "driftwatch");

    private static readonly Dictionary<string, string> Asks = new()
    {
        ["bash"] = """source <("$1" completion bash); COMP_LINE="$1 $2"; COMP_POINT=${#COMP_LINE}; COMP_WORDS=("$1" $2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _driftwatch; printf '%s\n' "${COMPREPLY[@]}" """,
        ["zsh"] = """compdef() { :; }; _files() { :; }; compadd() { shift; print -l -- "$@"; }; source <("$1" completion zsh); BUFFER="$1 $2"; CURSOR=${#BUFFER}; words=("$1" ${=2}); _driftwatch""",
        ["fish"] = """$argv[1] completion fish | source; function driftwatch; end; set -g it $argv[1]; complete -c $it -a '(__driftwatch_complete)'; complete -C "$argv[1] $argv[2]" """,
    };

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void A_shell_offers_commands_and_options(string shell)
    {
        Assert.Equal(["recalibrate", "replay"], Offered(shell, "re"));
        var options = Offered(shell, "replay --fa");
        Assert.Contains("--fail-on-drift", options);
        Assert.DoesNotContain("--predictions", options);
    }

    private static List<string> Offered(string shell, string line)
    {
        string[] arguments = shell == "fish" ? ["--no-config", "-c", Asks[shell], Command, line] : [shell == "zsh" ? "-f" : "--norc", "-c", Asks[shell], shell, Command, line];
        string offered = Programs.Run(new ProcessStartInfo(Programs.Find(shell), arguments) { RedirectStandardOutput = true, RedirectStandardError = true });
        return [.. offered.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Order(StringComparer.Ordinal)];
    }
}

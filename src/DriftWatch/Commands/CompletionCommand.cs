using System.CommandLine;

namespace DriftWatch.Commands;

/// <summary><c>driftwatch completion SHELL</c>: what a shell needs to complete our commands and options as one types. The shell asks the command itself (<c>driftwatch "[suggest:PLACE]" LINE</c>), so the script knows nothing that could grow old.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _driftwatch() {
            local word=${COMP_WORDS[COMP_CWORD]} one
            COMPREPLY=()
            while IFS= read -r one; do
                case $one in "$word"*) COMPREPLY+=("$one") ;; esac
            done < <("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
        }
        complete -o default -F _driftwatch driftwatch

        """;

    private const string Zsh = """
        #compdef driftwatch
        _driftwatch() {
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
            [[ -n ${found[1]} ]] && compadd -- "${found[@]}" || _files
        }
        compdef _driftwatch driftwatch

        """;

    private const string Fish = """
        function __driftwatch_complete
            set -l line (commandline -cp)
            set -l command (commandline -opc)[1]
            $command "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c driftwatch -a '(__driftwatch_complete)'

        """;

    public static Command Create()
    {
        var command = new Command("completion", "Prints a script that lets your shell complete commands and options.");
        var shell = new Argument<string>("shell") { Description = "Which shell: bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        command.Add(shell);
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(parsed.GetRequiredValue(shell) switch { "bash" => Bash, "zsh" => Zsh, "fish" => Fish, _ => throw new System.Diagnostics.UnreachableException() });
            return ExitCode.Ok;
        });
        return command;
    }
}

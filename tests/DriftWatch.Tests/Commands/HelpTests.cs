using System.CommandLine;
using Xunit;

namespace DriftWatch.Commands;

public class HelpTests
{
    [Fact]
    public void Help_reads_as_approved()
    {
        var root = CommandLine.Create();
        string help = string.Join('\n', All(root).Select(path => $"$ {path} --help\n{Help(path)}"));

        Assert.Equal(help, Repository.Approved("tests/DriftWatch.Tests/Commands/help.approved.txt", help));
    }

    [Fact]
    public void Help_begins_with_examples_that_are_understood()
    {
        string[] without = ["driftwatch config reference", "driftwatch config schema"];
        foreach (string path in All(CommandLine.Create()).Except(without))
        {
            string[] lines = Help(path).Split('\n');
            Assert.True(lines[0] == "Examples:", $"{path} --help begins with {lines[0]}");
            foreach (string example in lines.Skip(1).TakeWhile(l => l.StartsWith("  ", StringComparison.Ordinal)))
            {
                string command = example[example.IndexOf("driftwatch ", StringComparison.Ordinal)..].Split("    ")[0].Split('>')[0].Replace("'", "", StringComparison.Ordinal);
                if (All(CommandLine.Create()).Contains(string.Join(' ', command.Split(' ').Take(2)))) Assert.Empty(CommandLine.Create().Parse(command["driftwatch ".Length..]).Errors);
            }
        }
    }

    private static string Help(string path)
    {
        var output = new StringWriter();
        CommandLine.Create().Parse($"{path["driftwatch".Length..]} --help").Invoke(new InvocationConfiguration { Output = output });
        // The width of a terminal leaves blanks at line ends.
        return string.Join('\n', output.ToString().ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd()));
    }

    private static IEnumerable<string> All(Command command) =>
        command.Subcommands.SelectMany(All).Prepend(HelpText.FullName(command));
}

using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using DriftWatch.Hosting;
using DriftWatch.Options;
using DriftWatch.Options.Table;

namespace DriftWatch.Commands;

/// <summary>Shows the configuration: what is in force, every key there is, and a schema for editors.</summary>
internal static class ConfigCommand
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Command Create() => new("config", "Shows the configuration, every key there is, or a schema for editors.") { Show(), Reference(), Schema() };

    public static string SchemaText() => SettingsTable.Schema().ToJsonString(Readable);

    private static Command Show()
    {
        var command = new Command("show", "Shows what is set and where; secrets are masked. Flags win over environment variables, these over the file, the file over defaults.");
        var flags = new ConfigFlags().AddTo(command);
        var effective = new Option<bool>("--effective") { Description = "Shows the defaults too: everything that is in force." };
        command.Add(effective);
        command.SetAction(parsed =>
        {
            var config = ConfigLoader.Load(flags.Sources(parsed));
            if (ConfigFlags.LoadOrComplain(config, parsed.InvocationConfiguration.Error) is null) return ExitCode.BadConfiguration;
            parsed.InvocationConfiguration.Output.Write(config.Show(everything: parsed.GetValue(effective)));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Reference()
    {
        var command = new Command("reference", "Prints every key with its default, what is allowed and what it does, as Markdown.");
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(ConfigurationPage.Write());
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Schema()
    {
        var command = new Command("schema", "Prints the JSON Schema of the configuration file, for editors.");
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.WriteLine(SchemaText());
            return ExitCode.Ok;
        });
        return command;
    }
}

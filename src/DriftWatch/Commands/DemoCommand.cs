using System.CommandLine;
using DriftWatch.Core.Time;
using DriftWatch.Demo;
using DriftWatch.Options;

namespace DriftWatch.Commands;

/// <summary>Shows everything at work, without Kafka: a model that starts calibrated, drifts, is flagged and mended.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var command = new Command("demo", "Shows everything at work without Kafka: a model that starts calibrated, drifts, is flagged within two minutes, and mended by a map that labels prove; then a bad map is rolled back.");
        var listen = Parsed.Option("--listen", "ADDRESS:PORT", "Where the page is served; port 0 takes any free one.", ListenAddress.Expected, Listen, new ListenAddress("127.0.0.1", 8080));
        var length = Parsed.Option("--for", "DURATION", "How long to run: a duration, or a number of seconds. Without it: until Ctrl-C.", Durations.Expected + ", or a number of seconds", Length, null);
        length.Aliases.Add("--seconds");
        var traffic = new Option<string?>("--traffic-to") { HelpName = "BROKERS", Description = "Only produces the demo's traffic, to a Kafka that runs already (host:port, with commas between)." };
        command.Add(listen);
        command.Add(length);
        command.Add(traffic);
        command.SetAction((parsed, stop) =>
        {
            var settings = new DemoSettings(parsed.GetValue(listen), parsed.GetValue(length), parsed.GetValue(traffic));
            return new DemoRunner(settings, parsed.InvocationConfiguration.Output).RunAsync(stop);
        });
        return command;
    }

    private static (bool, ListenAddress) Listen(string text) => (ListenAddress.TryParse(text, out var address), address);

    private static (bool, TimeSpan?) Length(string text) =>
        (Durations.TryParse(text.All(char.IsAsciiDigit) ? text + "s" : text, out var length) && length > TimeSpan.Zero, length);
}

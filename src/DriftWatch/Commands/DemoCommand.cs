using System.CommandLine;
using DriftWatch.Options;

namespace DriftWatch.Commands;

/// <summary>What the demo was asked to do.</summary>
/// <param name="Listen">Where the page is served.</param>
/// <param name="For">How long it runs; null: until it is stopped.</param>
/// <param name="Speed">How many seconds of traffic a second brings.</param>
internal sealed record DemoSettings(ListenAddress Listen, TimeSpan? For, double Speed);

/// <summary>Shows everything at work, without Kafka: a model that starts calibrated, drifts and is flagged.</summary>
internal static class DemoCommand
{
    /// <param name="run">Runs the demo; gives its exit code.</param>
    public static Command Create(Func<DemoSettings, InvocationConfiguration, CancellationToken, Task<int>> run)
    {
        var command = new Command("demo", "Shows everything at work without Kafka: a model that starts calibrated, drifts, and is flagged within two minutes.");
        var listen = Parsed.Option("--listen", "ADDRESS:PORT", "Where the page is served; port 0 takes any free one.", ListenAddress.Expected, Listen, new ListenAddress("127.0.0.1", 8080));
        var length = Parsed.Option("--for", "DURATION", "How long to run: a duration, or a number of seconds. Without it: until Ctrl-C.", Durations.Expected + ", or a number of seconds", Length, null);
        length.Aliases.Add("--seconds");
        var speed = Parsed.Option("--speed", "FACTOR", "How many seconds of traffic a second brings.", "a number above 0, up to 1000", Speed, 1.0);
        command.Add(listen);
        command.Add(length);
        command.Add(speed);
        command.SetAction((parsed, stop) => run(new(parsed.GetValue(listen), parsed.GetValue(length), parsed.GetValue(speed)), parsed.InvocationConfiguration, stop));
        return command;
    }

    private static (bool, ListenAddress) Listen(string text) => (ListenAddress.TryParse(text, out var address), address);

    private static (bool, TimeSpan?) Length(string text) =>
        (Durations.TryParse(text.All(char.IsAsciiDigit) ? text + "s" : text, out var length) && length > TimeSpan.Zero, length);

    private static (bool, double) Speed(string text) =>
        (double.TryParse(text, out double factor) && factor is > 0 and <= 1000, factor);
}

using System.CommandLine;
using DriftWatch.Hosting;

namespace DriftWatch.Commands;

/// <summary>The service.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var command = new Command("run", "Runs the service: reads predictions and labels from Kafka, serves page and metrics, publishes recalibration requests.");
        var flags = new ConfigFlags()
            .With("--bootstrap-servers", "HOST:PORT,...", "kafka.bootstrapServers", "Brokers to ask first.")
            .With("--group-id", "NAME", "kafka.groupId", "Name under which positions are committed.")
            .With("--listen", "ADDRESS:PORT", "web.listen", "Where page, API, metrics and health are served; port 0 takes any free one.")
            .WithSwitch("--create-topics", "kafka.createTopics", "Creates our own topics (requests, dead letters, checkpoints) where they are missing.")
            .AddTo(command);
        var reset = new Option<bool>("--reset-state")
        {
            Description = "Starts over at the group's offsets, or by kafka.startFrom where there are none. The stored state is dropped once the new one is stored. Refused while another instance works.",
        };
        command.Add(reset);
        command.SetAction(async (parsed, stop) =>
        {
            if (flags.LoadOrComplain(parsed, parsed.InvocationConfiguration.Error, askKafka: true) is not { } options) return ExitCode.BadConfiguration;
            if (parsed.GetValue(reset)) options = options with { Pipeline = options.Pipeline with { ResetsState = true } };
            return await ServiceHost.RunAsync(options, listening: null, stop);
        });
        return command;
    }
}

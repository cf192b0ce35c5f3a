using System.CommandLine;
using DriftWatch.Core.Recalibration;
using DriftWatch.Hosting;
using DriftWatch.Kafka.Answering;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Recalibrating;
using Microsoft.Extensions.Logging.Abstractions;

namespace DriftWatch.Commands;

/// <summary><c>driftwatch maps</c>: which calibration maps servers read, and the way back to the one before.</summary>
internal static class MapsCommand
{
    public static Command Create() => new("maps", "Shows the calibration maps that servers read, and puts an earlier one back.") { List(), Rollback() };

    private static Command List()
    {
        var command = new Command("list", "Lists the maps of the topic, and the revisions that lie in the folder.");
        var flags = Folder(new ConfigFlags()).AddTo(command);
        command.SetAction(parsed =>
        {
            if (flags.LoadOrComplain(parsed, parsed.InvocationConfiguration.Error, askKafka: true) is not { } options) return ExitCode.BadConfiguration;
            var folder = options.Recalibration.Folder is null ? null : FolderOf(options);
            parsed.InvocationConfiguration.Output.WriteLine($"{"revision",8} {"method",-11} {"checksum",-12} {"in the folder",-20} series");
            foreach (var map in Published(options).All.OrderBy(map => map.Series.ToString(), StringComparer.Ordinal))
            {
                string kept = folder is null ? "-" : string.Join(' ', folder.RevisionsOf(map.Series));
                parsed.InvocationConfiguration.Output.WriteLine($"{map.Revision,8} {map.Document.Map.Method.Name(),-11} {map.Checksum.Split(':')[^1][..12],-12} {kept,-20} {map.Series}");
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Rollback()
    {
        var command = new Command("rollback", "Puts an earlier map of the folder back on the topic that servers read, or takes the map away. A running driftwatch recalibrate goes on from there, and uses no revision twice.");
        var model = new Argument<string>("MODEL") { Description = "The model." };
        var version = new Argument<string>("VERSION") { Description = "Its version, without +cal.REVISION." };
        var slice = new Option<string?>("--slice") { Description = "The map of a slice.", HelpName = "DIMENSION=VALUE" };
        var to = new Option<int?>("--to") { Description = "The revision to put back.", HelpName = "REVISION" };
        var none = new Option<bool>("--none") { Description = "No map: servers use the claims as they are." };
        command.Add(model);
        command.Add(version);
        foreach (Option option in new Option[] { slice, to, none }) command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(to) is null == !result.GetValue(none)) result.AddError("give one of --to REVISION and --none; driftwatch maps list shows which there are");
        });
        var flags = Folder(new ConfigFlags()).AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            if (flags.LoadOrComplain(parsed, parsed.InvocationConfiguration.Error, askKafka: true) is not { } options) return ExitCode.BadConfiguration;
            var published = Published(options);
            string name = $"{parsed.GetRequiredValue(model)} {parsed.GetRequiredValue(version)}{(parsed.GetValue(slice) is { } of ? $" {of}" : "")}";
            var series = RequestEnvelope.SeriesOf(parsed.GetRequiredValue(model), parsed.GetRequiredValue(version), parsed.GetValue(slice), "");
            DecidedMap? back = null;
            if (parsed.GetValue(to) is { } revision)
            {
                if (options.Recalibration.Folder is null) throw new CommandFailure("recalibration.folder is not set: the maps before lie there. Give --folder DIR, or --none to take the map away.");
                var folder = FolderOf(options);
                try
                {
                    back = folder.Find(series, revision) ?? throw new CommandFailure($"The folder has no revision {revision} of {name}; it has {(string.Join(", ", folder.RevisionsOf(series)) is { Length: > 0 } there ? there : "none")}.");
                }
                catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or MapFormatException)
                {
                    throw new CommandFailure($"Revision {revision} of {name} cannot be read: {unreadable.Message}");
                }
            }

            var current = published.ParentOf(series);
            if (current is null && back is null) throw new CommandFailure($"{options.Recalibration.MapsTopic} has no map of {name}.");
            using var sender = new AnswerSender(options.Kafka, null, options.Monitor.Source, TimeProvider.System);
            try
            {
                string place = await sender.SendAsync(published.RecordOf(back, series), stop);
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"{place}: {name} {(current is null ? "had no map" : $"was at revision {current.Revision}")}, and {(back is null ? "has none" : $"is at revision {back.Revision}")} now.");
            }
            catch (AnswerNotSentException refused)
            {
                throw new CommandFailure(refused.Message);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static ConfigFlags Folder(ConfigFlags flags) => flags.With("--folder", "DIR", "recalibration.folder", "Folder of maps and sets.");

    private static MapFolder FolderOf(DriftWatchOptions options) => new(options.Recalibration.Folder!, options.Recalibration.StorageUri, S3Store.Of(options.Recalibration));

    private static PublishedMaps Published(DriftWatchOptions options)
    {
        var maps = new PublishedMaps(options.Recalibration.MapsTopic, NullLogger.Instance);
        try
        {
            maps.Reread(AnswerStore.ReadAll(options.Kafka, options.Recalibration.MapsTopic));
        }
        catch (KafkaRangeException failure)
        {
            throw new CommandFailure(failure.Message);
        }

        return maps;
    }
}

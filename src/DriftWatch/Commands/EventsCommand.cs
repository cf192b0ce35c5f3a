using System.CommandLine;
using System.Text.Json.Nodes;
using DriftWatch.Core.Drift;
using DriftWatch.Hosting;
using DriftWatch.Kafka.Answering;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Options;
using DriftWatch.Pipeline;

namespace DriftWatch.Commands;

/// <summary><c>driftwatch events</c>: what the service tells pipelines, sent again where it got lost, and answered by hand.</summary>
internal static class EventsCommand
{
    public static Command Create() => new("events", "Looks at the events of recalibration, sends a request again, answers one.") { Tail(), Resend(), Complete() };

    private static Command Tail()
    {
        var command = new Command("tail", "Shows events as they come: requests, what becomes of them, and answers; one a line. Reads what is committed, joins no group.");
        var model = new Option<string?>("--model") { Description = "Only those of this model.", HelpName = "NAME" };
        var episode = new Option<string?>("--episode") { Description = "Only those of this episode.", HelpName = "ID" };
        var type = new Option<string[]>("--type") { Description = "Only those of this type, in short (requested, resolved, …) or in full. May be repeated.", HelpName = "TYPE", Arity = ArgumentArity.ZeroOrMore };
        var beginning = new Option<bool>("--from-beginning") { Description = "Begins with the oldest that are kept, not with those that come." };
        var once = new Option<bool>("--no-follow") { Description = "Ends at the newest; begins with the oldest." };
        var json = new Option<bool>("--json") { Description = "Writes the events themselves, one JSON document a line." };
        foreach (Option option in new Option[] { model, episode, type, beginning, once, json }) command.Add(option);
        var flags = new ConfigFlags().AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            if (flags.LoadOrComplain(parsed, parsed.InvocationConfiguration.Error, askKafka: true) is not { } options) return ExitCode.BadConfiguration;
            var filter = new EventFilter(parsed.GetValue(model), parsed.GetValue(episode), parsed.GetValue(type) ?? []);
            bool follow = !parsed.GetValue(once);
            await foreach (var record in Read(options, TopicsOf(options), parsed.GetValue(beginning) || !follow, follow, stop))
            {
                if (EventLine.Of(record) is { } line && filter.Admits(line)) await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(json) ? line.Json : line.ToString());
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Resend()
    {
        var command = new Command("resend", "Sends the request of an episode again, byte for byte and with its id: who drops ids that were seen sees it once.");
        var episode = new Argument<string>("EPISODE") { Description = "The episode." };
        command.Add(episode);
        var flags = new ConfigFlags().AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (flags.LoadOrComplain(parsed, error, askKafka: true) is not { } options) return ExitCode.BadConfiguration;
            string id = parsed.GetRequiredValue(episode);
            (KeptRecord Record, EventLine Line)? found = null;
            await foreach (var record in Read(options, [options.Kafka.RequestTopic], fromStart: true, follow: false, stop))
            {
                if (EventLine.Of(record) is { IsRequest: true } line && line.Episode == id) found = (record, line);
            }

            if (found is not var (request, of)) throw new CommandFailure($"{options.Kafka.RequestTopic} holds no request of episode {id}: it was never sent, or retention has taken it. driftwatch events tail --from-beginning --no-follow shows what there is.");
            if (of.Expiry is { } expiry && expiry < DateTimeOffset.UtcNow) await error.WriteLineAsync($"warning: it has expired at {expiry:yyyy-MM-dd'T'HH:mm:ss'Z'}: who goes by expirytime leaves it out.");
            using var sender = new AnswerSender(options.Kafka, null, options.Monitor.Source, TimeProvider.System);
            string place = await Sent(() => sender.SendAsync(new AnswerRecord(request.Topic, request.Key, request.Value, request.Headers), stop));
            await output.WriteLineAsync($"{place}: {of}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Complete()
    {
        var command = new Command("complete", "Answers the request of an episode: a fix is in use, or (--dismiss) nothing will be done. The service applies it when it reads it; driftwatch events tail shows what it says to it.");
        var episode = new Argument<string>("EPISODE") { Description = "The episode." };
        var map = new Option<string?>("--map") { Description = "Checksum of the calibration map that is in use now.", HelpName = "CHECKSUM" };
        var revision = new Option<int?>("--revision") { Description = "Revision of that map.", HelpName = "N" };
        var version = new Option<string?>("--model-version") { Description = "The version of the model that has come.", HelpName = "VERSION" };
        var dismiss = new Option<string?>("--dismiss") { Description = "Why nothing will be done: the episode asks no more.", HelpName = "REASON" };
        var by = new Option<string>("--by") { Description = "Who answers.", HelpName = "NAME", DefaultValueFactory = _ => Environment.UserName };
        command.Add(episode);
        foreach (Option option in new Option[] { map, revision, version, dismiss, by }) command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(dismiss) is not null && (result.GetValue(map) is not null || result.GetValue(revision) is not null || result.GetValue(version) is not null)) result.AddError("--dismiss says that nothing was changed; --map, --revision and --model-version say what was. Give one of them");
        });
        var flags = new ConfigFlags().AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            if (flags.LoadOrComplain(parsed, parsed.InvocationConfiguration.Error, askKafka: true) is not { } options) return ExitCode.BadConfiguration;
            var data = new JsonObject { ["by"] = parsed.GetValue(by) };
            string? reason = parsed.GetValue(dismiss);
            if (reason is not null) data["reason"] = reason;
            if (parsed.GetValue(version) is { } modelVersion) data["modelVersion"] = modelVersion;
            if (parsed.GetValue(map) is not null || parsed.GetValue(revision) is not null) data["map"] = new JsonObject { ["checksum"] = parsed.GetValue(map), ["revision"] = parsed.GetValue(revision) };
            using var sender = new AnswerSender(options.Kafka, options.Recalibration.AnswersTopic, options.Monitor.Source + "/command", TimeProvider.System);
            var sent = await Sent(() => sender.SendAsync(reason is null ? AnswerKind.Completed : AnswerKind.Dismissed, parsed.GetRequiredValue(episode), data, stop));
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"{sent.Place}: {(reason is null ? "completed" : "dismissed")} {parsed.GetRequiredValue(episode)}, event {sent.Id}");
            return ExitCode.Ok;
        });
        return command;
    }

    private static IReadOnlyList<string> TopicsOf(DriftWatchOptions options) =>
        [.. new[] { options.Kafka.RequestTopic, options.Kafka.UpdateTopic, options.Recalibration.AnswersTopic }.OfType<string>().Distinct()];

    private static async IAsyncEnumerable<KeptRecord> Read(DriftWatchOptions options, IReadOnlyList<string> topics, bool fromStart, bool follow, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        await using var records = EventTail.ReadAsync(options.Kafka, topics, fromStart, follow, stop).GetAsyncEnumerator(stop);
        while (true)
        {
            try
            {
                if (!await records.MoveNextAsync()) yield break;
            }
            catch (KafkaRangeException failure)
            {
                throw new CommandFailure(failure.Message);
            }

            yield return records.Current;
        }
    }

    private static async Task<T> Sent<T>(Func<Task<T>> send)
    {
        try
        {
            return await send();
        }
        catch (AnswerNotSentException refused)
        {
            throw new CommandFailure(refused.Message);
        }
        catch (DllNotFoundException missing)
        {
            throw new CommandFailure(missing.Message);
        }
    }
}

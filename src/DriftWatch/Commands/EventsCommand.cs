using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Events;
using DriftWatch.Hosting;
using DriftWatch.Kafka.Answering;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Options;
using DriftWatch.Pipeline;

namespace DriftWatch.Commands;

/// <summary><c>driftwatch events</c>: what the service tells pipelines, sent again where it got lost, and answered by hand.</summary>
internal static partial class EventsCommand
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
        type.Validators.Add(result =>
        {
            // In full it may be of a version that is not known here.
            foreach (string strange in result.GetValue(type)!.Where(name => !name.Contains('.') && !EventLine.ShortTypes.Contains(name))) result.AddError($"--type {strange}: expected {string.Join(", ", EventLine.ShortTypes)}, or a type in full");
        });
        var flags = new ConfigFlags().AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            if (flags.LoadOrComplain(parsed, parsed.InvocationConfiguration.Error, askKafka: true) is not { } options) return ExitCode.BadConfiguration;
            var filter = new EventFilter(parsed.GetValue(model), parsed.GetValue(episode), parsed.GetValue(type) ?? []);
            bool follow = !parsed.GetValue(once);
            var topics = TopicsOf(options);
            int shown = 0, events = 0, strange = 0;
            await foreach (var record in Read(options, topics, parsed.GetValue(beginning) || !follow, follow, stop))
            {
                if (EventLine.Of(record) is not { } line)
                {
                    strange++;
                    continue;
                }

                events++;
                if (!filter.Admits(line)) continue;
                shown++;
                await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(json) ? line.Json : line.ToString());
            }

            // An empty list is an answer, too; where it comes from is what nobody could tell.
            string where = string.Join(", ", topics);
            if (!follow && shown == 0) await parsed.InvocationConfiguration.Error.WriteLineAsync($"note: none of the {events} events on {where} is shown{(events > 0 ? $" with{filter}" : "")}.");
            if (strange > 0) await parsed.InvocationConfiguration.Error.WriteLineAsync($"note: {strange} records on {where} are no events and were left out; if they are meant as answers, the service has set them aside in {options.Kafka.DeadLetterTopic} with the reason.");
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
        var blindly = new Option<bool>("--unchecked") { Description = "Answers although no event says that there is such an episode and that it waits." };
        command.Add(episode);
        foreach (Option option in new Option[] { map, revision, version, dismiss, by, blindly }) command.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(dismiss) is not null && (result.GetValue(map) is not null || result.GetValue(revision) is not null || result.GetValue(version) is not null)) result.AddError("--dismiss says that nothing was changed; --map, --revision and --model-version say what was. Give one of them");
        });
        var flags = new ConfigFlags().AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            var error = parsed.InvocationConfiguration.Error;
            if (flags.LoadOrComplain(parsed, error, askKafka: true) is not { } options) return ExitCode.BadConfiguration;
            string id = parsed.GetRequiredValue(episode);
            var data = new JsonObject { ["by"] = parsed.GetValue(by) };
            string? reason = parsed.GetValue(dismiss);
            if (reason is not null) data["reason"] = reason;
            if (parsed.GetValue(version) is { } modelVersion) data["modelVersion"] = modelVersion;
            var named = new JsonObject();
            if (parsed.GetValue(map) is { } checksum)
            {
                named["checksum"] = checksum;
                if (!MapChecksum().IsMatch(checksum)) await error.WriteLineAsync($"warning: '{checksum}' is no checksum as map.json has it (sha256: and 64 hex digits): it is shown as it is, and nobody finds a map by it.");
            }

            if (parsed.GetValue(revision) is { } number) named["revision"] = number;
            if (named.Count > 0) data["map"] = named;
            using var sender = new AnswerSender(options.Kafka, options.Recalibration.AnswersTopic, options.Monitor.Source + "/command", TimeProvider.System);
            var kind = reason is null ? AnswerKind.Completed : AnswerKind.Dismissed;
            // The cheaper look first: what the service would not understand.
            if (AnswerReader.Read(kind, sender.Source, id, data).Fault is { } fault) throw new CommandFailure($"The answer would not be understood: {fault}.", ExitCode.Usage);
            if (!parsed.GetValue(blindly) && await Objection(options, id, stop) is { } objection) throw new CommandFailure($"Nothing was sent: {objection}. --unchecked sends the answer all the same.");
            var sent = await Sent(() => sender.SendAsync(kind, id, data, stop));
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"{sent.Place}: {(reason is null ? "completed" : "dismissed")} {id}, event {sent.Id}");
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>Why the service would pass over an answer, as far as its events tell; null: they do not.</summary>
    private static async Task<string?> Objection(DriftWatchOptions options, string episode, CancellationToken stop)
    {
        string[] topics = [.. new[] { options.Kafka.RequestTopic, options.Kafka.UpdateTopic, options.Kafka.StateTopic }.OfType<string>().Distinct()];
        var trail = new EpisodeTrail(episode);
        await foreach (var record in Read(options, topics, fromStart: true, follow: false, stop)) trail.Read(record);
        return trail.Objection(string.Join(", ", topics));
    }

    [GeneratedRegex("^sha256:[0-9a-f]{64}$")]
    private static partial Regex MapChecksum();

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

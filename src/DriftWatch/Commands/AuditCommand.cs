using System.CommandLine;
using DriftWatch.Core.Time;
using DriftWatch.Hosting;
using DriftWatch.Kafka.Answering;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Options;
using DriftWatch.Recalibrating;

namespace DriftWatch.Commands;

/// <summary><c>driftwatch audit</c>: what <c>driftwatch recalibrate</c> has decided, and whether the same comes out again.</summary>
internal static class AuditCommand
{
    private const string Unknown = "-";

    public static Command Create() => new("audit", "What driftwatch recalibrate has decided, and whether the same comes out again.") { List(), Replay() };

    private static Command List()
    {
        var command = new Command("list", "Lists the decisions that the topic holds, oldest first.");
        var flags = new ConfigFlags().AddTo(command);
        command.SetAction(parsed => flags.LoadOrComplain(parsed, parsed.InvocationConfiguration.Error, askKafka: true) is { } options ? List(options, parsed.InvocationConfiguration) : ExitCode.BadConfiguration);
        return command;
    }

    private static Command Replay()
    {
        var command = new Command("replay", "Makes a decision again from its record and its calibration set, and says whether the same comes out, to the bit. Exit 1 where it does not.");
        var episode = new Argument<string>("EPISODE") { Description = "The episode that was decided on." };
        command.Add(episode);
        var flags = new ConfigFlags().With("--folder", "DIR", "recalibration.folder", "Folder of maps and sets.").AddTo(command);
        command.SetAction(parsed =>
        {
            if (flags.LoadOrComplain(parsed, parsed.InvocationConfiguration.Error, askKafka: true) is not { } options) return ExitCode.BadConfiguration;
            if (options.Recalibration is { Folder: null, SetsFolder: null })
            {
                parsed.InvocationConfiguration.Error.WriteLine("recalibration.folder: not set; expected the folder for maps and sets, or --folder DIR.");
                return ExitCode.BadConfiguration;
            }

            return Replay(options, parsed.GetRequiredValue(episode), parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static int List(DriftWatchOptions options, InvocationConfiguration to)
    {
        int code = ExitCode.Ok;
        to.Output.WriteLine($"{"decided",-20} {"episode",-36} {"attempt",7} {"verdict",-7} {"set",-8} {"revision",8} series");
        foreach (var (record, at) in Records(options, (record, why) =>
                 {
                     to.Error.WriteLine($"{record.Place}: no decision: {why}");
                     code = ExitCode.Failure;
                 }))
        {
            string when = at.Timestamp < 0 ? Unknown : new EventTime(at.Timestamp / 1000 * 1000).ToString();
            to.Output.WriteLine($"{when,-20} {record.Draft.Request.Episode,-36} {record.Draft.Attempt ?? 1,7} {record.Verdict,-7} {record.SetChecksum?[..8] ?? Unknown,-8} {record.MapRevision?.ToString() ?? Unknown,8} {record.Draft.Request.Series}");
        }

        return code;
    }

    private static int Replay(DriftWatchOptions options, string episode, TextWriter output)
    {
        var decisions = Records(options, (_, _) => { }).FindAll(one => one.Record.Draft.Request.Episode == episode);
        if (decisions.Count == 0) throw new CommandFailure($"{options.Recalibration.AuditTopic} holds no decision on episode {episode}; driftwatch audit list shows those that there are.");
        bool same = true;
        foreach (var (record, at) in decisions)
        {
            var (by, us) = (record.Draft.By, DecidedBy.Us);
            output.WriteLine($"{episode}{(record.Draft.Attempt > 1 ? $", attempt {record.Draft.Attempt}" : "")}: {record.Draft.Request.Series}, decided by driftwatch {by.Version}{Revision(by)} at {at.Place}: {record.Verdict}: {record.Reason}");
            var replay = AuditReplay.Of(record, at.Value, new SetShelf(options.Recalibration));
            if (replay.Failure is { } failure) throw new CommandFailure(failure);
            foreach (string difference in replay.Differences) output.WriteLine($"  {difference}");
            string of = record.SetChecksum is { } set ? $"set {set}" : "no set was made";
            if (replay.Again!.Map is { } map) of += $", map {map.Checksum}";
            output.WriteLine($"{(replay.IsReproduced ? "reproduced to the bit by" : "differs under")} driftwatch {us.Version}{Revision(us)}: {of}");
            same &= replay.IsReproduced;
        }

        return same ? ExitCode.Ok : ExitCode.Failure;
    }

    private static List<(AuditRecord Record, KeptRecord At)> Records(DriftWatchOptions options, Action<KeptRecord, string> strange)
    {
        try
        {
            List<(AuditRecord, KeptRecord)> records = [];
            foreach (var record in AnswerStore.ReadAll(options.Kafka, options.Recalibration.AuditTopic).OrderBy(record => record.Timestamp))
            {
                try
                {
                    records.Add((AuditRecord.Read(record.Value), record));
                }
                catch (FormatException unreadable)
                {
                    strange(record, unreadable.Message);
                }
            }

            return records;
        }
        catch (KafkaRangeException failure)
        {
            throw new CommandFailure(failure.Message);
        }
    }

    private static string Revision(DecidedBy by) => by.Revision.Length == 0 ? "" : $" ({by.Revision})";
}

using System.Text;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Events;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.State;
using DriftWatch.Pipeline.Recovery;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Pipeline;

/// <summary>The path of one answer: read it, apply it, note it in the journal, count it, say it.</summary>
/// <remarks>Law: what the journal tells of an answer is enough to apply it again; the topic is not asked a second time.</remarks>
internal sealed partial class AnswerPath(CalibrationMonitor monitor, AnswerLog log, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(10);

    private readonly Dictionary<AnswerResult, DateTimeOffset> _said = [];

    public void Take(SingleRecord record, Epoch epoch)
    {
        var reading = AnswerReader.Read(record.Value, name => HeaderOf(record, name), record.Timestamp);
        var result = reading.Answer is { } answer ? monitor.Answer(answer) : reading.Refused;
        var taken = new AnswerTaken(record.Topic, record.Partition, record.Offset, reading.Answer, result);
        epoch.Answer(StateExchange.Write(taken));
        log.Add(taken);
        if (result.IsUnreadable()) epoch.Send(DeadLetter.Of(record, "answer_" + result.Name(), reading.Fault));
        Say(taken, reading.Fault);
    }

    /// <summary>Applies an answer that was applied before the restart.</summary>
    public void TakeAgain(byte[] noted)
    {
        var taken = AnswerTaken.Read(noted);
        if (taken.Answer is { } answer) monitor.Answer(answer);
        log.Add(taken);
    }

    private static string? HeaderOf(SingleRecord record, string name) =>
        record.Headers.LastOrDefault(header => header.Name == name).Value is { } value ? Encoding.UTF8.GetString(value) : null;

    private void Say(AnswerTaken taken, string? fault)
    {
        var (topic, partition, offset, answer, result) = taken;
        if (result.Counts())
        {
            string name = result.Name(), by = UnseenText.Show(answer!.By), fix = UnseenText.Show(answer.Fix?.ToString() ?? ""), reason = UnseenText.Show(answer.Reason ?? "");
            Log.Answered(logger, answer.Episode, name, by, fix, reason);
            return;
        }

        string why = fault ?? EpisodeAnswers.WhyNot(result, monitor.EpisodeOf(answer!.Episode), answer);
        log.Note(new($"{topic}[{partition}]@{offset}", result, answer?.Episode, why));
        // Anybody may write answers, a loop of somebody else's too.
        var now = time.GetUtcNow();
        if (_said.TryGetValue(result, out var last) && now - last < SayEvery) return;
        _said[result] = now;
        string what = result.Name();
        string seen = UnseenText.Show(why);
        if (answer is null)
        {
            Log.Unreadable(logger, topic, partition, offset, what, seen);
            return;
        }

        string episode = UnseenText.Show(answer.Episode), author = UnseenText.Show(answer.By);
        Log.PassedOver(logger, topic, partition, offset, episode, author, what, seen);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Episode {Episode} was answered: {Result}, by {By} {Fix} {Reason}")]
        public static partial void Answered(ILogger logger, string episode, string result, string by, string fix, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}[{Partition}]@{Offset}: answer to episode {Episode} by {By} passed over as {Result}: {Why} (said at most every 10 s per result; driftwatch_answers_total counts all)")]
        public static partial void PassedOver(ILogger logger, string topic, int partition, long offset, string episode, string by, string result, string why);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}[{Partition}]@{Offset}: no answer, {Result}: {Fault}. It is in the dead letters (said at most every 10 s per result; driftwatch_answers_total counts all)")]
        public static partial void Unreadable(ILogger logger, string topic, int partition, long offset, string result, string fault);
    }
}

using DriftWatch.Core.Input;
using DriftWatch.Core.Time;
using DriftWatch.Options;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Pipeline.Diagnosis;

/// <summary>Looks at the recent input now and then, keeps since when a problem stands, and says in the log when one begins and when it ends.</summary>
internal sealed partial class InputDiagnosis(TaskState state, PipelineOptions options, ILogger logger)
{
    private Dictionary<ProblemKey, InputProblem> _standing = [];

    /// <summary>What is wrong now.</summary>
    /// <param name="now">The host's clock.</param>
    /// <param name="committed">The newest picture of the state.</param>
    public IReadOnlyList<InputProblem> Look(DateTimeOffset now, ServiceSnapshot committed)
    {
        state.Watch.LabelsMeetFrom = InputSigns.MeetFrom(committed.Monitor, state.Monitor.Options);
        var clock = EventTime.From(now);
        var signs = new InputSigns
        {
            Topics = [.. state.Inputs.Streams.Select(stream => Snapshot(stream, clock, now))],
            Models = state.Watch.Capture(clock),
            Counted = committed.Monitor.Models,
            Options = state.Monitor.Options,
            LabelsMeetFrom = state.Watch.LabelsMeetFrom,
            EvictedPredictions = committed.Monitor.Join.EvictedPredictions,
        };
        var problems = InputJudge.Judge(signs, _standing.Keys.ToHashSet()).Select(WithSince(now)).ToList();
        foreach (var problem in problems) Report(problem);
        foreach (var (key, ended) in _standing)
        {
            if (ended.IsNote || problems.Exists(problem => problem.Key == key && !problem.IsNote)) continue;
            string name = key.Kind.Name();
            Log.Ended(logger, name, key.Part, key.Topic ?? "all", key.Model);
        }

        _standing = problems.ToDictionary(problem => problem.Key);
        return problems;
    }

    private Func<InputProblem, InputProblem> WithSince(DateTimeOffset now) =>
        problem => problem with { Since = _standing.TryGetValue(problem.Key, out var before) && before.IsNote == problem.IsNote ? before.Since : now };

    private void Report(InputProblem problem)
    {
        if (_standing.TryGetValue(problem.Key, out var before) && before.IsNote == problem.IsNote) return;
        string settings = string.Join(", ", problem.Settings);
        if (problem.Key.Kind == ProblemKind.LabelSpelling) Log.Spelled(logger, problem.What, problem.Cause, settings);
        else if (problem.IsNote) Log.Noted(logger, problem.What, problem.Cause, settings);
        else Log.Began(logger, problem.What, problem.Cause, settings);
    }

    private TopicSnapshot Snapshot(InputStream stream, EventTime clock, DateTimeOffset now)
    {
        stream.Signs.Turn(clock);
        var waits = stream.Partitions.Where(partition => partition.WaitsSince is not null).Select(partition => now - partition.WaitsSince!.Value).ToList();
        return stream.Signs.Capture() with
        {
            Part = stream.Part,
            Topic = stream.Topic,
            Mapping = stream.Mapping,
            WaitingPartitions = waits.Count,
            Waited = waits.DefaultIfEmpty().Max(),
            RegistryTrouble = stream.Reader.Format?.Trouble,
            MappingSetting = options.TopicFields.ContainsKey(stream.Topic) ? $"input.topics.{stream.Topic}" : stream.Part == StreamPart.Predictions ? "input.predictions" : "input.labels",
        };
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Input problem: {What} {Cause} (settings: {Settings})")]
        public static partial void Began(ILogger logger, string what, string cause, string settings);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Input notice: {What} {Cause} (settings: {Settings})")]
        public static partial void Spelled(ILogger logger, string what, string cause, string settings);

        [LoggerMessage(Level = LogLevel.Information, Message = "Input notice: {What} {Cause} (settings: {Settings})")]
        public static partial void Noted(ILogger logger, string what, string cause, string settings);

        [LoggerMessage(Level = LogLevel.Information, Message = "Input problem resolved: {Problem} of {Part}, topic {Topic}, model {Model}")]
        public static partial void Ended(ILogger logger, string problem, StreamPart part, string topic, string? model);
    }
}

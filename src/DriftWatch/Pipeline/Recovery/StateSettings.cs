using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Options.Table;

namespace DriftWatch.Pipeline.Recovery;

/// <summary>The settings under which stored state means what it says. Under others it would lose or double something, so starting is refused.</summary>
/// <remarks>
/// Of three kinds: how records are read (they are read again), how predictions meet labels (what has departed must not come back), and how panes are cut.
/// What only decides when to warn or to ask may change at any time; a rule whose parameters change begins its evidence anew.
/// Names and values are those of the configuration, so that whoever reads a refusal finds the line to change.
/// </remarks>
internal static class StateSettings
{
    private const string Models = "models.";
    private const string Defaults = "defaults.";

    public static Dictionary<string, string> Of(PipelineOptions pipeline, MonitorOptions monitor, IEnumerable<(StreamPart Part, string Topic)> topics)
    {
        Dictionary<string, string> settings = new() { ["onlyNamedModels"] = monitor.OnlyNamedModels ? "true" : "false" };
        Add(SettingsTable.StateRowsOf(monitor));
        Add(SettingsTable.StateRowsOf(pipeline.Limits));
        foreach (var (part, topic) in topics) Add(SettingsTable.StateRowsOf(pipeline.MappingOf(part, topic), part).Select(row => ($"{row.Path} of {topic}", row.Value)));
        Add(OfModel(monitor.Default, Defaults[..^1]));
        foreach (var (name, model) in monitor.Models) Add(OfModel(model, Models + name));
        return settings;

        void Add(IEnumerable<(string Path, string Value)> rows)
        {
            foreach (var (path, value) in rows) settings[path] = value;
        }
    }

    /// <summary>Every setting that differs, what it was and what it is; a model that is new takes what was said of all others.</summary>
    public static IEnumerable<string> Differences(Dictionary<string, string> stored, Dictionary<string, string> now)
    {
        foreach (string name in stored.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
        {
            string? before = Find(stored, name), after = Find(now, name);
            if (before is not null && after is not null && before != after) yield return $"{name} {Word(before)} → {Word(after)}";
        }
    }

    /// <summary>Inputs that were read and are no longer named. A further one is no difference: it is read from its start.</summary>
    /// <param name="stored">What was read.</param>
    /// <param name="now">What is to be read.</param>
    public static IEnumerable<string> Differences(IReadOnlyCollection<(StreamPart Part, string Topic)> stored, IReadOnlyCollection<(StreamPart Part, string Topic)> now)
    {
        foreach (var part in Enum.GetValues<StreamPart>())
        {
            string[] before = Of(stored, part), after = Of(now, part);
            if (before.Except(after).Any()) yield return $"kafka.topics.{(part == StreamPart.Predictions ? "predictions" : "labels")} [{string.Join(", ", before)}] → [{string.Join(", ", after)}]";
        }

        static string[] Of(IEnumerable<(StreamPart Part, string Topic)> topics, StreamPart part) => [.. topics.Where(one => one.Part == part).Select(one => one.Topic)];
    }

    private static string? Find(Dictionary<string, string> settings, string name) =>
        settings.GetValueOrDefault(name) ?? (name.StartsWith(Models, StringComparison.Ordinal) ? settings.GetValueOrDefault(Defaults + name[(name.LastIndexOf('.') + 1)..]) : null);

    private static IEnumerable<(string Path, string Value)> OfModel(ModelOptions model, string path)
    {
        // One way of saying the same.
        var plain = model with { PositiveLabel = model.PositiveLabel ?? "1", Views = model.Views with { Kept = [.. model.Views.Kept.Order()] } };
        foreach (var row in SettingsTable.StateRowsOf(plain, path))
        {
            if (row.Path.EndsWith(".maxClasses", StringComparison.Ordinal) && plain.Views.Kept.Count == 0) continue; // of views alone
            yield return row;
        }
    }

    private static string Word(string value) => value.Length == 0 ? "(not set)" : value;
}

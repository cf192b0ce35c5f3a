using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.State;
using DriftWatch.Options;
using DriftWatch.Options.Table;

namespace DriftWatch.Pipeline.Recovery;

/// <summary>The settings under which the whole of a stored state means what it says, as the configuration names and writes them: <see cref="StateFingerprint"/>, and how records are read.</summary>
/// <remarks>Under others it would lose or double something, so starting is refused. What only a part depends on is kept with that part, which starts over.</remarks>
internal static class StateSettings
{
    private const string ReadAgain = "decides how records are read that are read again";

    public static Dictionary<string, string> Of(PipelineOptions pipeline, MonitorOptions monitor, IEnumerable<(StreamPart Part, string Topic)> topics)
    {
        Dictionary<string, string> settings = new(SettingsTable.InForce(pipeline.Limits));
        foreach (var (part, topic) in topics)
        {
            foreach (var (path, value) in SettingsTable.InForce(pipeline.MappingOf(part, topic), part)) settings[$"{path} of {topic}"] = value;
        }

        var ofMonitor = SettingsTable.InForce(monitor);
        foreach (var setting in StateFingerprint.Monitor) settings[setting.Name] = ofMonitor.GetValueOrDefault(setting.Name) ?? (monitor.OnlyNamedModels ? "true" : "false");
        AddModel("defaults", monitor.Default);
        foreach (var (name, model) in monitor.Models) AddModel($"models.{name}", model);
        return settings;

        void AddModel(string path, ModelOptions model)
        {
            // One way of saying the same.
            var plain = model with { PositiveLabel = model.OutcomeLabels, NegativeLabel = null, Views = model.Views with { Kept = [.. model.Views.Kept.Order()] } };
            var inForce = SettingsTable.InForce(plain, path);
            foreach (var (name, _) in StateFingerprint.Values(StateFingerprint.Counting, new(plain, monitor))) settings[$"{path}.{name}"] = inForce[$"{path}.{name}"];
            // A state of a version that knew no sources is one without.
            if (model.Join.Sources.Count > 0) settings[$"{path}.corrections"] += $", labelSources {inForce[$"{path}.labelSources"]}";
        }
    }

    /// <summary>What a setting does to the state, of all that do anything: by the path that the documentation has.</summary>
    public static IReadOnlyList<(string Path, StatePart Part, string Meaning)> Table { get; } =
    [
        .. StateFingerprint.Monitor.Concat(StateFingerprint.Bounds).Select(setting => (setting.Name, setting.Part, setting.Meaning)),
        .. StateFingerprint.Counting.Concat(StateFingerprint.Rule).Concat(StateFingerprint.EarlyWarning).Concat(StateFingerprint.PredictionSets).Select(setting => ($"defaults.{setting.Name}", setting.Part, setting.Meaning)),
        .. SettingsTable.Paths.Where(SettingsTable.DecidesReading).Select(path => (path, StatePart.Everything, ReadAgain)),
    ];

    /// <summary>Every setting that differs, and what it does.</summary>
    public static IEnumerable<string> Differences(Dictionary<string, string> stored, Dictionary<string, string> now) =>
        StoredSettings.Differences(Plain(stored), now).Select(one => $"{one} ({MeaningOf(one.Name)})");

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

    // A class that was stored as it was spelled.
    private static Dictionary<string, string> Plain(Dictionary<string, string> stored) =>
        stored.ToDictionary(one => one.Key, one => one.Key.EndsWith(".positiveLabel", StringComparison.Ordinal) ? ClassText.Canonical(one.Value) : one.Value);

    private static string MeaningOf(string name)
    {
        string last = name[(name.LastIndexOf('.') + 1)..];
        return StateFingerprint.Monitor.FirstOrDefault(setting => setting.Name == name)?.Meaning
            ?? (name.StartsWith("input.", StringComparison.Ordinal) ? ReadAgain : StateFingerprint.Counting.FirstOrDefault(setting => setting.Name == last)?.Meaning)
            ?? "decided something in the version that stored it";
    }
}

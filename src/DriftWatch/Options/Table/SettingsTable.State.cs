using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;

namespace DriftWatch.Options.Table;

/// <content>Rows as they are in force: by path, in the words of the file.</content>
internal static partial class SettingsTable
{
    /// <summary>Event time, windows and bounds, and how predictions are told apart.</summary>
    public static IReadOnlyDictionary<string, string> InForce(MonitorOptions monitor) =>
        InForce(MonitorSettings, monitor, "monitor").Concat(InForce(JoinSettings, monitor, "join")).ToDictionary();

    /// <summary>The policy of a model.</summary>
    public static IReadOnlyDictionary<string, string> InForce(ModelOptions model, string path) => InForce(ModelSettings, model, path);

    /// <summary>What is too large to be read.</summary>
    public static IReadOnlyDictionary<string, string> InForce(ReadLimits limits) => InForce(LimitSettings, limits, "input.limits");

    /// <summary>Where the fields of a topic's records are.</summary>
    public static IReadOnlyDictionary<string, string> InForce(FieldMapping mapping, StreamPart part) =>
        (part == StreamPart.Predictions ? InForce([.. BothFields, .. PredictionFields], mapping, "input.predictions") : InForce([.. BothFields, .. LabelFields], mapping, "input.labels"))
            .Where(row => DecidesReading(row.Key)).ToDictionary();

    /// <summary>Whether a setting decides what becomes of records that are read again. Not where a schema's file lies: it may move.</summary>
    public static bool DecidesReading(string path) =>
        path.Split('.') is ["input", "predictions" or "labels" or "limits", var name] && name is not ("schemaFile" or "preset") && !FieldCatalogue.All.Any(field => field.IsMeasure && field.Name == name);

    private static Dictionary<string, string> InForce<T>(IReadOnlyList<Setting<T>> settings, T target, string path) =>
        settings.SelectMany(setting => setting.Rows(target, path)).Where(row => row.Default is not null).ToDictionary(row => row.Path, row => row.Default!);
}

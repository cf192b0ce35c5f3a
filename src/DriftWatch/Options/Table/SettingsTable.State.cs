using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Pipeline;

namespace DriftWatch.Options.Table;

/// <content>The rows that stored state hangs on, as they are in force: by path, in the words of the file.</content>
internal static partial class SettingsTable
{
    private static readonly IReadOnlyList<Setting<MonitorOptions>> StateOfMonitor = Named(MonitorSettings, "pane", "windows", "origin", "outOfOrderness", "exportedBins", "thresholds");

    private static readonly IReadOnlyList<Setting<ModelOptions>> StateOfModel =
        Named(ModelSettings, "horizon", "lead", "onExpiry", "corrections", "maturity", "positiveLabel", "slices", "views", "maxClasses");

    private static readonly IReadOnlyList<Setting<ReadLimits>> StateOfLimits = LimitSettings;
    private static readonly IReadOnlyList<Setting<FieldMapping>> StateOfPredictions = [.. BothFields, .. PredictionFields];
    private static readonly IReadOnlyList<Setting<FieldMapping>> StateOfLabels = [.. BothFields, .. LabelFields];

    /// <summary>How panes and windows are cut.</summary>
    public static IEnumerable<(string Path, string Value)> StateRowsOf(MonitorOptions monitor) => InForce(StateOfMonitor, monitor, "monitor");

    /// <summary>How the predictions of a model meet their labels.</summary>
    public static IEnumerable<(string Path, string Value)> StateRowsOf(ModelOptions model, string path) => InForce(StateOfModel, model, path);

    /// <summary>What is too large to be read.</summary>
    public static IEnumerable<(string Path, string Value)> StateRowsOf(ReadLimits limits) => InForce(StateOfLimits, limits, "input.limits");

    /// <summary>Where the fields of a topic's records are.</summary>
    public static IEnumerable<(string Path, string Value)> StateRowsOf(FieldMapping mapping, StreamPart part) =>
        part == StreamPart.Predictions ? InForce(StateOfPredictions, mapping, "input.predictions") : InForce(StateOfLabels, mapping, "input.labels");

    private static IEnumerable<(string Path, string Value)> InForce<T>(IReadOnlyList<Setting<T>> settings, T target, string path) =>
        settings.SelectMany(setting => setting.Rows(target, path)).Where(row => row.Default is not null).Select(row => (row.Path, row.Default!));

    private static Setting<T>[] Named<T>(IReadOnlyList<Setting<T>> settings, params string[] names) => [.. names.Select(name => settings.Single(setting => setting.Name == name))];
}

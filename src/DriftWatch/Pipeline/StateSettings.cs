using System.Globalization;
using DriftWatch.Series;

namespace DriftWatch.Pipeline;

/// <summary>The settings under which stored state means what it says. Under others it would lose or double something, so starting is refused.</summary>
/// <remarks>
/// Of three kinds: how records are read (they are read again), how predictions meet labels (what has departed must not come back), and how panes are cut.
/// What only decides when to warn or to ask may change at any time; a rule whose parameters change begins its evidence anew.
/// </remarks>
internal static class StateSettings
{
    public static Dictionary<string, string> Of(PipelineOptions pipeline, MonitorOptions monitor, IEnumerable<(StreamPart Part, string Topic)> topics)
    {
        Dictionary<string, string> settings = new()
        {
            ["pane"] = Text(monitor.Pane),
            ["windows"] = string.Join(", ", monitor.Windows.Select(Text)),
            ["origin"] = monitor.Origin.ToString(),
            ["thresholds"] = string.Join(", ", monitor.Thresholds.Select(t => t.ToString("R", CultureInfo.InvariantCulture))),
            ["exportedBins"] = monitor.ExportedBins.ToString(CultureInfo.InvariantCulture),
            ["outOfOrderness"] = Text(monitor.OutOfOrderness),
            ["onlyNamedModels"] = monitor.OnlyNamedModels.ToString(),
            ["limits"] = pipeline.Limits.ToString(),
            ["models.*"] = Text(monitor.Default),
        };
        foreach (var (part, topic) in topics) settings[$"fields of {topic}"] = $"{part}: {pipeline.MappingOf(part, topic)}";
        foreach (var (name, model) in monitor.Models) settings[$"models.{name}"] = Text(model);
        return settings;
    }

    /// <summary>One sentence for every setting that differs; a model that is new takes what was said of all others.</summary>
    public static IEnumerable<string> Differences(Dictionary<string, string> stored, Dictionary<string, string> now)
    {
        foreach (string name in stored.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
        {
            string? before = Find(stored, name), after = Find(now, name);
            if (before is not null && after is not null && before != after) yield return $"{name} was {before} and is {after}";
        }
    }

    private static string? Find(Dictionary<string, string> settings, string name) =>
        settings.GetValueOrDefault(name) ?? (name.StartsWith("models.", StringComparison.Ordinal) ? settings.GetValueOrDefault("models.*") : null);

    private static string Text(ModelOptions model) =>
        $"maxDelay {Text(model.Join.Horizon)}, lead {Text(model.Join.Lead)}, onExpiry {model.Join.OnExpiry}, corrections {model.Join.Corrections}, positive label {model.PositiveLabel ?? "1"}, " +
        $"slices {(model.Slices is { } slices ? string.Join('+', slices) : "any")}, views {Text(model.Views)}, maturity {(model.Maturity is { } age ? Text(age) : "by delay")}";

    private static string Text(ViewOptions views) =>
        views.Kept.Count == 0 ? "none" : $"{string.Join('+', views.Kept.Order())} of {views.MaxClasses.ToString(CultureInfo.InvariantCulture)} classes";

    private static string Text(TimeSpan span) => span.ToString("c", CultureInfo.InvariantCulture);
}

using DriftWatch.Core.Series;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Monitoring;

/// <summary>The settings that stored state depends on, and nothing else: the one list that start, restore and standby go by.</summary>
/// <remarks>
/// Stored as names and values and compared one by one. A name that only one side has is no difference: a setting that a later version adds says nothing about a state that knew none.
/// What state is merely compared with (thresholds of alarms and warnings, cooldowns, bounds) is not among them: it may change from one run to the next.
/// </remarks>
public static partial class StateFingerprint
{
    /// <summary>Of everything that is counted.</summary>
    public static IReadOnlyList<StateSetting<MonitorOptions>> Monitor { get; } =
    [
        Of("monitor.pane", "cuts everything that is kept", m => Text($"{m.Pane}")),
        Of("monitor.origin", "cuts everything that is kept", m => Text($"{m.Origin}")),
        Of("monitor.thresholds", "are edges in every sketch", m => Text($"{string.Join(' ', m.Thresholds)}")),
        Of("monitor.exportedBins", "cuts counters that only grow", m => Text($"{m.ExportedBins}")),
        Of("monitor.outOfOrderness", "decides which of the records that are read again are late", m => Text($"{m.OutOfOrderness}")),
        Of("join.identity", "decides which predictions are duplicates", m => m.Identity == PredictionIdentity.Id ? "id" : "prediction"),
        Of("onlyNamedModels", "decides which of the records that are read again count", m => Text($"{m.OnlyNamedModels}")),
    ];

    /// <summary>Of the bounds on series.</summary>
    public static IReadOnlyList<StateSetting<MonitorOptions>> Bounds { get; } =
    [
        Of("monitor.maxModels", "bounds the series", m => Text($"{m.MaxModels}"), StatePart.Routes),
        Of("monitor.maxVersions", "bounds the series", m => Text($"{m.MaxVersions}"), StatePart.Routes),
        Of("monitor.maxSlices", "bounds the series", m => Text($"{m.MaxSlices}"), StatePart.Routes),
        Of("monitor.maxRoutes", "bounds the series", m => Text($"{m.MaxRoutes}"), StatePart.Routes),
    ];

    /// <summary>Of how the predictions of a model meet their labels and what they count for.</summary>
    public static IReadOnlyList<StateSetting<SeriesPolicy>> Counting { get; } =
    [
        Of("horizon", StatePart.Everything, "decides what still waits for its label", p => Text($"{p.Model.Join.Horizon}")),
        Of("lead", StatePart.Everything, "decides what still waits for its prediction", p => Text($"{p.Model.Join.Lead}")),
        Of("onExpiry", StatePart.Everything, "decides what a missing label has counted as", p => Text($"{p.Model.Join.OnExpiry}")),
        Of("corrections", StatePart.Everything, "decides what is kept of a label", p => Text($"{p.Model.Join.Corrections} {string.Join(' ', p.Model.Join.Sources)}")),
        Of("labelSources", StatePart.Everything, "decides which label counts (compared with `corrections`, in one text)", _ => null),
        Of("maturity", StatePart.Everything, "decides which panes have had their turn", p => Text($"{p.Model.Maturity}")),
        .. Routing,
    ];

    // Of how records are told apart: known in the routes too, so that the core alone would notice.
    private static IEnumerable<StateSetting<SeriesPolicy>> Routing =>
    [
        Of("positiveLabel", StatePart.Everything, "decides what an outcome is", p => p.Model.OutcomeLabels),
        Of("negativeLabel", StatePart.Everything, "decides what an outcome is (compared with `positiveLabel`, in one text)", _ => null),
        Of("slices", StatePart.Everything, "decides where a waiting prediction has been counted", p => p.Model.Slices is { } slices ? string.Join(',', slices) : "all"),
        Of("views", StatePart.Everything, "decides where a waiting prediction has been counted", p => string.Join(',', p.Model.Views.Kept.Order())),
        Of("maxClasses", StatePart.Everything, "decides where a waiting prediction has been counted", p => p.Model.Views.Kept.Count > 0 ? Text($"{p.Model.Views.MaxClasses}") : null),
    ];

    /// <summary>Of what shapes the routes: bounds, and how each model's records are told apart.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> OfRoutes(MonitorOptions options)
    {
        var routing = Routing.ToList();
        return
        [
            .. Values(Bounds, options),
            .. Values(routing, new(options.Default, options), StoredSettings.Defaults),
            .. options.Models.SelectMany(model => Values(routing, new(model.Value, options), $"{StoredSettings.Models}{model.Key}.")),
        ];
    }

    /// <summary>Names and values in force, without what decides nothing.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Values<T>(IEnumerable<StateSetting<T>> settings, T of, string below = "") =>
        [.. settings.Select(setting => (setting.Name, Value: setting.Value(of))).Where(one => one.Value is not null).Select(one => KeyValuePair.Create(below + one.Name, one.Value!))];

    private static StateSetting<MonitorOptions> Of(string name, string meaning, Func<MonitorOptions, string?> value, StatePart part = StatePart.Everything) => new(name, part, meaning, value);

    private static StateSetting<SeriesPolicy> Of(string name, StatePart part, string meaning, Func<SeriesPolicy, string?> value) => new(name, part, meaning, value);

    // Invariant globalization is on, so that numbers and spans have no culture.
    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}

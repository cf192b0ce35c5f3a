using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;

namespace DriftWatch.Options.Table;

internal static partial class SettingsTable
{
    private static IReadOnlyList<Setting<MonitorOptions>> MonitorSettings =>
    [
        Row("pane", Kinds.Duration(TimeSpan.FromSeconds(1), TimeSpan.FromDays(7)), m => m.Pane, (m, v) => m with { Pane = v },
            "The smallest stretch of event time that is kept. Windows are unions of panes; narrower panes cost memory and gain nothing but narrower windows."),
        Row("windows", Kinds.List(Kinds.Duration(TimeSpan.FromSeconds(1), Decade), "widths", 1, 8), m => m.Windows, (m, v) => m with { Windows = v },
            "Widths of the tumbling windows that are shown; each a multiple of `pane`. Each adds its own gauges per series."),
        Row("origin", Kinds.Time, m => m.Origin, (m, v) => m with { Origin = v },
            "A moment at which panes and windows start: shift it for days that begin at a local midnight."),
        Row("windowHistory", Kinds.Whole(1, 100_000), m => m.WindowHistory, (m, v) => m with { WindowHistory = v },
            "How many sealed windows of each width are kept per series, for page and API."),
        Row("outOfOrderness", Kinds.Duration(TimeSpan.Zero, TimeSpan.FromDays(365)), m => m.OutOfOrderness, (m, v) => m with { OutOfOrderness = v },
            "By how much records of one partition may be out of order. The watermark trails the newest record by it: too little makes records late (counted), too much delays everything."),
        Row("maxPending", Kinds.Whole(1, (1 << 27) - 2), m => m.MaxPending, (m, v) => m with { MaxPending = v },
            "Most predictions and labels in the join table, at about 40 bytes each; past it the oldest are evicted and counted."),
        Row("maxVectorMegabytes", Kinds.Whole(1, 16_384), m => (int)(m.MaxVectorBytes >> 20), (m, v) => m with { MaxVectorBytes = (long)v << 20 },
            "Most memory for probability vectors that wait for their labels, at 8 bytes a class and 16 more (`views: [class-wise]`); past it predictions are not counted by class, and counted as such."),
        Row("maxPanes", Kinds.Whole(1, 10_000_000), m => m.MaxPanes, (m, v) => m with { MaxPanes = v },
            "Most panes held per series: what the retention needs and what records ahead of time make. Past it, records for new panes are refused and counted."),
        Row("maxModels", Kinds.Whole(1, 100_000), m => m.MaxModels, (m, v) => m with { MaxModels = v },
            "Most models; records of one more are rejected (`unknown_model`)."),
        Row("maxVersions", Kinds.Whole(1, 10_000), m => m.MaxVersions, (m, v) => m with { MaxVersions = v },
            "Versions of one model with series of their own; more fold into `__other__`."),
        Row("maxSlices", Kinds.Whole(0, 100_000), m => m.MaxSlices, (m, v) => m with { MaxSlices = v },
            "Slice values of one model version with series of their own; more fold into `__other__`."),
        Row("maxRoutes", Kinds.Whole(1, 1 << 19), m => m.MaxRoutes, (m, v) => m with { MaxRoutes = v },
            "Distinct combinations of model, version, slices and predicted class; past it slices are left out and counted."),
        Row("exportedBins", Kinds.Whole(2, 20), m => m.ExportedBins, (m, v) => m with { ExportedBins = v },
            "Equal-width bins of the exported counters; a divisor of 60. Four time series each per model version."),
        Row("thresholds", Kinds.List(Kinds.Number(0.0001, 0.9999), "thresholds", 0, 20), m => m.Thresholds, (m, v) => m with { Thresholds = v },
            "Confidences from which on claims are held against outcomes (\"of what was claimed at 0.9 and more, how much came true?\"). Each becomes an edge of every sketch, so the answer is exact."),
    ];

    private static IReadOnlyList<Setting<MonitorOptions>> JoinSettings =>
    [
        Row("identity", Kinds.Choice(("prediction", PredictionIdentity.Prediction), ("id", PredictionIdentity.Id)), m => m.Identity, (m, v) => m with { Identity = v },
            "What makes two predictions one. `prediction`: id, model and version, so that champion and challenger of one request both count, and its label answers all that it addresses. `id`: the id alone, so that the first prediction of an id owns it, copies of any other model or version are duplicates, and labels address ids only."),
    ];

    private static ValueSetting<MonitorOptions, TValue> Row<TValue>(string name, ValueKind<TValue> kind, Func<MonitorOptions, TValue> get, Func<MonitorOptions, TValue, MonitorOptions> with, string meaning) =>
        new(name, kind, get, with, meaning);
}

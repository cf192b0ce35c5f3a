using DriftWatch.Core.Drift;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Monitoring;

/// <summary>The settings that chunks of version 1 were stored under, as one text each: only read. What counts now is <see cref="StateFingerprint"/>.</summary>
/// <remarks>Frozen. A text that differs for whatever reason begins that part anew, once.</remarks>
internal static class StateShape
{
    /// <summary>Of the rule that watches a series.</summary>
    public static string OfRule(SeriesKey series, MonitorOptions options)
    {
        var model = options.For(series.Model);
        if (!model.Watch.Judges(series.View)) return Unwatched.Name;
        if (model.Rule.FalseAlarms(model.Watch) is { } drift) return Sequential(model, drift, options);
        return model.Rule.Section is { } section
            ? Text($"{model.Rule.Name} {model.Rule.Reads(model.Rules)} {model.Rules.Of(section)}") // a record's text, without culture as invariant globalization is on
            : Text($"threshold {model.Threshold.Window}");
    }

    /// <summary>Of the early warning of a series.</summary>
    public static string OfEarlyWarning(SeriesKey series, MonitorOptions options)
    {
        var model = options.For(series.Model);
        var early = model.EarlyWarning;
        var reference = early.Reference;
        return Text($"windows {early.Window ?? model.Threshold.Window}, maturity {model.MaturityAge(options.OutOfOrderness)}, reference {reference.From} {reference.To} {reference.Least} {reference.Longest} {reference.Labeled}")
            + Text($", alpha {early.Conformal.Alpha} {early.Conformal.Tolerance} {early.Conformal.Gamma}, {Sequential(model, model.Drift with { Tolerance = early.Conformal.Tolerance }, options)}");
    }

    private static string Sequential(ModelOptions model, DriftOptions drift, MonitorOptions options) =>
        Text($"e-sr {drift.PaneFor(model.MaturityAge(options.OutOfOrderness), options.Pane)}, tolerance {drift.Tolerance} {drift.LogOddsTolerance}, {drift.Guarantee}")
        + Text($", {drift.Dependence} {drift.ClusterSize} {drift.Block}, missing {drift.Missing}");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}

using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Series;
using System.Diagnostics;

namespace DriftWatch.Core.Monitoring;

/// <summary>The settings that chunks of version 1 were stored under, as one text each: only read. What counts now is <see cref="StateFingerprint"/>.</summary>
/// <remarks>Frozen. A text that differs for whatever reason begins that part anew, once.</remarks>
internal static class StateShape
{
    /// <summary>Of the rule that watches a series.</summary>
    public static string OfRule(SeriesKey series, MonitorOptions options)
    {
        var model = options.For(series.Model);
        if (!series.View.IsMain() && !model.Views.Watched) return Unwatched.Name;
        return model.Rule switch
        {
            DriftRule.ESr => Sequential(model, model.Drift, options),
            DriftRule.Threshold => Text($"threshold {model.Threshold.Window}"),
            _ => Text($"{model.Rule.Name()} {model.Rules.Input ?? ChangeRules.UsualInput(model.Rule)} {Classical(model.Rule, model.Rules)}"),
        };
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

    // Invariant globalization is on, so that a record's text has no culture.
    private static object Classical(DriftRule rule, ClassicalOptions options) => rule switch
    {
        DriftRule.PageHinkley => options.PageHinkley,
        DriftRule.Cusum => options.Cusum,
        DriftRule.Adwin => options.Adwin,
        DriftRule.Ddm => options.Ddm,
        DriftRule.Eddm => options.Eddm,
        DriftRule.HddmA => options.HddmA,
        DriftRule.HddmW => options.HddmW,
        DriftRule.Kswin => options.Kswin,
        _ => throw new UnreachableException(),
    };

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}

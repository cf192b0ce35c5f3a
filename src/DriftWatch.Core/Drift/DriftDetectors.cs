using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Series;
using DriftWatch.Core.Windowing;
using System.Diagnostics;

namespace DriftWatch.Core.Drift;

/// <summary>Chooses the rule that watches a series.</summary>
public static class DriftDetectors
{
    /// <param name="series">Whose.</param>
    /// <param name="watch">What decides on its model.</param>
    /// <param name="windows">How its event time is cut.</param>
    /// <param name="family">The series that share its false-alarm rate; null: it alone.</param>
    public static IDriftDetector For(SeriesKey series, WatchOptions watch, WindowOptions windows, AlarmFamily? family = null)
    {
        if (!series.View.IsMain() && !watch.AllViews) return new Unwatched();
        return watch.Rule switch
        {
            DriftRule.ESr => new EsrDetector(watch.Drift, windows.Pane, windows.Maturity, windows.Origin, family, leads: series.IsWhole, grid: windows.Grid),
            _ when watch.Rule.IsClassical() => new PairRuleDetector(watch.Rule, watch.Rules, series.View, windows.Maturity, windows.Grid),
            DriftRule.Threshold => new ThresholdDetector(watch.Threshold, series.View, windows.Maturity, windows.Origin, windows.Grid),
            _ => throw new UnreachableException(),
        };
    }
}

using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Drift;

/// <summary>Chooses the rule that watches a series.</summary>
public static class DriftDetectors
{
    /// <param name="series">Whose.</param>
    /// <param name="options">What is watched.</param>
    /// <param name="family">The series that share its false-alarm rate; null: it alone.</param>
    public static IDriftDetector For(SeriesKey series, MonitorOptions options, AlarmFamily? family = null)
    {
        var model = options.For(series.Model);
        if (!series.View.IsMain() && !model.Views.Watched) return new Unwatched();
        var maturity = model.MaturityAge(options.OutOfOrderness);
        return model.Rule switch
        {
            DriftRule.ESr => new EsrDetector(model.Drift, options.Pane, maturity, options.Origin, family, leads: series.IsWhole, grid: options.Grid),
            _ when model.Rule.IsClassical() => new PairRuleDetector(model.Rule, model.Rules, series.View, maturity, options.Grid),
            _ => new ThresholdDetector(model.Threshold, series.View, maturity, options.Origin, options.Grid),
        };
    }
}

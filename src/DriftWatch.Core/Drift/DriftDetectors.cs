using DriftWatch.Series;

namespace DriftWatch.Drift;

/// <summary>Chooses the rule that watches a series.</summary>
public static class DriftDetectors
{
    public static IDriftDetector For(SeriesKey series, MonitorOptions options)
    {
        var model = options.For(series.Model);
        return new ThresholdDetector(model.Threshold, series.View, model.MaturityAge(options.OutOfOrderness), options.Origin, options.Grid);
    }
}

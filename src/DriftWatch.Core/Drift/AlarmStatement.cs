using System.Globalization;
using DriftWatch.Core.Monitoring;

namespace DriftWatch.Core.Drift;

/// <summary>The false-alarm policy in words: what the sequential detector promises, and for how many series together.</summary>
public static class AlarmStatement
{
    /// <summary>What may happen at most: <c>at most one false alarm in 365 d</c>.</summary>
    public static string Of(DriftOptions options) => options.Guarantee switch
    {
        Guarantee.Time => $"at most one false alarm in {Length(options.FalseAlarmEvery)}",
        Guarantee.Predictions => $"at most one false alarm in {options.FalseAlarmEveryPredictions.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ')} labeled predictions",
        _ => string.Create(CultureInfo.InvariantCulture, $"a chance of at most {options.FalseAlarmProbability * 100:0.####} % of any false alarm, ever"),
    };

    /// <summary>The same, and for whom: <c>… for this model version and its 4 slices</c>.</summary>
    /// <param name="model">The model's policy.</param>
    /// <param name="sharedBy">How many series share the rate (<see cref="DetectorSnapshot.SharedBy"/>).</param>
    public static string Of(ModelOptions model, int sharedBy)
    {
        string whom = (model.Drift.Group, sharedBy) switch
        {
            (AlarmGroup.Series, _) => "this series alone",
            (AlarmGroup.Service, 1) => "this series, the only one watched",
            (AlarmGroup.Service, _) => $"all {sharedBy} series watched",
            (_, 1) => "this model version",
            _ when model.Views.Watched => $"the {sharedBy} series of this model version",
            (_, 2) => "this model version and its slice",
            _ => $"this model version and its {sharedBy - 1} slices",
        };
        return $"{Of(model.Drift)} for {whom}";
    }

    private static string Length(TimeSpan span) => span switch
    {
        { TotalDays: >= 3 } => Number(span.TotalDays, "d"),
        { TotalHours: >= 3 } => Number(span.TotalHours, "h"),
        { TotalMinutes: >= 3 } => Number(span.TotalMinutes, "min"),
        _ => Number(span.TotalSeconds, "s"),
    };

    private static string Number(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value:0.##} {unit}");
}

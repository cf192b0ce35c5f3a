using System.Diagnostics;
using System.Globalization;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift;

/// <summary>The false-alarm policy in words: what the sequential detector promises, and for how many series together.</summary>
public static class AlarmStatement
{
    /// <summary>What may happen at most: <c>at most one false alarm in 365 d</c>.</summary>
    public static string Of(DriftOptions options) => options.Guarantee switch
    {
        Guarantee.Time => $"at most one false alarm in {Durations.About(options.FalseAlarmEvery)}",
        Guarantee.Predictions => $"at most one false alarm in {options.FalseAlarmEveryPredictions.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ')} labeled predictions",
        Guarantee.Lifetime => string.Create(CultureInfo.InvariantCulture, $"a chance of at most {options.FalseAlarmProbability * 100:0.####} % of any false alarm, ever"),
        _ => throw new UnreachableException(),
    };

    /// <summary>The same, and for whom: <c>… for this model version and its 4 slices</c>.</summary>
    /// <param name="watch">What decides on the model.</param>
    /// <param name="sharedBy">How many series share the rate (<see cref="DetectorSnapshot.SharedBy"/>).</param>
    /// <param name="acrossVersions">Whether the model over all its versions is among them.</param>
    public static string Of(WatchOptions watch, int sharedBy, bool acrossVersions = false)
    {
        string whom = (watch.Drift.Group, sharedBy) switch
        {
            (AlarmGroup.Model, 2) when acrossVersions => "this model version and the model over all versions",
            (AlarmGroup.Model, 3) when acrossVersions && !watch.AllViews => "this model version, its slice and the model over all versions",
            (AlarmGroup.Model, _) when acrossVersions => $"this model version, its {sharedBy - 2} {(watch.AllViews ? "further series" : "slices")} and the model over all versions",
            (AlarmGroup.Series, _) => "this series alone",
            (AlarmGroup.Service, 1) => "this series, the only one watched",
            (AlarmGroup.Service, _) => $"all {sharedBy} series watched",
            (AlarmGroup.Model, 1) => "this model version",
            (AlarmGroup.Model, _) when watch.AllViews => $"the {sharedBy} series of this model version",
            (AlarmGroup.Model, 2) => "this model version and its slice",
            (AlarmGroup.Model, _) => $"this model version and its {sharedBy - 1} slices",
            _ => throw new UnreachableException(),
        };
        return $"{Of(watch.Drift)} for {whom}{(watch.Drift.NullHypothesis == NullHypothesis.Marginal ? ", if claims are true on average over all predictions (marginal null)" : "")}";
    }
}

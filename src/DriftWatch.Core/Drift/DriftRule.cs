using System.Diagnostics;

namespace DriftWatch.Core.Drift;

/// <summary>The rule that watches a series.</summary>
public enum DriftRule : byte
{
    /// <summary>Sequential tests against a tolerance, with a stated false-alarm rate (statistics §6.3). The default.</summary>
    ESr,

    /// <summary>ECE against a threshold, with hysteresis. States no false-alarm rate.</summary>
    Threshold,
    PageHinkley,
    Cusum,
    Adwin,
    Ddm,
    Eddm,
    HddmA,
    HddmW,
    Kswin,
}

public static class DriftRules
{
    public static readonly IReadOnlyList<DriftRule> All = Enum.GetValues<DriftRule>();

    /// <summary>The name in configuration, events, API and reports.</summary>
    public static string Name(this DriftRule rule) => rule switch
    {
        DriftRule.ESr => "e-sr",
        DriftRule.Threshold => "threshold",
        DriftRule.PageHinkley => "page-hinkley",
        DriftRule.Cusum => "cusum",
        DriftRule.Adwin => "adwin",
        DriftRule.Ddm => "ddm",
        DriftRule.Eddm => "eddm",
        DriftRule.HddmA => "hddm-a",
        DriftRule.HddmW => "hddm-w",
        DriftRule.Kswin => "kswin",
        _ => throw new UnreachableException(),
    };
}

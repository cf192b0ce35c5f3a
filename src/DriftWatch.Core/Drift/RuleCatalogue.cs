using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Drift.Sequential;

namespace DriftWatch.Core.Drift;

/// <summary>The rules there are. A row is all that a rule needs to be configured, documented, stored, run, shown and compared.</summary>
public static class RuleCatalogue
{
    /// <summary>In the order of documentation.</summary>
    public static IReadOnlyList<DriftRule> All { get; } =
    [
        EsrRule.Row,
        ThresholdRule.Row,
        PageHinkley.Row,
        Cusum.Row,
        Adwin.Row,
        Ddm.Row,
        Eddm.Row,
        HddmA.Row,
        HddmW.Row,
        Kswin.Row,
        CalibrationCusum.Row,
    ];

    /// <summary>Those that see labeled predictions one by one.</summary>
    public static IReadOnlyList<PairRule> Pairs { get; } = [.. All.OfType<PairRule>()];
}

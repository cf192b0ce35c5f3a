using System.Diagnostics;

namespace DriftWatch.Core.Drift;

/// <summary>How a tolerance in probability and one in log-odds make one band around the claims (statistics §6.2).</summary>
public enum ToleranceForm : byte
{
    /// <summary>One on top of the other: what a policy means that sets either.</summary>
    Sum,

    /// <summary>At each claim the smaller of the two: what holds where a policy sets neither.</summary>
    Tighter,
}

public static class ToleranceForms
{
    /// <summary>The name used in JSON.</summary>
    public static string Name(this ToleranceForm form) => form switch
    {
        ToleranceForm.Sum => "sum",
        ToleranceForm.Tighter => "tighter",
        _ => throw new UnreachableException(),
    };
}

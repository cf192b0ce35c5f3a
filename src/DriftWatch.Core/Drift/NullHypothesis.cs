using System.Diagnostics;

namespace DriftWatch.Core.Drift;

/// <summary>Of whom it is asked that claims are true within the tolerance, where labels are asked for with a probability that depends on more than the claim (statistics §6.13).</summary>
public enum NullHypothesis : byte
{
    /// <summary>Given the claim and what the choice looked at. Labels are not weighted: the most powerful bets, and whoever is labeled more often has more of a say.</summary>
    Conditional,

    /// <summary>Given the claim, on average over everybody with it. Each label stands for 1 ÷ its probability.</summary>
    Marginal,
}

public static class NullHypotheses
{
    /// <summary>As settings, events and the API call it.</summary>
    public static string Name(this NullHypothesis one) => one switch
    {
        NullHypothesis.Conditional => "conditional",
        NullHypothesis.Marginal => "marginal",
        _ => throw new UnreachableException(),
    };
}

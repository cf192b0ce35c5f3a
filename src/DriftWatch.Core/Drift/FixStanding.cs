using System.Diagnostics;

namespace DriftWatch.Core.Drift;

/// <summary>How far it is known whether a fix has helped.</summary>
public enum FixStanding : byte
{
    /// <summary>Nothing is proven, and its time is not over.</summary>
    Open,

    /// <summary>Proven better than what was in use before: the comparison says so.</summary>
    Better,

    /// <summary>Proven worse than what was in use before: the comparison says so.</summary>
    Worse,

    /// <summary>The rule that watches the series has found the drift again, from data of the time after the answer alone.</summary>
    Continues,

    /// <summary>The rule has found the series calibrated again. That the fix did it is likely and not proven.</summary>
    Recovered,

    /// <summary>Its time is over, and nothing was proven.</summary>
    Overdue,
}

public static class FixStandings
{
    /// <summary>The name in events and API.</summary>
    public static string Name(this FixStanding standing) => standing switch
    {
        FixStanding.Open => "open",
        FixStanding.Better => "better",
        FixStanding.Worse => "worse",
        FixStanding.Continues => "continues",
        FixStanding.Recovered => "recovered",
        FixStanding.Overdue => "overdue",
        _ => throw new UnreachableException(),
    };
}

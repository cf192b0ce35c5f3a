namespace DriftWatch.Core.Drift.Sequential;

/// <summary>What is taken for granted of blocks.</summary>
public enum BlockRule : byte
{
    /// <summary>Neighbours may resemble each other: their spread is widened by it.</summary>
    Remembering,

    /// <summary>They repeat without memory, symmetric about their level.</summary>
    Repeating,

    /// <summary>Nothing but that their mean is within the tolerance.</summary>
    Betting,
}

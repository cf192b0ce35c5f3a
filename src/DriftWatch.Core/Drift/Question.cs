namespace DriftWatch.Core.Drift;

/// <summary>The two questions, kept apart (statistics §6.2).</summary>
public enum Question : byte
{
    /// <summary>Do outcomes differ from claims by more than the tolerance?</summary>
    Miscalibrated,

    /// <summary>And is that worse than it was in the reference?</summary>
    Drifted,
}

using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>Since when the slices of a model version hold their data: those of an episode of the whole traffic say which slice it comes from.</summary>
/// <remarks>
/// One for each model version, whatever shares its false-alarm rate: another version's evidence says nothing about how long this one's data are needed. Written by the detector of the
/// whole traffic, read by those of the slices, after it in each step. Belongs to the thread of the series.
/// </remarks>
public sealed class SharedOnset
{
    /// <summary>Onset of the episode of the whole traffic, or of its evidence under way; null: there is neither, and each slice holds what its own evidence needs.</summary>
    public EventTime? KeepFrom { get; set; }

    /// <summary>The detector of the whole traffic: what it knows of claims serves a slice that knows none.</summary>
    internal EsrDetector? Whole { get; set; }

    /// <summary>What the versions of the model leave to each other; null: nothing.</summary>
    public VersionHistories? Histories { get; init; }
}

using System.Collections.Immutable;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Recalibration;

/// <summary>A calibration map with all that has to be known before it is put in: whose, from which outcomes, from when on.</summary>
public sealed record MapDocument
{
    public required string Model { get; init; }

    public required string Version { get; init; }

    /// <summary>The slice that it is for, as <c>dimension=value</c>; null for all traffic.</summary>
    public string? Slice { get; init; }

    /// <summary>The view whose claims it maps: <c>binary</c>, <c>top-label</c>, …, or <c>vector</c>.</summary>
    public required string View { get; init; }

    public required CalibrationMap Map { get; init; }

    /// <summary>Names of the classes in the order of the vectors; empty for a map of one claim.</summary>
    public ImmutableArray<string> Classes { get; init; } = [];

    /// <summary>Claims that the fit has seen; outside of them the map is a guess.</summary>
    public required Interval Seen { get; init; }

    public required MapLineage Lineage { get; init; }

    /// <summary>What the gate said; null in a document that was read.</summary>
    public Recommendation? Gate { get; init; }

    /// <summary>Its checksum, in a document that was read.</summary>
    public string? Checksum { get; init; }

    /// <summary>Predictions from this moment on are meant.</summary>
    public required EventTime ValidFrom { get; init; }
}

/// <summary>What a map was made from.</summary>
/// <param name="Revision">The first map of a model version is 1.</param>
/// <param name="Parent">Checksum of the map before; null for the first.</param>
/// <param name="Episode">The episode of drift that asked for it; null if none did.</param>
/// <param name="N">Labeled predictions.</param>
/// <param name="Positives">Those that came true.</param>
/// <param name="From">The first of them.</param>
/// <param name="To">The last.</param>
/// <param name="SetChecksum">Checksum of the calibration set, where it was written down.</param>
/// <param name="MadeBy">Program and version.</param>
public sealed record MapLineage(int Revision, string? Parent, string? Episode, long N, long Positives, EventTime From, EventTime To, string? SetChecksum, string MadeBy);

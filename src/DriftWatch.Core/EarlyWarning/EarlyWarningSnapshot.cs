using System.Collections.Immutable;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.EarlyWarning.Statistics;
using DriftWatch.Core.EarlyWarning.Watches;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.EarlyWarning;

/// <summary>An immutable picture of what is known of one series without, or before, a decision. What is not known yet is null.</summary>
public sealed record EarlyWarningSnapshot
{
    /// <summary>What the present is compared with; null while it is being gathered.</summary>
    public ReferenceSnapshot? Reference { get; init; }

    /// <summary>While it is gathered: since when, and how many labeled predictions it has.</summary>
    public EventTime? GatheringSince { get; init; }
    public long Gathered { get; init; }

    /// <summary>The newest window whose predictions are in and are enough.</summary>
    public PredictionReading? Predictions { get; init; }

    /// <summary>The newest mature window that had enough predictions.</summary>
    public OutcomeReading? Outcomes { get; init; }

    /// <summary>The confidences of the newest mature window; known without a reference.</summary>
    public ScoreStatistics? Scores { get; init; }

    /// <summary>The newest hour; null for slices.</summary>
    public VolumeReading? Volume { get; init; }

    /// <summary>The newest window of label delays; null for slices.</summary>
    public LabelReading? Labels { get; init; }

    /// <summary>The newest window with enough latencies; null for slices, and where predictions carry none.</summary>
    public LatencyReading? Latency { get; init; }

    /// <summary>The alpha that prediction sets would need now to miss as often as allowed; null for top label.</summary>
    public double? AdaptiveAlpha { get; init; }

    /// <summary>Where the detector stands that watches the coverage of prediction sets; null for slices and where there are none.</summary>
    public DetectorSnapshot? Coverage { get; init; }

    /// <summary>What to look at, by kind.</summary>
    public IReadOnlyList<Warning> Warnings { get; init; } = [];
}

/// <summary>A reference in numbers.</summary>
/// <param name="From">Its start.</param>
/// <param name="To">Its end.</param>
/// <param name="Predictions">Predictions in it.</param>
/// <param name="Labeled">Labeled ones.</param>
/// <param name="Completeness">Labeled ÷ all.</param>
/// <param name="Accuracy">Share right.</param>
/// <param name="ExpectedAuroc">AUROC of its calibration map; null with one kind of outcome.</param>
/// <param name="Regions">How its calibration was.</param>
public sealed record ReferenceSnapshot(
    EventTime From, EventTime To, long Predictions, long Labeled, double Completeness, double Accuracy, double? ExpectedAuroc, ImmutableArray<ReferenceRegion> Regions)
{
    public static ReferenceSnapshot Of(ReferenceWindow reference) => new(
        reference.From, reference.To, reference.Predictions, reference.Labeled, reference.Completeness, reference.Accuracy, reference.Expected.Auroc, reference.Calibration.Regions);
}

using DriftWatch.Core.Agreement;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Serving;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.Monitoring;

/// <summary>What is known of one series.</summary>
public sealed record SeriesSnapshot
{
    public required SeriesKey Key { get; init; }
    public EpisodeState State { get; init; }

    /// <summary>Whether a rule watches it; extra views may be kept only to be looked at.</summary>
    public bool IsJudged => Detector?.Judges != false;

    /// <summary>Where the mean gap over all mature panes lies, with 95 % confidence at all moments at once, however often one looks; only of whole traffic.</summary>
    public Interval? GapAtAllTimes { get; init; }

    /// <summary>The fewest slices of one dimension that explain a running episode of the whole traffic; null where none do, or nothing runs.</summary>
    public IReadOnlyList<Slice>? ExplainedBy { get; init; }

    /// <summary>Where the rule that watches it stands.</summary>
    public DetectorSnapshot? Detector { get; init; }

    /// <summary>What is known of it before, or without, a decision; null where early warnings are switched off.</summary>
    public EarlyWarningSnapshot? EarlyWarning { get; init; }

    /// <summary>How long its answers take; null for slices and further views, and where no prediction said.</summary>
    public LatencySnapshot? Latency { get; init; }

    /// <summary>Who has labeled its predictions, and how judges fare; null for slices and further views, and where nobody asks.</summary>
    public SourcesSnapshot? Sources { get; init; }

    /// <summary>Whether the newest mature judged window had too few labeled predictions (or there was none yet).</summary>
    public bool InsufficientData { get; init; }
    public long Predictions { get; init; }
    public long Matched { get; init; }
    public long Expired { get; init; }
    public EventTime? LastPrediction { get; init; }
    public EventTime? LastMatch { get; init; }

    /// <summary>Event time of the newest request; null if none.</summary>
    public EventTime? LastRequest { get; init; }
    public long Requests { get; init; }

    /// <summary>Requests that were due and not sent, by reason: <c>cooldown</c>, <c>insufficient_labels</c>, <c>disabled</c>, <c>covered</c> (the model version has been requested already), <c>superseded</c> (a newer version has come in its place).</summary>
    public IReadOnlyDictionary<string, long> Suppressed { get; init; } = new Dictionary<string, long>();

    /// <summary>Windows by width, in the order of <see cref="MonitorOptions.Windows"/>.</summary>
    public IReadOnlyList<WindowSeries> Windows { get; init; } = [];

    /// <summary>All labeled predictions since the start of the process.</summary>
    public required WindowSnapshot Total { get; init; }

    /// <summary>What <see cref="Total"/> counts, for numbers that are too dear to compute always; a copy that nobody changes. Null for slices.</summary>
    public CalibrationSketch? TotalSketch { get; init; }

    /// <summary>Cumulative counters of the exported bins, of mature panes; empty for slices.</summary>
    public IReadOnlyList<BinCounter> Bins { get; init; } = [];

    /// <summary>Sum of squared errors of mature panes.</summary>
    public double SquaredErrorSum { get; init; }

    /// <summary>Sum of the log loss of mature panes.</summary>
    public double LogLossSum { get; init; }
}

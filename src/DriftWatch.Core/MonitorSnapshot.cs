using DriftWatch.Calibration;
using DriftWatch.Drift;
using DriftWatch.EarlyWarning;
using DriftWatch.Messages;
using DriftWatch.Series;
using DriftWatch.Windowing;

namespace DriftWatch;

/// <summary>An immutable picture of everything a <see cref="CalibrationMonitor"/> knows: what metrics page, status page and API read.</summary>
public sealed record MonitorSnapshot
{
    /// <summary>How far event time has come; null before the first record.</summary>
    public EventTime? Watermark { get; init; }

    public JoinCounts Join { get; init; } = new();
    public IReadOnlyList<ModelSnapshot> Models { get; init; } = [];
    public IReadOnlyList<SeriesSnapshot> Series { get; init; } = [];

    /// <summary>Episodes, oldest first, running and ended, the newest <c>1000</c>.</summary>
    public IReadOnlyList<Episode> Episodes { get; init; } = [];

    /// <summary>Predictions and outcomes that found no pane, because a series had as many as it may (<see cref="MonitorOptions.MaxPanes"/>).</summary>
    public long Refused { get; init; }

    /// <summary>Values that were folded into "__other__", by what they are: <c>version</c>, <c>slice</c>.</summary>
    public IReadOnlyDictionary<string, long> Overflows { get; init; } = new Dictionary<string, long>();
}

/// <summary>What became of the records that could be read. Counts from the start of the process.</summary>
public sealed record JoinCounts
{
    public long Predictions { get; init; }
    public long Labels { get; init; }
    public long Matched { get; init; }

    /// <summary>Predictions given up for age.</summary>
    public long Expired { get; init; }

    /// <summary>Labels given up for age, or whose prediction was outside the interval.</summary>
    public long Orphaned { get; init; }
    public long DuplicatePredictions { get; init; }
    public long DuplicateLabels { get; init; }

    /// <summary>Labels that replaced an earlier one.</summary>
    public long Corrected { get; init; }
    public long LatePredictions { get; init; }
    public long LateLabels { get; init; }

    /// <summary>Labels that their prediction's view could not read.</summary>
    public long Unreadable { get; init; }

    /// <summary>Entries given up for want of room, matched ones that only caught duplicates among them.</summary>
    public long Evicted { get; init; }

    /// <summary>Predictions among <see cref="Evicted"/> that still waited for their label; they do not count as expired.</summary>
    public long EvictedPredictions { get; init; }

    /// <summary>Labels among <see cref="Evicted"/> that still waited for their prediction.</summary>
    public long EvictedLabels { get; init; }

    /// <summary>Predictions waiting for their label now.</summary>
    public long Pending { get; init; }

    /// <summary>Labels waiting for their prediction now.</summary>
    public long WaitingLabels { get; init; }
}

/// <summary>What is known of one model over all its versions.</summary>
public sealed record ModelSnapshot
{
    public required string Model { get; init; }
    public required ModelOptions Options { get; init; }
    public long Labels { get; init; }
    public long Pending { get; init; }
    public long Orphaned { get; init; }

    /// <summary>Labels that the view of their prediction could not read.</summary>
    public long Unreadable { get; init; }

    /// <summary>Joined predictions by event-time delay of the label: counts of <see cref="LabelDelays.UpperBounds"/> and one more above.</summary>
    public IReadOnlyList<long> DelayCounts { get; init; } = [];

    /// <summary>Sum of the delays in seconds; negative delays count as they are.</summary>
    public double DelaySumSeconds { get; init; }
}

public static class LabelDelays
{
    /// <summary>Upper bounds of the delay histogram in seconds, 1 s to 7 d.</summary>
    public static readonly IReadOnlyList<double> UpperBounds = [1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 12 * 3600, 86_400, 3 * 86_400, 7 * 86_400];
}

/// <summary>What is known of one series.</summary>
public sealed record SeriesSnapshot
{
    public required SeriesKey Key { get; init; }
    public EpisodeState State { get; init; }

    /// <summary>Whether a rule watches it; extra views may be kept only to be looked at.</summary>
    public bool IsJudged => Detector?.Rule != Unwatched.Name;

    /// <summary>Where the mean gap over all mature panes lies, with 95 % confidence at all moments at once, however often one looks; only of whole traffic.</summary>
    public Interval? GapAtAllTimes { get; init; }

    /// <summary>The fewest slices of one dimension that explain a running episode of the whole traffic; null where none do, or nothing runs.</summary>
    public IReadOnlyList<Slice>? ExplainedBy { get; init; }

    /// <summary>Where the rule that watches it stands.</summary>
    public DetectorSnapshot? Detector { get; init; }

    /// <summary>What is known of it before, or without, a decision; null where early warnings are switched off.</summary>
    public EarlyWarningSnapshot? EarlyWarning { get; init; }

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

    /// <summary>Requests that were due and not sent, by reason: <c>cooldown</c>, <c>insufficient_samples</c>, <c>disabled</c>, <c>covered</c> (the model version has been requested already).</summary>
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

/// <summary>The windows of one width.</summary>
/// <param name="Width">Their width.</param>
/// <param name="History">Windows with at least one prediction, oldest first: sealed ones (bounded), then mature, maturing and open ones. The last is provisional.</param>
/// <param name="NewestMature">The newest mature window of <paramref name="History"/>; null before the first.</param>
public sealed record WindowSeries(TimeSpan Width, IReadOnlyList<WindowSnapshot> History, WindowSnapshot? NewestMature)
{
    /// <summary>What <see cref="NewestMature"/> counts, for numbers that are too dear to compute always; a copy that nobody changes. Null for slices.</summary>
    public CalibrationSketch? Sketch { get; init; }
}

/// <summary>Cumulative sums of one exported bin.</summary>
/// <param name="Upper">Its upper edge.</param>
/// <param name="Count">Labeled predictions.</param>
/// <param name="SumConfidence">Sum of their confidences.</param>
/// <param name="Positives">Outcomes that came true.</param>
/// <param name="SumVariance">Sum of p(1 − p): the variance that the positives would have if the model were calibrated.</param>
public readonly record struct BinCounter(double Upper, long Count, double SumConfidence, long Positives, double SumVariance);

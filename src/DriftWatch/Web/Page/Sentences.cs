using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;
using DriftWatch.Json;
using DriftWatch.Pipeline;
using System.Diagnostics;

namespace DriftWatch.Web.Page;

/// <summary>What the numbers mean, in plain words.</summary>
internal static class Sentences
{
    /// <summary>What outcomes do against the claims.</summary>
    /// <param name="direction">What the rule said; null if it cannot tell.</param>
    /// <param name="gap">Mean confidence − base rate of the evidence, where known.</param>
    public static string Of(Direction? direction, double? gap)
    {
        string by = gap is { } g && Math.Abs(g) >= 0.0005 ? $" by {Math.Abs(g) * 100:0.0} points" : "";
        return DirectionText.Of(direction).Sentence + (direction is Direction.ShiftDown or Direction.ShiftUp ? by : "") + ".";
    }

    /// <summary>The verdict on a series, as the heading of its section.</summary>
    public static string Verdict(SeriesSnapshot series, ServiceSnapshot snapshot)
    {
        if (!series.IsJudged) return "Kept to be looked at: no rule judges it, unless watchViews is set.";
        var rule = snapshot.Options.For(series.Key.Model).Threshold;
        var state = CalibrationStates.Of(series);
        var running = snapshot.Monitor.Episodes.LastOrDefault(e => e.Series == series.Key && e.Versions is null && e.Recovered is null);
        if (state is not CalibrationState.Drifting && series.Detector is { SharedBy: not null } detector)
        {
            var metrics = JudgedWindow(series, rule)?.Metrics;
            if (EvidenceText.Verdict(detector, state == CalibrationState.Warning, new(metrics?.Ece, metrics?.EceNull)) is { } sentence) return sentence;
        }

        return state switch
        {
            CalibrationState.Drifting when running is not null => Of(running.Direction, GapNow(series, running, rule)),
            CalibrationState.Drifting => Of(null, null),
            CalibrationState.Warning when snapshot.Options.For(series.Key.Model).Rule.JudgesWindows => $"Evidence is accumulating: {rule.Windows} windows in a row above {rule.Raise:0.###} make an episode.",
            CalibrationState.Warning => "Evidence against the claims is accumulating.",
            CalibrationState.WarmingUp => "No window has matured yet.",
            CalibrationState.InsufficientData => "Too few labeled predictions to judge.",
            CalibrationState.Calibrated when !snapshot.Options.For(series.Key.Model).Requests.Enabled => "Watched and judged; requests are disabled for this model.",
            CalibrationState.Calibrated => Calm(JudgedWindow(series, rule)),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>What the series waits for; null if for nothing.</summary>
    public static string? WaitsFor(SeriesSnapshot series, WindowSeries? windows, ServiceSnapshot snapshot)
    {
        var options = snapshot.Options.For(series.Key.Model);
        if (windows?.History.FirstOrDefault(w => !w.Mature) is { } next && snapshot.Monitor.Watermark is { } watermark)
        {
            var until = next.End + options.MaturityAge(snapshot.Options.OutOfOrderness);
            string stretch = Show.Stretch(next.Start, next.End, snapshot.Options);
            return watermark < next.End
                ? $"Open: the window {stretch} still takes predictions; its labels are awaited until {Show.Moment(until, snapshot.Options)}, {Durations.About(until - watermark)} of event time from now."
                : $"Maturing: labels of the window {stretch} are awaited until {Show.Moment(until, snapshot.Options)}, {Durations.About(until - watermark)} of event time from now.";
        }

        return windows?.History.Count > 0 ? null : "No window has a prediction yet.";
    }

    /// <summary>What a topic's retention took away, and how to keep it from happening again.</summary>
    public static string Lost(StreamSnapshot stream) =>
        $"The retention of topic {stream.Topic} deleted {Show.Count(stream.LostRecords)} {(stream.LostRecords == 1 ? "record" : "records")} before they were read. "
        + "The numbers lack them for good. Set the topic's retention to the join's retention plus the longest downtime.";

    /// <summary>What it means that a restore came out different.</summary>
    public const string Mismatch =
        "The restored state does not match what was committed: a source no longer returns what was read from it (retention, compaction). Some numbers may lack or repeat records; the log names the epochs.";

    /// <summary>How far the judged window is from being judged; null if it is.</summary>
    public static string? NeedsLabels(SeriesSnapshot series, WindowSnapshot? window, ServiceSnapshot snapshot)
    {
        // Only this rule judges windows; the others gather over them.
        if (!snapshot.Options.For(series.Key.Model).Rule.JudgesWindows) return null;
        int needed = snapshot.Options.For(series.Key.Model).Threshold.MinLabeled;
        return window is not null && window.Labeled < needed
            ? $"Needs {Show.Count(needed)} labeled predictions in a window to be judged, has {Show.Count(window.Labeled)}."
            : null;
    }

    /// <summary>The gap of the last judged window before the decision: the number behind an episode's sentence.</summary>
    public static double? GapAt(SeriesSnapshot? series, Episode episode, ThresholdOptions rule) => series?.Windows
        .FirstOrDefault(w => w.Width == rule.Window)?.History
        .LastOrDefault(w => w.End <= episode.Fired && w.Mature && w.Labeled >= rule.MinLabeled)?.Metrics.Gap;

    /// <summary>The gap of today, unless it points the other way by now: then that of the decision.</summary>
    private static double? GapNow(SeriesSnapshot series, Episode episode, ThresholdOptions rule)
    {
        double? then = GapAt(series, episode, rule);
        return JudgedWindow(series, rule) is { Metrics.Gap: { } now } window && window.Labeled >= rule.MinLabeled && now * (then ?? now) > 0 ? now : then;
    }

    private static WindowSnapshot? JudgedWindow(SeriesSnapshot series, ThresholdOptions rule) =>
        (series.Windows.FirstOrDefault(w => w.Width == rule.Window) ?? (series.Windows is [var first, ..] ? first : null))?.NewestMature;

    private static string Calm(WindowSnapshot? window)
    {
        if (window?.Metrics is not { Ece: { } ece, EceNull: { } floor }) return "The probabilities mean what they say.";
        return ece <= floor * 1.3
            ? $"The probabilities mean what they say: an ECE of {ece:0.000} is what chance alone shows ({floor:0.000})."
            : $"The probabilities mean what they say within the tolerance: ECE {ece:0.000}, of which chance explains {floor:0.000}.";
    }
}

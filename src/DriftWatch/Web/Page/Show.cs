using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Json;
using System.Diagnostics;

namespace DriftWatch.Web.Page;

/// <summary>Numbers, times and names as the page writes them.</summary>
internal static class Show
{
    /// <summary>What stands where there is nothing to show.</summary>
    public const string Nothing = "–";

    /// <summary>An error of calibration as on the metrics page: three digits after the point.</summary>
    public static string Ratio(double? value) => value is { } v ? $"{v:0.000}" : Nothing;

    public static string Percent(double? value, int digits = 1) => value is { } v ? (v * 100).ToString("F" + digits) + " %" : Nothing;

    /// <summary>A difference of two probabilities in percentage points, with its sign.</summary>
    public static string Points(double? value) => value is { } v ? $"{v * 100:+0.0;−0.0;0.0}" : Nothing;

    public static string Interval(double? low, double? high) => low is { } l && high is { } h ? $"{l:0.000} – {h:0.000}" : Nothing;

    /// <summary>A metric of the catalogue in its unit.</summary>
    public static string Metric(Metric metric, double? value) => value is not { } v ? Nothing : metric.Unit switch
    {
        MetricUnit.Ratio or MetricUnit.Score => $"{v:0.0000}",
        MetricUnit.Difference => $"{v:+0.0000;−0.0000;0.0000}",
        MetricUnit.Count => Count((long)v),
        _ => throw new UnreachableException(),
    };

    /// <summary>A count with thin spaces between thousands.</summary>
    public static string Count(long value) => value.ToString("N0").Replace(',', '\u202F');

    /// <summary>A rate in at most three digits.</summary>
    public static string Rate(double perSecond) => perSecond switch
    {
        0 => "0",
        < 10 => $"{perSecond:0.0}",
        < 10_000 => Count((long)Math.Round(perSecond)),
        < 1e6 => $"{perSecond / 1e3:0} k",
        _ => $"{perSecond / 1e6:0.0} M",
    };

    /// <summary>A wait in milliseconds or seconds, in at most three digits.</summary>
    public static string Wait(double seconds) => seconds < 0.9995 ? $"{seconds * 1000:0.#} ms" : $"{seconds:0.0#} s";

    public static string Bytes(long bytes) => bytes switch
    {
        < 1000 => $"{bytes} B",
        < 1_000_000 => $"{bytes / 1e3:0.#} kB",
        _ => $"{bytes / 1e6:0.#} MB",
    };

    /// <summary>Event time, to the second.</summary>
    public static string Time(EventTime? time) => time is { } t ? t.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss") : Nothing;

    /// <summary>Event time as finely as windows need it: to the minute, or to the second where a width is not in whole minutes.</summary>
    public static string Moment(EventTime time, MonitorOptions options) => time.ToDateTimeOffset().ToString("yyyy-MM-dd " + Clock(options));

    /// <summary>How the time of day is written: the same on the whole page.</summary>
    public static string Clock(MonitorOptions options) => options.Windows.Any(width => width.Ticks % TimeSpan.TicksPerMinute != 0) ? "HH:mm:ss" : "HH:mm";

    /// <summary>A window's stretch; the day is said once where it is the same.</summary>
    public static string Stretch(EventTime start, EventTime end, MonitorOptions options)
    {
        var (from, to) = (start.ToDateTimeOffset(), end.ToDateTimeOffset());
        return $"{Moment(start, options)} – {(from.Date == to.Date ? to.ToString(Clock(options)) : Moment(end, options))}";
    }

    /// <summary>Where an onset lies, to follow it.</summary>
    public static string Within(OnsetInterval? interval, MonitorOptions options) =>
        interval is var (from, to) ? $" (95 %: {Stretch(from, to, options)})" : "";

    /// <summary>How long ago by the host's clock.</summary>
    public static string Ago(DateTimeOffset? time, DateTimeOffset now) => time switch
    {
        null => "never",
        { } t when t == default => "never",
        { } t when t > now.AddSeconds(2) => $"in {Durations.About(t - now)}",
        { } t when now - t < TimeSpan.FromSeconds(2) => "just now",
        { } t => $"{Durations.About(now - t)} ago",
    };

    /// <summary>A version as people say it; records need not name one.</summary>
    public static string Version(string version) => version.Length == 0 ? "(no version)" : version;

    /// <summary>Which question the confidences answer.</summary>
    public static string View(SeriesKey key) => key.View switch
    {
        Core.Series.View.Binary => "binary: P(positive)",
        Core.Series.View.Folded => "folded: P(the predicted side comes true)",
        Core.Series.View.PredictedClass => $"predicted {key.Class}: P(it is {key.Class}), of those that say so",
        Core.Series.View.OneClass => $"class {key.Class} against the rest: P({key.Class}), of all",
        Core.Series.View.TopLabel => "top label: P(predicted class is right)",
        _ => throw new UnreachableException(),
    };

    public static string State(CalibrationState state, DetectorWait? waits = null) => state switch
    {
        CalibrationState.InsufficientData when waits == DetectorWait.MissingLabels => "waits for labels",
        CalibrationState.WarmingUp or CalibrationState.InsufficientData when waits is DetectorWait.LearningClaims or DetectorWait.LearningDependence => "learning",
        CalibrationState.WarmingUp => "warming up",
        CalibrationState.InsufficientData => "too few labels",
        CalibrationState.Calibrated => "calibrated",
        CalibrationState.Warning => "warning",
        CalibrationState.Drifting => "drifting",
        _ => throw new UnreachableException(),
    };

    public static string Episode(EpisodeState state) => state switch
    {
        EpisodeState.Firing => "firing",
        EpisodeState.Cooling => "requested, waiting for recovery",
        EpisodeState.Pending => "evidence accumulating",
        EpisodeState.Recovered => "recovered",
        EpisodeState.Answered => "fix in use, waiting for its proof",
        EpisodeState.Dismissed => "dismissed, waiting for recovery",
        EpisodeState.Ineffective => "fix ineffective, waiting for recovery or another answer",
        EpisodeState.Worsened => "fix made it worse, rollback requested",
        EpisodeState.Inactive => "inactive",
        _ => throw new UnreachableException(),
    };
}

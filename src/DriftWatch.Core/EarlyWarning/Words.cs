using DriftWatch.Core.Time;

namespace DriftWatch.Core.EarlyWarning;

/// <summary>Numbers in sentences.</summary>
internal static class Words
{
    public static string Percent(double share) => $"{100 * share:0.0} %";

    /// <summary>What a change was made of, in points.</summary>
    public static string Parts(double traffic, double calibration) =>
        traffic <= 0 && calibration <= 0
            ? $"{-100 * traffic:0.0} points of the drop are traffic, {-100 * calibration:0.0} calibration"
            : $"traffic {Gave(traffic)} {Math.Abs(100 * traffic):0.0} points, calibration {Gave(calibration)} {Math.Abs(100 * calibration):0.0}";

    public static string Latency(TimeSpan latency) => latency.TotalSeconds < 1 ? $"{latency.TotalMilliseconds:0.##} ms" : $"{latency.TotalSeconds:0.##} s";

    public static string Time(EventTime time) => $"{time.ToDateTimeOffset():yyyy-MM-dd HH:mm}";

    private static string Gave(double part) => part < 0 ? "took" : "gave";
}

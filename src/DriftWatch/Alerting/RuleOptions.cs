using DriftWatch.Core.Time;
using DriftWatch.Options;

namespace DriftWatch.Alerting;

/// <summary>What the rules depend on that no series tells them. Thresholds, horizons and minima of models come as series: changing one needs no other rules.</summary>
internal sealed record RuleOptions
{
    /// <summary>Equal-width bins of the exported counters: the degrees of freedom of the chi-square.</summary>
    public int Bins { get; init; } = 10;

    /// <summary>Widths of the windows on the metrics page, at least one.</summary>
    public IReadOnlyList<TimeSpan> Windows { get; init; } = [];

    /// <summary>Job of the scrape configuration.</summary>
    public string Job { get; init; } = "driftwatch";

    /// <summary>Where the runbooks are published, without the last slash.</summary>
    public string Runbooks { get; init; } = "https://github.com/driftwatch/driftwatch/blob/main/docs/runbooks";

    /// <summary>Where Grafana is reached, without the last slash.</summary>
    public string Dashboards { get; init; } = "http://127.0.0.1:3000";

    public static RuleOptions Of(DriftWatchOptions options) => new() { Bins = options.Monitor.ExportedBins, Windows = options.Monitor.Windows };

    /// <summary>The tag of the widest window.</summary>
    public string WidestWindow => Durations.Name(Windows.Max());

    /// <summary>A matcher of the windows of six hours and more, or of the widest where none is.</summary>
    public string WideWindows
    {
        get
        {
            string[] wide = [.. Windows.Where(width => width >= TimeSpan.FromHours(6)).Order().Select(Durations.Name)];
            return wide.Length == 0 ? WidestWindow : string.Join('|', wide);
        }
    }
}

using System.Diagnostics;
using System.Globalization;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Comparison;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Serving;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;
using DriftWatch.Json;
using Spectre.Console;

namespace DriftWatch.Replay;

/// <summary>A replay for people: what came in, what met, how calibrated each series was, what would have fired.</summary>
internal static class ReplayReport
{
    /// <summary>Series that get a table of their own; the others get a line each.</summary>
    private const int DetailedSeries = 5;

    /// <summary>Newest windows shown per series; the JSON document has all.</summary>
    private const int ShownWindows = 60;

    private const int ShownSlices = 40;

    public static void Write(IAnsiConsole console, ReplayRequest request, ReplayResult result)
    {
        WriteInput(console, request, result);
        var series = result.Snapshot.Series.OrderBy(one => one.Key, SeriesOrder.Instance).ToList();
        foreach (var one in series.Where(one => one.Key.IsWhole).Take(DetailedSeries)) WriteWindows(console, result, one);
        WriteSummary(console, result, [.. series.Where(one => !one.Key.IsWhole), .. series.Where(one => one.Key.IsWhole).Skip(DetailedSeries)]);
        ReplayDriftReport.Write(console, [.. series.Where(one => one.IsJudged).OrderByDescending(one => one.Key.IsWhole).ThenByDescending(one => one.Total.Labeled).Take(ShownSlices)]);
        if (result.AsksExact) WriteExact(console, result, [.. series.Where(one => one.Key.IsWhole).Take(DetailedSeries)]);
        if (result.Compares) WriteComparison(console, result, [.. series.Where(one => one.Key.IsWhole).Take(DetailedSeries)]);
        WriteEpisodes(console, result);
        WriteComparisons(console, result);
    }

    private static void WriteInput(IAnsiConsole console, ReplayRequest request, ReplayResult result)
    {
        var join = result.Snapshot.Join;
        var grid = new Spectre.Console.Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        Add("predictions", $"{Count(result.PredictionRows)} rows");
        Add("labels", $"{Count(result.LabelRows)} rows");
        foreach (var (reason, rows) in result.Rejected) Add("rejected", $"{Count(rows)} {reason.Name()}");
        foreach (string warning in result.Warnings) Add("warning", warning);
        if (join.DuplicatePredictions + join.DuplicateLabels > 0)
        {
            Add("duplicates", $"{Count(join.DuplicatePredictions)} predictions, {Count(join.DuplicateLabels)} labels");
        }

        Add("horizon", Horizon(request, result));
        Add("joined", $"{Count(join.Matched)} matched, {Count(join.Expired)} expired, {Count(join.Pending)} pending, {Count(result.Orphaned)} labels without prediction");
        foreach (var model in result.Snapshot.Models.Where(model => model.Undeclared is { Negative.Count: > 0 } or { Others: > 0 }).OrderBy(model => model.Model, StringComparer.Ordinal))
        {
            Add("seen as negative", $"{model.Model}: {model.Undeclared!.Summary} (as positive: {model.Undeclared.Positive} {Count(model.Undeclared.Positives)})");
        }

        foreach (var model in result.Snapshot.Models.OrderBy(model => model.Model, StringComparer.Ordinal))
        {
            if (OrphanText.Of(model.Orphans) is { Length: > 0 } orphans) Add("orphaned", $"{model.Model}: {orphans}");
        }

        foreach (var one in result.Snapshot.Series.Where(one => one.Latency is not null).OrderBy(one => one.Key, SeriesOrder.Instance)) Add("latency", $"{Name(one.Key)}: {Latency(one.Latency!)}");
        console.Write(grid);

        void Add(string name, string value) => grid.AddRow(new Text(name), new Text(value));
    }

    private static string Horizon(ReplayRequest request, ReplayResult result)
    {
        string slowest = Durations.Format(result.LongestDelay);
        if (request.Horizon is { } asked) return $"{Durations.Format(asked)} (slowest label: {slowest})";
        var horizons = result.Snapshot.Models.Select(model => model.Options.Join.Horizon).Distinct().Order().ToList();
        return request.HasHorizon || request.ModelsWithHorizon.Count > 0
            ? $"{string.Join(", ", horizons.Select(Durations.Format))} as configured (slowest label: {slowest})"
            : $"{slowest}: the slowest label; --horizon sets another";
    }

    private static string Latency(LatencySnapshot latency)
    {
        string unreadable = latency.Unreadable > 0 ? $"{Counted(latency.Unreadable, "prediction")} with a latency that cannot be read (expected {ServingLatency.Expected})" : "";
        if (latency.Total is not { } total) return unreadable;
        return $"p50 {Milliseconds(total.P50)}, p95 {Milliseconds(total.P95)}, p99 {Milliseconds(total.P99)} over {Count(total.Count)} predictions{(unreadable.Length > 0 ? $"; {unreadable}" : "")}";

        static string Milliseconds(TimeSpan latency) => string.Create(CultureInfo.InvariantCulture, $"{latency.TotalMilliseconds:0.##} ms");
    }

    private static void WriteWindows(IAnsiConsole console, ReplayResult result, SeriesSnapshot series)
    {
        console.WriteLine();
        console.Write(new Text($"{Name(series.Key)}, {series.Key.ViewName}", new Style(decoration: Decoration.Bold)));
        console.WriteLine();
        var windows = series.Windows.SelectMany(width => width.History).ToList();
        var table = CalibrationTable("window");
        foreach (var window in windows.TakeLast(ShownWindows))
        {
            AddRow(table, WindowName(window), window, window.Mature ? "" : "labels still due");
        }

        AddRow(table, "total", series.Total, "");
        table.WriteTo(console);
        if (windows.Count > ShownWindows) console.WriteLine($"The newest {ShownWindows} of {Counted(windows.Count, "window")}; --json has all.");
    }

    private static void WriteSummary(IAnsiConsole console, ReplayResult result, List<SeriesSnapshot> series)
    {
        if (series.Count == 0) return;
        console.WriteLine();
        var table = CalibrationTable("series");
        foreach (var one in series.OrderByDescending(one => one.Total.Labeled).Take(ShownSlices))
        {
            AddRow(table, Name(one.Key), one.Total, "");
        }

        table.WriteTo(console);
        if (series.Count > ShownSlices) console.WriteLine($"The {ShownSlices} largest of {Count(series.Count)} series; --json has all.");
    }

    private static void WriteExact(IAnsiConsole console, ReplayResult result, List<SeriesSnapshot> series)
    {
        console.WriteLine();
        if (result.Exact is not { } exact)
        {
            console.WriteLine($"No exact numbers: there are more than {Count(Pairs.DefaultCapacity)} labeled predictions, the most that replay holds one by one.");
            return;
        }

        foreach (var one in series)
        {
            console.Write(new Text($"{Name(one.Key)}, {one.Key.ViewName}: the total, exactly", new Style(decoration: Decoration.Bold)));
            console.WriteLine();
            ExactReport.Write(console, exact.OfTotal(one.Key, one.Total));
        }
    }

    private static void WriteComparison(IAnsiConsole console, ReplayResult result, List<SeriesSnapshot> series)
    {
        console.WriteLine();
        if (result.Comparison is not { } comparison)
        {
            console.WriteLine($"No comparison: there are more than {Count(Pairs.DefaultCapacity)} labeled predictions, the most that replay holds one by one.");
            return;
        }

        foreach (var one in series)
        {
            console.Write(new Text($"{Name(one.Key)}, {one.Key.ViewName}: the total as other libraries compute it", new Style(decoration: Decoration.Bold)));
            console.WriteLine();
            ComparisonReport.Write(console, comparison.OfTotal(one.Key, one.Total));
        }
    }

    private static void WriteEpisodes(IAnsiConsole console, ReplayResult result)
    {
        var episodes = result.Snapshot.Episodes.OrderBy(episode => episode.Fired).ThenBy(episode => episode.Series, SeriesOrder.Instance).ToList();
        console.WriteLine();
        if (result.NothingJudged.Count > 0)
        {
            console.WriteLine("Nothing was judged.");
            foreach (string reason in result.NothingJudged) console.WriteLine(reason);
            return;
        }

        if (episodes.Count == 0)
        {
            console.WriteLine("No episode: nothing would have fired.");
            return;
        }

        var table = new FittingTable(
            ("series", Justify.Left, 9), ("onset", Justify.Left, 5), ("fired", Justify.Left, 9), ("recovered", Justify.Left, 8),
            ("after", Justify.Right, 4), ("outcomes", Justify.Left, 7), ("ln E", Justify.Right, 5), ("95 % of onset", Justify.Left, 2), ("request", Justify.Left, 3));
        foreach (var episode in episodes)
        {
            table.Add(
                Name(episode.Series) + (episode.Versions is { } versions ? $" (all versions: {versions})" : ""),
                episode.Onset.ToString(),
                episode.Fired.ToString(),
                (episode.Recovered?.ToString() ?? "not yet") + (episode.SupersededBy is { } version ? $" (version {version} came)" : ""),
                $"{Count(episode.PredictionsToFire)} labeled",
                Outcomes(episode),
                episode.LogEvidence?.ToString("0.0", CultureInfo.InvariantCulture) ?? "",
                episode.OnsetInterval is var (from, to) ? $"{from} to {to}" : "",
                episode.RequestId ?? "held back");
        }

        table.WriteTo(console);
        int requested = result.Requests.Count(request => request.Kind == RequestKind.Requested);
        console.WriteLine(
            $"{Counted(episodes.Count, "episode")}; {Counted(requested, "recalibration request")} and {Counted(result.Requests.Count - requested, "resolution")} would have been published.");
    }

    /// <summary>What labels say of versions that scored the same requests.</summary>
    private static void WriteComparisons(IAnsiConsole console, ReplayResult result)
    {
        if (result.Snapshot.Comparisons.Count == 0) return;
        console.WriteLine();
        foreach (var (one, found) in result.Snapshot.Comparisons.Select(one => (one, one.Found)))
        {
            string gain = found.Gain is { } bounds ? FormattableString.Invariant($" (gain {bounds.Lower:0.####} to {bounds.Upper:0.####} nats at all times)") : "";
            string when = (found.WorseAt ?? found.BetterAt) is { } at ? $", shown by {at}" : "";
            console.WriteLine($"{one.Model}/{one.Candidate} against {one.Current}{(one.Slice is { } slice ? $", {slice}" : "")}: {found.Verdict.Name()}{when}, on {Count(found.Labeled)} labeled requests{gain}.");
        }
    }

    private static string Outcomes(Episode episode) => DirectionText.Of(episode.Direction).Name + DirectionText.Details(episode.Temperature, episode.Region);

    private static readonly IReadOnlyList<WindowMetric> Columns = [.. WindowMetrics.All.Where(metric => metric.Column is not null)];

    private static FittingTable CalibrationTable(string what) => new(
        [(what, Justify.Left, 9), ("n", Justify.Right, 8), .. Columns.Select(metric => (metric.Title, Justify.Right, metric.Column!.Value)), ("95 % of ECE", Justify.Right, 5), ("", Justify.Left, 4)]);

    private static void AddRow(FittingTable table, string name, WindowSnapshot window, string note) =>
        table.Add([name, Count(window.Labeled), .. Columns.Select(metric => Number(metric, window.Metrics[metric])), Interval(window.Metrics), note]);

    public static string Name(SeriesKey series)
    {
        string name = series.Version.Length == 0 ? series.Model : $"{series.Model}/{series.Version}";
        if (!series.View.IsMain()) return $"{name}, {series.ViewName}";
        return series.Slice is null ? name : $"{name}/{series.Slice}";
    }

    private static string WindowName(WindowSnapshot window) => $"{window.Start} {Durations.Format(window.End - window.Start)}";

    private static string Interval(CalibrationReport metrics) =>
        metrics is { EceLower: { } lower, EceUpper: { } upper } ? $"{Number(lower)} to {Number(upper)}" : "";

    private static string Number(Metric metric, double? value) => metric.Unit switch
    {
        MetricUnit.Difference => value?.ToString("+0.0000;-0.0000;0.0000", CultureInfo.InvariantCulture) ?? "",
        MetricUnit.Count => value is { } count ? Count((long)count) : "",
        MetricUnit.Ratio or MetricUnit.Score => Number(value),
        _ => throw new UnreachableException(),
    };

    private static string Number(double? value) => value?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "";

    private static string Counted(long count, string what) => $"{Count(count)} {what}{(count == 1 ? "" : "s")}";

    private static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');
}

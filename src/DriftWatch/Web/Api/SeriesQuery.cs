using System.Text.Json;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Events;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Json;
using DriftWatch.Pipeline;
using Microsoft.AspNetCore.Http;

namespace DriftWatch.Web.Api;

/// <summary><c>/api/v1/series?model=&amp;version=&amp;slice=&amp;view=&amp;window=&amp;smooth=</c>: the windows of one model's series, newest last.</summary>
/// <remarks>
/// Without <c>version</c>, all versions; without <c>slice</c>, the whole traffic; <c>slice=dim=value</c> one slice, <c>slice=*</c> all of them;
/// without <c>view</c>, what each record is counted in; <c>view=folded</c>, <c>view=class:cat</c> a further view, <c>view=*</c> all of them.
/// <c>window</c> is one of the configured widths, the narrowest by default. <c>smooth=true</c> adds <c>smoothEce</c>: computed for the total
/// and the newest mature window of whole traffic, whose fine bins the snapshot carries, and null for all others.
/// </remarks>
internal static class SeriesQuery
{
    public static Task Answer(HttpContext context, ServiceSnapshot snapshot)
    {
        if (!snapshot.HasState) return Problems.NoState(context, snapshot);
        var query = context.Request.Query;
        string? model = query["model"], version = query["version"], slice = query["slice"], look = ViewName.Canonical(query["view"]), window = query["window"];

        var series = snapshot.Monitor.Series;
        var models = series.Select(s => s.Key.Model);
        if (string.IsNullOrEmpty(model)) return Problems.BadParameter(context, "model", "Say which model: ?model=…", models);
        List<SeriesSnapshot> found = [.. series.Where(s => s.Key.Model == model)];
        if (found.Count == 0) return Problems.Unknown(context, "model", model, models);

        if (version is not null)
        {
            var versions = found.Select(s => s.Key.Version).ToList();
            found = [.. found.Where(s => s.Key.Version == version)];
            if (found.Count == 0) return Problems.Unknown(context, "version", version, versions);
        }

        if (slice != "*")
        {
            string wanted = slice ?? "";
            var slices = found.Select(s => s.Key.Slice?.ToString()).OfType<string>().ToList();
            found = [.. found.Where(s => (s.Key.Slice?.ToString() ?? "") == wanted)];
            if (found.Count == 0) return Problems.Unknown(context, "slice", wanted, slices);
        }

        if (look != "*")
        {
            var views = found.Select(s => s.Key.ViewName).ToList();
            found = [.. found.Where(s => string.IsNullOrEmpty(look) ? s.Key.View.IsMain() : s.Key.ViewName == look)];
            if (found.Count == 0) return Problems.Unknown(context, "view", look ?? "", views);
        }

        var widths = snapshot.Options.Windows.Select(Durations.Name).ToList();
        int width = string.IsNullOrEmpty(window) ? 0 : widths.IndexOf(window);
        if (width < 0) return Problems.BadParameter(context, "window", $"There is no window '{window}'.", widths);

        string? smooth = query["smooth"];
        if (smooth is not (null or "true" or "false")) return Problems.BadParameter(context, "smooth", "Say true or false.", ["true", "false"]);

        return ApiEndpoints.Answer(context, json => Write(json, snapshot.Options, found, widths, width, smooth == "true"));
    }

    private static void Write(Utf8JsonWriter json, MonitorOptions options, List<SeriesSnapshot> found, List<string> widths, int width, bool smooth)
    {
        json.WriteStartObject();
        json.WriteString("window", width < widths.Count ? widths[width] : null);
        json.WriteStartArray("widths");
        foreach (string name in widths) json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteStartArray("series");
        foreach (var series in found)
        {
            json.WriteStartObject();
            SnapshotJson.WriteSeries(json, series.Key);
            json.WriteString("state", series.IsJudged ? CalibrationStates.Of(series).Name() : null);
            DetectorJson.WriteMember(json, series.Detector, options.For(series.Key.Model));
            WindowJson.WriteInterval(json, "gapAtAllTimes", series.GapAtAllTimes);
            if (series.ExplainedBy is { } slices)
            {
                json.WriteStartArray("explainedBy");
                foreach (var slice in slices) json.WriteStringValue(slice.ToString());
                json.WriteEndArray();
            }
            else
            {
                json.WriteNull("explainedBy");
            }
            json.WritePropertyName("total");
            SnapshotJson.WriteWindow(json, series.Total, Smooth(series.TotalSketch));
            json.WriteStartArray("windows");
            if (width < series.Windows.Count)
            {
                var windows = series.Windows[width];
                foreach (var window in windows.History)
                {
                    SnapshotJson.WriteWindow(json, window, Smooth(ReferenceEquals(window, windows.NewestMature) ? windows.Sketch : null));
                }
            }

            json.WriteEndArray();
            LatencyJson.Write(json, series.Latency);
            SourcesJson.Write(json, series.Sources);
            EarlyWarningJson.Write(json, series.EarlyWarning);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();

        Asked<double?> Smooth(CalibrationSketch? sketch) => new(smooth, smooth && sketch is not null ? SmoothError.Of(sketch) : null);
    }
}

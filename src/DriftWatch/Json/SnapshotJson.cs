using System.Text.Json;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Json;

/// <summary>Windows, series and episodes as JSON: the same shape in <c>driftwatch replay --json</c> and under <c>/api/v1</c>.</summary>
/// <remarks>
/// Numbers are in shortest round-trip form, times as <see cref="EventTime.ToString"/> writes them. What cannot be computed is null, never NaN or 0.
/// Members are only ever added: scripts outside read this.
/// </remarks>
internal static class SnapshotJson
{
    /// <summary>One window as a value of its own.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="window">The window.</param>
    /// <param name="smooth">If asked for: SmoothECE, or null where it cannot be told.</param>
    /// <param name="more">Writes members after those of every window.</param>
    public static void WriteWindow(Utf8JsonWriter json, WindowSnapshot window, Asked<double?> smooth = default, Action<Utf8JsonWriter>? more = null)
    {
        json.WriteStartObject();
        json.WriteString("start", window.Start.ToString());
        json.WriteString("end", window.End.ToString());
        json.WriteBoolean("mature", window.Mature);
        json.WriteNumber("predictions", window.Predictions);
        json.WriteNumber("n", window.Labeled);
        json.WriteNumber("positives", window.Positives);
        json.WriteNumber("sumProbability", window.SumConfidence);
        json.WriteStartObject("metrics");
        foreach (var metric in WindowMetrics.All) WriteNumber(json, metric.Name, window.Metrics[metric]);
        if (smooth.Was) WriteNumber(json, "smoothEce", smooth.Answer);
        json.WriteEndObject();
        json.WriteStartArray("bins");
        foreach (var bin in window.Bins) WriteBin(json, bin);
        json.WriteEndArray();
        json.WriteStartArray("thresholds");
        foreach (var threshold in window.Thresholds) WriteThreshold(json, threshold);
        json.WriteEndArray();
        more?.Invoke(json);
        json.WriteEndObject();
    }

    /// <summary>The members that name a series, into an object that is open: model, version, slice and view.</summary>
    public static void WriteSeries(Utf8JsonWriter json, SeriesKey series)
    {
        WriteNames(json, series);
        json.WriteString("view", series.ViewName);
    }

    /// <summary>One episode as a value of its own.</summary>
    public static void WriteEpisode(Utf8JsonWriter json, Episode episode)
    {
        json.WriteStartObject();
        WriteNames(json, episode.Series);
        if (!episode.Series.View.IsMain()) json.WriteString("view", episode.Series.ViewName);
        json.WriteString("rule", episode.Rule);
        json.WriteString("onset", episode.Onset.ToString());
        json.WriteString("fired", episode.Fired.ToString());
        json.WriteString("recovered", episode.Recovered?.ToString());
        json.WriteString("direction", episode.Direction?.Name());
        WriteRegion(json, episode.Region);
        json.WriteNumber("predictionsToFire", episode.PredictionsToFire);
        WriteNumber(json, "logEvidence", episode.LogEvidence);
        json.WriteString("requestId", episode.RequestId);
        json.WriteString("question", episode.Question.Name());
        WriteNumber(json, "temperature", episode.Temperature);
        json.WriteString("withheld", episode.Withheld);
        json.WriteEndObject();
    }

    /// <summary>A number, or null where there is none to tell.</summary>
    public static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    private static void WriteNames(Utf8JsonWriter json, SeriesKey series)
    {
        json.WriteString("model", series.Model);
        json.WriteString("version", series.Version);
        if (series.Slice is not { } slice)
        {
            json.WriteNull("slice");
            return;
        }

        json.WriteStartObject("slice");
        json.WriteString(slice.Dimension, slice.Value);
        json.WriteEndObject();
    }

    private static void WriteBin(Utf8JsonWriter json, in ReliabilityBin bin)
    {
        json.WriteStartObject();
        json.WriteNumber("lower", bin.Lower);
        json.WriteNumber("upper", bin.Upper);
        json.WriteNumber("n", bin.Count);
        json.WriteNumber("positives", bin.Positives);
        json.WriteNumber("sumProbability", bin.SumConfidence);
        json.WriteEndObject();
    }

    private static void WriteThreshold(Utf8JsonWriter json, in ThresholdReliability threshold)
    {
        json.WriteStartObject();
        json.WriteNumber("threshold", threshold.Threshold);
        foreach (var metric in ThresholdMetrics.All) WriteNumber(json, metric.Name, metric.Of(threshold));
        json.WriteEndObject();
    }

    /// <summary>The member <c>region</c>: two ends, or null.</summary>
    public static void WriteRegion(Utf8JsonWriter json, (double Low, double High)? region)
    {
        if (region is not { } ends)
        {
            json.WriteNull("region");
            return;
        }

        json.WriteStartArray("region");
        json.WriteNumberValue(ends.Low);
        json.WriteNumberValue(ends.High);
        json.WriteEndArray();
    }
}

/// <summary>An answer that is only given to those who ask, and may then be that there is none.</summary>
internal readonly record struct Asked<T>(bool Was, T Answer);

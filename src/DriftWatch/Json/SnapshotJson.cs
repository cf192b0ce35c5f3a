using System.Text.Json;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Events;
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
        WindowJson.WriteCounts(json, window);
        json.WriteStartObject("metrics");
        WindowJson.WriteMetrics(json, window.Metrics);
        if (smooth.Was) WindowJson.WriteNumber(json, "smoothEce", smooth.Answer);
        json.WriteEndObject();
        WindowJson.WriteParts(json, window);
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
    /// <param name="json">Where to.</param>
    /// <param name="episode">The episode.</param>
    /// <param name="source">The deployment, which its id depends on.</param>
    public static void WriteEpisode(Utf8JsonWriter json, Episode episode, string source)
    {
        json.WriteStartObject();
        WriteNames(json, episode.Series);
        if (!episode.Series.View.IsMain()) json.WriteString("view", episode.Series.ViewName);
        WriteVersions(json, episode.Versions);
        json.WriteString("rule", episode.Rule);
        json.WriteString("onset", episode.Onset.ToString());
        WindowJson.WriteOnsetInterval(json, episode.OnsetInterval);
        json.WriteString("fired", episode.Fired.ToString());
        json.WriteString("recovered", episode.Recovered?.ToString());
        json.WriteString("direction", episode.Direction?.Name());
        WindowJson.WriteRegion(json, episode.Region);
        json.WriteNumber("predictionsToFire", episode.PredictionsToFire);
        WindowJson.WriteNumber(json, "logEvidence", episode.LogEvidence);
        json.WriteString("requestId", episode.RequestId);
        json.WriteString("question", episode.Question.Name());
        WindowJson.WriteNumber(json, "temperature", episode.Temperature);
        json.WriteString("withheld", episode.Withheld);
        json.WriteString("supersededBy", episode.SupersededBy);
        json.WriteString("id", episode.IdUnder(source));
        json.WriteString("state", episode.State.Name());
        if (episode.Answer is { } answer) AnswerJson.Write(json, answer);
        json.WriteEndObject();
    }

    /// <summary>Of an episode over all versions of a model, those that it rests on; else no member.</summary>
    private static void WriteVersions(Utf8JsonWriter json, JudgedVersions? versions)
    {
        if (versions is null) return;
        json.WriteStartArray("versions");
        foreach (string version in versions.Names) json.WriteStringValue(version);
        json.WriteEndArray();
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
}

/// <summary>An answer that is only given to those who ask, and may then be that there is none.</summary>
internal readonly record struct Asked<T>(bool Was, T Answer);

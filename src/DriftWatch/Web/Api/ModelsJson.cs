using System.Text.Json;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Json;
using DriftWatch.Pipeline;

namespace DriftWatch.Web.Api;

/// <summary><c>/api/v1/models</c>: the models with their policy, and each version with its state and the newest mature window of each width.</summary>
internal static class ModelsJson
{
    public static void Write(Utf8JsonWriter json, ServiceSnapshot snapshot)
    {
        json.WriteStartObject();
        json.WriteBoolean("hasState", snapshot.HasState);
        json.WriteStartArray("models");
        foreach (var model in snapshot.Monitor.Models)
        {
            json.WriteStartObject();
            json.WriteString("model", model.Model);
            json.WriteString("team", model.Options.Team);
            json.WriteNumber("labels", model.Labels);
            json.WriteNumber("pending", model.Pending);
            json.WriteNumber("unlabeled", model.Expired);
            json.WriteNumber("duplicates", model.Duplicates);
            json.WriteNumber("late", model.Late);
            OrphansJson.Write(json, model.Orphans);
            UndeclaredLabelsJson.WriteMember(json, model.Undeclared);
            WriteUnknownSources(json, model.UnknownSources);
            WritePolicy(json, model.Options);
            json.WriteStartArray("versions");
            foreach (var series in snapshot.Monitor.Series)
            {
                if (series.Key.Model == model.Model && series.Key.IsWhole) WriteVersion(json, series, model.Options);
            }

            json.WriteEndArray();
            ComparisonsJson.Write(json, snapshot.Monitor.Comparisons.Where(one => one.Model == model.Model));
            json.WriteStartArray("acrossVersions");
            foreach (var across in model.AcrossVersions) WriteAcrossVersions(json, across, model.Options);
            json.WriteEndArray();
            json.WriteStartArray("slices");
            foreach (string slice in snapshot.Monitor.Series.Where(s => s.Key.Model == model.Model).Select(s => s.Key.Slice?.ToString()).OfType<string>().Distinct())
            {
                json.WriteStringValue(slice);
            }

            json.WriteEndArray();
            json.WriteStartArray("views");
            foreach (string name in snapshot.Monitor.Series.Where(s => s.Key.Model == model.Model && !s.Key.View.IsMain()).Select(s => s.Key.ViewName).Distinct())
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Names that labels carry and that no model's <c>labelSources</c> has; null where nobody asks.</summary>
    private static void WriteUnknownSources(Utf8JsonWriter json, IReadOnlyList<string>? names)
    {
        if (names is null)
        {
            json.WriteNull("unknownSources");
            return;
        }

        json.WriteStartArray("unknownSources");
        foreach (string name in names) json.WriteStringValue(name);
        json.WriteEndArray();
    }

    private static void WritePolicy(Utf8JsonWriter json, ModelOptions options)
    {
        json.WriteStartObject("policy");
        json.WriteString("horizon", Durations.Name(options.Join.Horizon));
        json.WriteString("window", Durations.Name(options.Threshold.Window));
        json.WriteBoolean("enabled", options.Requests.Enabled);
        json.WriteString("rule", options.Rule.Name);
        json.WriteNumber("raise", options.Threshold.Raise);
        json.WriteNumber("clear", options.Threshold.Clear);
        json.WriteNumber("windows", options.Threshold.Windows);
        json.WriteNumber("minLabeled", options.Threshold.MinLabeled);
        json.WriteString("cooldown", Durations.Name(options.Requests.Cooldown));
        DetectorJson.WritePolicy(json, options);
        json.WriteEndObject();
    }

    private static void WriteAcrossVersions(Utf8JsonWriter json, AcrossVersionsSnapshot across, ModelOptions options)
    {
        json.WriteStartObject();
        json.WriteString("view", Core.Series.Views.Name(across.View));
        json.WriteString("state", CalibrationStates.Of(across).Name());
        json.WriteString("episode", across.State.Name());
        json.WriteString("leader", across.Leader);
        json.WriteString("lastRequest", across.LastRequest?.ToString());
        json.WriteNumber("requests", across.Requests);
        DetectorJson.WriteMember(json, across.Detector, options);
        json.WriteEndObject();
    }

    private static void WriteVersion(Utf8JsonWriter json, SeriesSnapshot series, ModelOptions options)
    {
        json.WriteStartObject();
        json.WriteString("version", series.Key.Version);
        json.WriteString("view", Core.Series.Views.Name(series.Key.View));
        json.WriteString("state", CalibrationStates.Of(series).Name());
        json.WriteString("episode", series.State.Name());
        json.WriteNumber("predictions", series.Predictions);
        json.WriteNumber("matched", series.Matched);
        json.WriteNumber("expired", series.Expired);
        json.WriteString("lastPrediction", series.LastPrediction?.ToString());
        json.WriteString("lastMatch", series.LastMatch?.ToString());
        json.WriteString("lastRequest", series.LastRequest?.ToString());
        json.WriteNumber("requests", series.Requests);
        DetectorJson.WriteMember(json, series.Detector, options);
        json.WriteStartObject("newestMature");
        foreach (var windows in series.Windows)
        {
            json.WritePropertyName(Durations.Name(windows.Width));
            if (windows.NewestMature is { } window) SnapshotJson.WriteWindow(json, window);
            else json.WriteNullValue();
        }

        json.WriteEndObject();
        LatencyJson.Write(json, series.Latency);
        SourcesJson.Write(json, series.Sources);
        EarlyWarningJson.Write(json, series.EarlyWarning);
        json.WriteEndObject();
    }
}

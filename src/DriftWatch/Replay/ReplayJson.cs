using System.Text.Encodings.Web;
using System.Text.Json;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Events;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Json;

namespace DriftWatch.Replay;

/// <summary>Writes a replay as one JSON document; the same input gives the same bytes, whatever the order of its rows.</summary>
internal static class ReplayJson
{
    public static void Write(Stream output, ReplayResult result, PolicyComparison? comparison = null)
    {
        // Names may hold any text; a document that is not inside HTML needs no more escapes than JSON asks for.
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("driftwatch", BuildInfo.Version);
            WriteInput(json, result);
            WriteJoin(json, result);
            WriteSeries(json, result);
            WriteEpisodes(json, result);
            WriteComparisons(json, result);
            WriteEvents(json, result);
            if (result.NothingJudged.Count > 0) WriteNothingJudged(json, result);
            comparison?.WriteMember(json);
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static void WriteInput(Utf8JsonWriter json, ReplayResult result)
    {
        json.WriteStartObject("input");
        json.WriteNumber("predictions", result.PredictionRows);
        json.WriteNumber("labels", result.LabelRows);
        json.WriteStartObject("rejected");
        foreach (var (reason, rows) in result.Rejected) json.WriteNumber(reason.Name(), rows);
        json.WriteEndObject();
        json.WriteNumber("duplicatePredictions", result.Snapshot.Join.DuplicatePredictions);
        json.WriteNumber("duplicateLabels", result.Snapshot.Join.DuplicateLabels);
        json.WriteNumber("late", result.Late);
        json.WriteStartArray("warnings");
        foreach (string warning in result.Warnings) json.WriteStringValue(warning);
        json.WriteEndArray();
        WriteUndeclared(json, result.Snapshot);
        json.WriteEndObject();
    }

    /// <summary>Of the models of which only the positive label is declared.</summary>
    private static void WriteUndeclared(Utf8JsonWriter json, MonitorSnapshot snapshot)
    {
        var models = snapshot.Models.Where(model => model.Undeclared is not null).OrderBy(model => model.Model, StringComparer.Ordinal).ToList();
        if (models.Count == 0) return;
        json.WriteStartArray("models");
        foreach (var model in models)
        {
            json.WriteStartObject();
            json.WriteString("model", model.Model);
            UndeclaredLabelsJson.WriteMember(json, model.Undeclared);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteJoin(Utf8JsonWriter json, ReplayResult result)
    {
        var join = result.Snapshot.Join;
        json.WriteStartObject("join");
        json.WriteNumber("matched", join.Matched);
        json.WriteNumber("expired", join.Expired);
        json.WriteNumber("orphaned", result.Orphaned);
        json.WriteNumber("pending", join.Pending);
        json.WriteEndObject();
        json.WriteStartArray("models");
        foreach (var model in result.Snapshot.Models.OrderBy(model => model.Model, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("model", model.Model);
            json.WriteNumber("unlabeled", model.Expired);
            json.WriteNumber("duplicates", model.Duplicates);
            json.WriteNumber("late", model.Late);
            OrphansJson.Write(json, model.Orphans);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSeries(Utf8JsonWriter json, ReplayResult result)
    {
        json.WriteStartArray("series");
        foreach (var series in result.Snapshot.Series.OrderBy(series => series.Key, SeriesOrder.Instance))
        {
            json.WriteStartObject();
            SnapshotJson.WriteSeries(json, series.Key);
            if (series.Latency is not null) LatencyJson.Write(json, series.Latency);
            json.WritePropertyName("total");
            SnapshotJson.WriteWindow(json, series.Total, Smooth(series.TotalSketch), OfTotal(series));
            json.WriteStartArray("windows");
            foreach (var window in series.Windows.SelectMany(width => width.History))
            {
                SnapshotJson.WriteWindow(json, window, more: Compare(result.Comparison?.Of(series.Key, window)));
            }

            json.WriteEndArray();
            WriteDrift(json, series, result.Options.For(series.Key.Model));
            json.WriteEndObject();
            json.Flush();
        }

        json.WriteEndArray();

        static Asked<double?> Smooth(CalibrationSketch? sketch) => new(true, sketch is null ? null : SmoothError.Of(sketch));

        Action<Utf8JsonWriter>? OfTotal(SeriesSnapshot series) => !result.AsksExact ? Compare(result.Comparison?.OfTotal(series.Key, series.Total)) : document =>
        {
            Compare(result.Comparison?.OfTotal(series.Key, series.Total))?.Invoke(document);
            ExactReport.WriteMember(document, result.Exact?.OfTotal(series.Key, series.Total));
        };

        Action<Utf8JsonWriter>? Compare(IReadOnlyList<ReferenceNumber>? numbers) =>
            !result.Compares ? null : document => ComparisonReport.WriteMember(document, numbers);
    }

    /// <summary>How near the series was to an alarm, and what is said without one: also, and most of all, of those that were quiet.</summary>
    public static void WriteDrift(Utf8JsonWriter json, SeriesSnapshot series, ModelOptions options)
    {
        json.WriteStartObject("drift");
        json.WriteString("state", CalibrationStates.Of(series).Name());
        DetectorJson.WriteMember(json, series.Detector, options);
        EarlyWarningJson.Write(json, series.EarlyWarning);
        json.WriteEndObject();
    }

    public static void WriteEpisodes(Utf8JsonWriter json, ReplayResult result)
    {
        json.WriteStartArray("episodes");
        foreach (var episode in result.Snapshot.Episodes.OrderBy(episode => episode.Fired).ThenBy(episode => episode.Series, SeriesOrder.Instance))
        {
            SnapshotJson.WriteEpisode(json, episode, result.Options.Source);
        }

        json.WriteEndArray();
    }

    /// <summary>Versions beside each other, where <c>compare</c> is enabled.</summary>
    public static void WriteComparisons(Utf8JsonWriter json, ReplayResult result)
    {
        if (result.Snapshot.Comparisons.Count > 0) ComparisonsJson.Write(json, result.Snapshot.Comparisons);
    }

    private static void WriteNothingJudged(Utf8JsonWriter json, ReplayResult result)
    {
        json.WriteStartArray("nothingJudged");
        foreach (string reason in result.NothingJudged) json.WriteStringValue(reason);
        json.WriteEndArray();
    }

    public static void WriteEvents(Utf8JsonWriter json, ReplayResult result)
    {
        json.WriteStartArray("events");
        foreach (var request in result.Requests)
        {
            CloudEventWriter.WriteTo(json, request, result.Options.Source, new EventContext { Team = result.Options.For(request.Series.Model).Team, PositiveClass = result.Options.For(request.Series.Model).PositiveClass });
        }

        json.WriteEndArray();
    }
}

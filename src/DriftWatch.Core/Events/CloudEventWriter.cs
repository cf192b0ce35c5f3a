using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Events;

/// <summary>Writes a decision as a CloudEvent 1.0, structured JSON: everything a pipeline needs is in the body.</summary>
/// <remarks>The same request and context give the same bytes: times are event time, the id is derived. Schema: <c>docs/events/</c>.</remarks>
public static class CloudEventWriter
{
    public const string RequestedType = "io.driftwatch.recalibration.requested.v1";
    public const string ResolvedType = "io.driftwatch.recalibration.resolved.v1";
    public const string SupersededType = "io.driftwatch.recalibration.superseded.v1";
    public const string UpdatedType = "io.driftwatch.recalibration.updated.v1";
    public const string IneffectiveType = "io.driftwatch.recalibration.ineffective.v1";
    public const string RollbackRequestedType = "io.driftwatch.recalibration.rollback-requested.v1";
    public const string DataSchema = "https://driftwatch.io/schemas/recalibration.v1.schema.json";

    /// <summary>The answer of whoever recalibrates.</summary>
    public const string CompletedType = "io.driftwatch.recalibration.completed.v1";

    /// <summary>The answer of whoever will do nothing.</summary>
    public const string DismissedType = "io.driftwatch.recalibration.dismissed.v1";

    public const string ContentType = "application/cloudevents+json; charset=UTF-8";

    /// <summary>From here on claims are so far off, in probability, that whoever acts on them acts on something else.</summary>
    private const double HighGap = 0.1;

    // Model names may hold any text; what is not ASCII needs no escape inside a JSON file.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The attributes of the event, in order; the Kafka binding sends each also as a header <c>ce_…</c>.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Attributes(RecalibrationRequest request, string source, EventContext context) =>
    [
        new("specversion", "1.0"),
        new("id", request.Id),
        new("source", source),
        new("type", TypeOf(request.Kind)),
        new("subject", Subject(request.Series)),
        new("time", request.Decided.ToString()),
        new("datacontenttype", "application/json"),
        new("partitionkey", request.Series.Model),
        new("correlationid", request.EpisodeId),
        new("sequence", request.Sequence.ToString()),
        new("severitytext", SeverityOf(request) switch { "critical" => "ERROR", "warning" => "WARN", _ => "INFO" }),
        new("dataschema", DataSchema),
        .. request.Kind == RequestKind.Requested && context.Lifetime is { } lifetime ? [new KeyValuePair<string, string>("expirytime", (request.Decided + lifetime).ToString())] : Array.Empty<KeyValuePair<string, string>>(),
    ];

    /// <summary>That of the alert that stands while the episode lasts (DriftWatchCalibrationDrifting, DriftWatchModelDrifting, DriftWatchSliceDrifting); where nobody has to act, <c>info</c>.</summary>
    private static string SeverityOf(RecalibrationRequest request) => request.Kind switch
    {
        RequestKind.Requested or RequestKind.Ineffective or RequestKind.RollbackRequested => request.Series.IsWhole ? "critical" : "warning",
        RequestKind.Resolved or RequestKind.Superseded or RequestKind.Updated => "info",
        _ => throw new UnreachableException(),
    };

    /// <summary>The type of an event.</summary>
    public static string TypeOf(RequestKind kind) => kind switch
    {
        RequestKind.Requested => RequestedType,
        RequestKind.Resolved => ResolvedType,
        RequestKind.Superseded => SupersededType,
        RequestKind.Updated => UpdatedType,
        RequestKind.Ineffective => IneffectiveType,
        RequestKind.RollbackRequested => RollbackRequestedType,
        _ => throw new UnreachableException(),
    };

    public static byte[] Write(RecalibrationRequest request, string source, EventContext context)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            WriteTo(json, request, source, context);
        }

        return buffer.ToArray();
    }

    public static void WriteTo(Utf8JsonWriter json, RecalibrationRequest request, string source, EventContext context)
    {
        json.WriteStartObject();
        foreach (var (name, value) in Attributes(request, source, context)) json.WriteString(name, value);
        json.WriteStartObject("data");
        WriteData(json, request, context);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteData(Utf8JsonWriter json, RecalibrationRequest request, EventContext context)
    {
        var (series, evidence) = (request.Series, request.Evidence);
        json.WriteString("model", series.Model);
        json.WriteString("version", series.Version);
        WriteVersions(json, request.Versions);
        json.WriteString("task", series.View.Main().Name());
        if (!series.View.IsMain()) json.WriteString("view", series.ViewName);
        if (series.Slice is { } slice) json.WriteString("slice", slice.ToString());
        else json.WriteNull("slice");

        json.WriteString("episode", request.EpisodeId);
        json.WriteNumber("sequence", request.Sequence);
        json.WriteString("rule", request.Rule.Name);
        json.WriteString("severity", SeverityOf(request));
        if (request.Direction is { } direction) json.WriteString("direction", direction.Name());
        else json.WriteNull("direction");

        json.WriteString("reason", ReasonOf(request));
        json.WriteString("state", request.State.Name());
        if (request.Answer is { } answer) AnswerJson.Write(json, answer);
        if (request.SupersededBy is { } successor) json.WriteString("supersededBy", successor);
        json.WriteString("onset", request.Onset.ToString());
        WindowJson.WriteOnsetInterval(json, request.OnsetInterval);
        json.WriteStartObject("window");
        json.WriteString("start", evidence.Start.ToString());
        json.WriteString("end", evidence.End.ToString());
        json.WriteString("kind", request.Kind switch { RequestKind.Requested => "onset-to-decision", RequestKind.Resolved => "recovery", RequestKind.Superseded => "silence", RequestKind.Updated => "answer", RequestKind.Ineffective or RequestKind.RollbackRequested => "since-answer", _ => throw new UnreachableException() });
        json.WriteEndObject();

        json.WriteString("metric", "ece");
        WindowJson.WriteNumber(json, "value", evidence.Metrics.Ece);
        json.WriteStartObject("bounds");
        WindowJson.WriteNumber(json, "lower", evidence.Metrics.EceLower);
        WindowJson.WriteNumber(json, "upper", evidence.Metrics.EceUpper);
        json.WriteEndObject();
        WindowJson.WriteNumber(json, "noiseFloor", evidence.Metrics.EceNull);
        WindowJson.WriteNumber(json, "threshold", request.Threshold);
        WindowJson.WriteCounts(json, evidence);
        json.WriteStartObject("metrics");
        WindowJson.WriteMetrics(json, evidence.Metrics);
        json.WriteEndObject();
        WindowJson.WriteParts(json, evidence);
        WriteDecision(json, request);
        WriteRanges(json, context.DataRange);
        if (context.DataRangeCutAt is { } cut) json.WriteString("dataRangeCutAt", cut.ToString());
        if (request.Kind == RequestKind.Requested) WriteForPipelines(json, request, context);
        WriteUrl(json, "modelUri", context.ModelUri, series);
        WriteUrl(json, "dashboardUrl", context.DashboardUrl, series);
        WriteUrl(json, "runbookUrl", context.RunbookUrl, series);
        json.WriteStartObject("labels");
        if (context.Team is { Length: > 0 } team) json.WriteString("team", team);
        json.WriteEndObject();
    }

    private static string ReasonOf(RecalibrationRequest request) => request.Kind switch
    {
        RequestKind.Requested => DecisionText.AcrossVersions(request) + request.Rule.Describe(request),
        // A comparison, or a map that is judged by itself, that ends an episode has nothing to do with what the rule looks at.
        RequestKind.Resolved => (request.Answer is { Standing: FixStanding.Better } or { Report.Method: FixReport.OfMap } ? "This episode is over." : DecisionText.AcrossVersions(request) + request.Rule.Describe(request)) + DecisionText.Proven(request.Answer),
        RequestKind.Superseded => DecisionText.Superseded(request),
        RequestKind.Updated => DecisionText.Answered(request.Answer!),
        RequestKind.Ineffective or RequestKind.RollbackRequested => DecisionText.Unproven(request.Answer!),
        _ => throw new UnreachableException(),
    };

    /// <summary>What only somebody who acts needs.</summary>
    private static void WriteForPipelines(Utf8JsonWriter json, RecalibrationRequest request, EventContext context)
    {
        var series = request.Series;
        json.WriteString("urgency", Math.Abs(request.Evidence.Metrics.Gap ?? 0) >= HighGap || request.Evidence.Metrics.EceExcess >= HighGap ? "high" : "normal");
        json.WriteString("positiveClass", series.View.Main() == View.Binary ? context.PositiveClass : null);
        json.WriteStartArray("related");
        foreach (var other in request.Related)
        {
            json.WriteStartObject();
            if (other.Series.Version != series.Version) json.WriteString("version", other.Series.Version);
            WriteVersions(json, other.Versions);
            json.WriteString("slice", other.Series.Slice?.ToString());
            if (!other.Series.View.IsMain()) json.WriteString("view", other.Series.ViewName);
            json.WriteString("episode", other.EpisodeId);
            json.WriteBoolean("requested", other.Requested);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (context.AnswerTopic is { } answers)
        {
            json.WriteStartObject("answer");
            json.WriteString("topic", answers);
            json.WriteString("type", CompletedType);
            json.WriteString("dismissedType", DismissedType);
            json.WriteEndObject();
        }

        json.WriteStartObject("read");
        json.WriteString("isolationLevel", "read_committed");
        json.WriteStartArray("topics");
        foreach (var topic in context.Reading) WriteReading(json, topic);
        json.WriteEndArray();
        json.WriteStartObject("filter");
        json.WriteString("model", series.Model);
        json.WriteString("version", series.Version);
        WriteVersions(json, request.Versions);
        if (series.Slice is { } slice)
        {
            json.WriteStartObject("slice");
            json.WriteString("dimension", slice.Dimension);
            json.WriteString("value", slice.Value);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Of the model over all its versions, those that it rests on.</summary>
    private static void WriteVersions(Utf8JsonWriter json, JudgedVersions? versions)
    {
        if (versions is null) return;
        json.WriteStartArray("versions");
        foreach (string version in versions.Names) json.WriteStringValue(version);
        json.WriteEndArray();
    }

    private static void WriteReading(Utf8JsonWriter json, ReadTopic topic)
    {
        json.WriteStartObject();
        json.WriteString("topic", topic.Topic);
        json.WriteString("role", topic.Role);
        json.WriteString("format", topic.Format);
        json.WriteStartObject("fields");
        foreach (var (name, place) in topic.Fields) json.WriteString(name, place);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteRanges(Utf8JsonWriter json, IReadOnlyList<DataRange> ranges)
    {
        json.WriteStartArray("dataRange");
        foreach (var range in ranges)
        {
            json.WriteStartObject();
            json.WriteString("topic", range.Topic);
            json.WriteNumber("partition", range.Partition);
            json.WriteNumber("startOffset", range.StartOffset);
            json.WriteNumber("endOffset", range.EndOffset);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A series as a path: <c>models/…/versions/…</c>, with <c>/slices/dimension=value</c> where it is one.</summary>
    public static string Subject(SeriesKey series)
    {
        string subject = $"models/{Uri.EscapeDataString(series.Model)}/versions/{Uri.EscapeDataString(series.Version)}";
        return series.Slice is { } slice
            ? $"{subject}/slices/{Uri.EscapeDataString(slice.Dimension)}={Uri.EscapeDataString(slice.Value)}"
            : subject;
    }

    /// <summary>What only some rules can tell; the others leave it null.</summary>
    private static void WriteDecision(Utf8JsonWriter json, RecalibrationRequest request)
    {
        json.WriteString("question", request.Question.Name());
        WindowJson.WriteRegion(json, request.Region);
        WindowJson.WriteNumber(json, "temperature", request.Temperature);
        WindowJson.WriteNumber(json, "logEvidence", request.LogEvidence);
        WindowJson.WriteNumber(json, "logThreshold", request.LogThreshold);
        WindowJson.WriteNumber(json, "tolerance", request.Detector?.Tolerance);
        WindowJson.WriteNumber(json, "logOddsTolerance", request.Detector?.LogOddsTolerance);
        json.WriteString("toleranceForm", request.Detector?.ToleranceForm?.Name());
        json.WriteString("nullHypothesis", request.Detector?.NullHypothesis?.Name());
        WindowJson.WriteNumber(json, "overdispersion", request.Detector?.Overdispersion);
        WindowJson.WriteNumber(json, "completeness", request.Detector?.Completeness);
        json.WriteString("guarantee", request.Guarantee);
        WindowJson.WriteInterval(json, "gapAtAllTimes", request.GapAtAllTimes);
    }

    private static void WriteUrl(Utf8JsonWriter json, string name, string? template, SeriesKey series)
    {
        if (template is null) return;
        json.WriteString(name, template
            .Replace("{model}", Uri.EscapeDataString(series.Model), StringComparison.Ordinal)
            .Replace("{version}", Uri.EscapeDataString(series.Version), StringComparison.Ordinal));
    }
}

namespace DriftWatch.Core.Input;

/// <summary>A mapping for the records of a producer that many people have.</summary>
/// <param name="Name">How it is configured.</param>
/// <param name="Records">What its records may be.</param>
/// <param name="Producer">Who writes them, for the documentation.</param>
/// <param name="Mapping">Where their fields are.</param>
public sealed record Preset(string Name, FieldRecords Records, string Producer, FieldMapping Mapping)
{
    /// <summary>What the mapping says that is not as it is by default, as the configuration would.</summary>
    public IEnumerable<string> Settings
    {
        get
        {
            var plain = new FieldMapping();
            if (Mapping.Rows is { } rows) yield return $"rows: {rows}";
            foreach (var row in FieldCatalogue.Of(Records))
            {
                if (Mapping[row.Field] != plain[row.Field]) yield return $"{row.Name}: {(Mapping[row.Field].Length > 0 ? Mapping[row.Field] : "(none)")}";
            }

            if (Mapping.TimeFrom == TimeSource.Kafka) yield return "timeFrom: kafka";
            if (Mapping.TimestampUnit is { } unit) yield return $"timestampUnit: {unit.Symbol()}";
            if (Mapping.Transform != ProbabilityTransform.None) yield return $"transform: {ProbabilityTransforms.Words.First(one => one.Transform == Mapping.Transform).Word}";
            foreach (var filter in Mapping.Filter) yield return $"filter: {filter}";
        }
    }
}

/// <summary>All presets, each said once: the setting, <c>inspect</c> and the table of the documentation follow from these rows.</summary>
/// <remarks>Each is checked against records that were made from its producer's own source or specification.</remarks>
public static class Presets
{
    private const FieldRecords Both = FieldRecords.Predictions | FieldRecords.Labels;

    private static readonly FieldMapping Tensors = new() { Rows = "tensors:/outputs", [FieldName.Version] = "/model_version", [FieldName.Probability] = "row/0", [FieldName.Probabilities] = "row/0", TimeFrom = TimeSource.Kafka };

    /// <summary>Those that ask for more first: a record that fits several is of the first.</summary>
    public static readonly IReadOnlyList<Preset> All =
    [
        new("kserve-v1", FieldRecords.Predictions, "KServe's logger over a Kafka broker (CloudEvents in binary mode), V1 answers `{\"predictions\":[…]}`", Logged(new FieldMapping
        {
            Rows = "/predictions",
            [FieldName.Version] = "header:ce_endpoint",
            [FieldName.Probability] = "row",
            [FieldName.Probabilities] = "row",
            [FieldName.Predicted] = "row/label",
            [FieldName.Confidence] = "row/score",
        })),
        new("kserve-v2", FieldRecords.Predictions, "The same, V2 answers `{\"outputs\":[…]}`", Logged(Tensors)),
        new("seldon-2", FieldRecords.Predictions, "Seldon Core 2: topics `PREFIX.NAMESPACE.model.NAME.outputs`, answers in JSON", Tensors.With(FieldName.Id, "key").With(FieldName.Model, @"topic:\.model\.([^.]+)\.outputs$")),
        new("oip-v2", FieldRecords.Predictions, "Answers of the Open Inference Protocol V2 as they are", Tensors.With(FieldName.Model, "/model_name")),
        new("otel-evaluations", FieldRecords.Predictions, "OpenTelemetry logs (`otlp_json`): what an evaluation `gen_ai.evaluation.result` claims, a model for each evaluation", Evaluations
            .With(FieldName.Model, Attribute("gen_ai.evaluation.name", "stringValue")).With(FieldName.Probability, Attribute("gen_ai.evaluation.score.value", "*"))),
        new("otel-verdicts", FieldRecords.Labels, "The same as outcomes: the label of an evaluation for the response that it evaluates", Evaluations
            .With(FieldName.Model, "").With(FieldName.Label, Attribute("gen_ai.evaluation.score.label", "stringValue")).With(FieldName.Source, Attribute("gen_ai.evaluation.name", "stringValue"))),
        new("llm-judge", FieldRecords.Predictions, "Chat completions of a judge with log probabilities: its first token is the verdict", new FieldMapping
        {
            [FieldName.Timestamp] = "/created", TimestampUnit = TimestampUnit.Seconds, [FieldName.Version] = "",
            [FieldName.Predicted] = "/choices/0/logprobs/content/0/token", [FieldName.Confidence] = "/choices/0/logprobs/content/0/logprob", Transform = ProbabilityTransform.Exp,
        }),
        new("debezium", Both, "Debezium behind the JSON converter with schemas; deletions and tombstones are passed over", Changes("/payload")),
        new("debezium-schemaless", Both, "The same without schemas (`schemas.enable=false`)", Changes("")),
        new("cloudevents-batch", Both, "A JSON array of CloudEvents in one record", Below("row/data").With(FieldName.Id, "row/id").With(FieldName.Timestamp, "row/time") with { Rows = "value" }),
        new("cloudevents-structured", Both, "A CloudEvent in structured mode, whose id is that of the event", Below("/data").With(FieldName.Id, "/id").With(FieldName.Timestamp, "/time")),
        new("cloudevents-binary", Both, "A CloudEvent in binary mode, whose id is that of the event", new FieldMapping { [FieldName.Id] = "header:ce_id", [FieldName.Timestamp] = "header:ce_time" }),
        new("connect", Both, "Kafka Connect's JSON converter with schemas: `{\"schema\":…,\"payload\":…}`", Below("/payload")),
    ];

    /// <summary>The preset of a name; null: there is none.</summary>
    public static Preset? Find(string name) => All.FirstOrDefault(preset => preset.Name == name);

    private static FieldMapping Evaluations => new()
    {
        Rows = "/resourceLogs/*/scopeLogs/*/logRecords",
        [FieldName.Id] = Attribute("gen_ai.response.id", "stringValue"),
        [FieldName.Timestamp] = "row/timeUnixNano",
        TimestampUnit = TimestampUnit.Nanoseconds,
        [FieldName.Version] = "",
        // Not the event's name: some SDKs write it as eventName, others as an attribute. No other event names an evaluation.
        Filter = [RecordFilter.Of($"{Attribute("gen_ai.evaluation.name", "stringValue")} = *")],
    };

    private static FieldMapping Logged(FieldMapping answer) => answer.With(FieldName.Id, "header:ce_id").With(FieldName.Timestamp, "header:ce_time").With(FieldName.Model, "header:ce_inferenceservicename") with
    {
        TimeFrom = TimeSource.Payload,
        Filter = [RecordFilter.Of("header:ce_type = org.kubeflow.serving.inference.response")],
    };

    private static FieldMapping Changes(string envelope) => Below($"{envelope}/after").With(FieldName.Timestamp, $"{envelope}/source/ts_ms") with { Filter = [RecordFilter.Of($"{envelope}/op = c|u|r")] };

    private static FieldMapping Below(string place) => FieldCatalogue.Of(Both).Aggregate(new FieldMapping(), (mapping, field) => mapping.With(field.Field, place + field.Place));

    private static string Attribute(string name, string type) => $"row/attributes/[key={name}]/value/{type}";
}

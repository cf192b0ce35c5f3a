using DriftWatch.Core.Input;

namespace DriftWatch.Options.Table;

internal static partial class SettingsTable
{
    private static IReadOnlyList<Setting<DriftWatchOptions>> InputSettings =>
    [
        new SectionSetting<DriftWatchOptions, FieldMapping>("predictions", "Where the fields of prediction records are: as JSON pointers into the value, or `row/POINTER`, `key`, `key/POINTER`, `header:NAME`, `topic`, `topic:PATTERN`, `constant:TEXT`.", o => o.Pipeline.PredictionFields, (o, v) => o.WithPipeline(p => p with { PredictionFields = v }),
            [.. BothFields, .. PredictionFields]),
        new SectionSetting<DriftWatchOptions, FieldMapping>("labels", "Where the fields of label records are, as for predictions.", o => o.Pipeline.LabelFields, (o, v) => o.WithPipeline(p => p with { LabelFields = v }),
            [.. BothFields, .. LabelFields]),
        new MapSetting<DriftWatchOptions, FieldMapping>("topics", "topic", "Topics whose fields are elsewhere than in the other topics of their part. Each starts from `input.predictions` or `input.labels` and changes what it names.",
            o => o.Pipeline.TopicFields, (o, v) => o.WithPipeline(p => p with { TopicFields = v }), FieldsOf, _ => null, "the mapping of its part",
            [.. BothFields, .. PredictionFields, .. LabelFields]),
        new ValueSetting<DriftWatchOptions, IReadOnlyList<string>>("missing", Kinds.List(Kinds.Line(64, "a word"), "words", 0, 100), o => o.Pipeline.Missing, (o, v) => o.WithPipeline(p => p with { Missing = v }),
            "Words that mean \"no value\" where a CSV file of `replay` has a label, a predicted class or a probability, to the letter; an empty cell always does. Another list makes a class called NA possible. In JSON, `null` means it, and every text is a class."),
        new SectionSetting<DriftWatchOptions, ReadLimits>("limits", "Bounds of the reader; what exceeds one is a dead letter.", o => o.Pipeline.Limits, (o, v) => o.WithPipeline(p => p with { Limits = v }), LimitSettings),
    ];

    private static IReadOnlyList<Setting<FieldMapping>> BothFields =>
    [
        new ValueSetting<FieldMapping, string?>("preset", Kinds.Optional(Kinds.Preset), m => m.Preset, (m, v) => v is null ? m : Presets.Find(v)!.Mapping with { Preset = v },
            "A mapping for the records of a producer that many have ([list](input.md#presets)). Settings beside it say what is different."),
        new ValueSetting<FieldMapping, RecordFormat>("format", Kinds.Choice([.. RecordFormats.All.Select(format => (format.Symbol(), format))]), m => m.Format, (m, v) => m with { Format = v },
            "How values are written: `json`; `json-schema` (JSON behind Schema Registry framing); `avro` (behind Schema Registry framing, or bare with a `schemaFile`); `protobuf-v2` (a model server's ModelInferResponse); `arrow` (an IPC stream, many rows a record). Pointers name fields in all of them."),
        new ValueSetting<FieldMapping, string?>("schemaFile", Kinds.Optional(Kinds.Line(4096, "a path")), m => m.SchemaFile, (m, v) => m with { SchemaFile = v },
            "File with the schema (`.avsc`) that all values of the topic were written with, where they are bare Avro. Empty: each names its schema, and `schemaRegistry.url` knows it."),
        new ValueSetting<FieldMapping, string?>("rows", Kinds.Optional(Kinds.Rows), m => m.Rows, (m, v) => m with { Rows = v },
            "Where a record holds several rows, each one a prediction (or label): the JSON pointer of an array (`*` stands for every element on the way), `value` where the record is the array, or `tensors:/outputs` for tensors by name. Fields of a row are then at `row` or `row/POINTER`; all others are common to the rows. The id of row i is `ID-i` unless it is in the row itself. Empty: a record is one."),
        .. Pointers(FieldRecords.Predictions | FieldRecords.Labels),
        new ValueSetting<FieldMapping, TimeSource>("timeFrom", Kinds.Choice(("payload", TimeSource.Payload), ("header", TimeSource.Header), ("kafka", TimeSource.Kafka)), m => m.TimeFrom, (m, v) => m with { TimeFrom = v },
            "Where event time comes from: the field `timestamp`, the header `timeHeader`, or the record's Kafka timestamp. Kafka's is when the record was sent, which may be long after it happened."),
        new ValueSetting<FieldMapping, string?>("timeHeader", Kinds.Optional(Kinds.Line(249)), m => m.TimeHeader, (m, v) => m with { TimeHeader = v },
            "Header that carries event time when `timeFrom` is `header`."),
        new ValueSetting<FieldMapping, IReadOnlyList<RecordFilter>>("filter", Kinds.List(Kinds.Filter, "conditions", 0, RecordFilter.Most), m => m.Filter, (m, v) => m with { Filter = v },
            "Conditions that a record has to meet, all of them, to be read: `header:ce_type = response`, `/status != shadow|test`, `/kind = score*`. Others are counted (`driftwatch_messages_filtered_total`) and passed over."),
        new ValueSetting<FieldMapping, TimestampUnit?>("timestampUnit", Kinds.Optional(Kinds.Choice([.. TimestampUnits.All.Select(unit => (unit.Symbol(), unit))])), m => m.TimestampUnit, (m, v) => m with { TimestampUnit = v },
            "What a number in the time's place counts, from 1970 on; fractions are fine. Empty: milliseconds, and times before 2000 are refused (`timestamp_range`), since they are numbers in another unit most of the time. A stated unit is believed, for old times too."),
    ];

    private static IReadOnlyList<Setting<FieldMapping>> PredictionFields =>
    [
        .. Pointers(FieldRecords.Predictions),
        new ValueSetting<FieldMapping, ProbabilityTransform>("transform", Kinds.Choice([.. ProbabilityTransforms.Words]), m => m.Transform, (m, v) => m with { Transform = v },
            "What is sent in the place of `probability`, `confidence` and `probabilities`: `exp` (a log probability), `sigmoid` (a logit), `percent` (0 to 100), `one-minus` (the probability of the opposite), or `none`."),
        new ValueSetting<FieldMapping, string?>("defaultModel", Kinds.Optional(Kinds.Name), m => m.DefaultModel, (m, v) => m with { DefaultModel = v },
            "Model of records that name none; without it such records are rejected (`missing_model`)."),
        new ValueSetting<FieldMapping, string?>("defaultVersion", Kinds.Optional(Kinds.Name), m => m.DefaultVersion, (m, v) => m with { DefaultVersion = v },
            "Version of records that name none; without it their version is empty."),
    ];

    private static IReadOnlyList<Setting<FieldMapping>> LabelFields => [.. Pointers(FieldRecords.Labels)];

    private static IReadOnlyList<Setting<ReadLimits>> LimitSettings =>
    [
        new ValueSetting<ReadLimits, int>("maxRecordBytes", Kinds.Whole(64, Core.Input.Field.MaxLength), l => l.MaxRecordBytes, (l, v) => l with { MaxRecordBytes = v }, "Longest record value in bytes (`oversize`)."),
        new ValueSetting<ReadLimits, int>("maxStringBytes", Kinds.Whole(1, 1 << 20), l => l.MaxStringBytes, (l, v) => l with { MaxStringBytes = v }, "Longest id, class or slice value in bytes (`oversize`). Models and versions have at most 128: they become metric tags."),
        new ValueSetting<ReadLimits, int>("maxClasses", Kinds.Whole(2, 1_000_000), l => l.MaxClasses, (l, v) => l with { MaxClasses = v }, "Most classes in a vector of probabilities (`oversize`)."),
        new ValueSetting<ReadLimits, int>("maxRows", Kinds.Whole(1, 1_000_000), l => l.MaxRows, (l, v) => l with { MaxRows = v }, "Most rows of a record (`oversize`, and none of them counts)."),
        new ValueSetting<ReadLimits, int>("maxDepth", Kinds.Whole(1, 1000), l => l.MaxDepth, (l, v) => l with { MaxDepth = v }, "Deepest nesting of a record (`too_deep`)."),
        new ValueSetting<ReadLimits, TimeSpan>("maxFuture", Kinds.Duration(TimeSpan.Zero, TimeSpan.FromDays(36_500)), l => l.MaxFuture, (l, v) => l with { MaxFuture = v },
            "How far ahead of this machine's clock an event time may lie. What is further never moves the watermark (`timestamp_future`): one wrong clock must not make everything else late."),
    ];

    /// <summary>A key for each field that only these records have.</summary>
    private static IEnumerable<Setting<FieldMapping>> Pointers(FieldRecords records) => FieldCatalogue.All.Where(row => row.Records == records)
        .Select(row => row.Shape == FieldShape.Slices ? (Setting<FieldMapping>)new SlicesSetting(row.Meaning) : new ValueSetting<FieldMapping, string>(row.Name, row.Column is null ? Kinds.ValuePlace : Kinds.FieldPlace, mapping => mapping[row.Field], (mapping, place) => mapping.With(row.Field, place), row.Meaning));

    private static FieldMapping FieldsOf(DriftWatchOptions options, string topic) =>
        options.Kafka.LabelTopics.Contains(topic) ? options.Pipeline.LabelFields : options.Pipeline.PredictionFields;

    private static DriftWatchOptions WithPipeline(this DriftWatchOptions options, Func<PipelineOptions, PipelineOptions> change) =>
        options with { Pipeline = change(options.Pipeline) };
}

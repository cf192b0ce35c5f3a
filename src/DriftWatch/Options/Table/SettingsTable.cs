using System.Text;
using System.Text.Json.Nodes;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;

namespace DriftWatch.Options.Table;

/// <summary>The table of all settings. A new setting is one more row here: loader, documentation and schema follow.</summary>
internal static partial class SettingsTable
{
    public static readonly DriftWatchOptions Defaults = new();

    public static readonly IReadOnlyList<Setting<DriftWatchOptions>> All =
    [
        new SectionSetting<DriftWatchOptions, KafkaOptions>("kafka", "The cluster, the topics, and how the clients are set. Changes need a restart.", o => o.Kafka, (o, v) => o with { Kafka = v }, KafkaSettings),
        new SectionSetting<DriftWatchOptions, DriftWatchOptions>("input", "Where the fields of records are, and what is too large to read. What breaks a rule here is counted by reason and goes to the dead-letter topic.", o => o, (_, v) => v, InputSettings),
        new SectionSetting<DriftWatchOptions, SchemaRegistryOptions>("schemaRegistry", "The Schema Registry, for topics whose `format` is `avro`.", o => o.Pipeline.SchemaRegistry, (o, v) => o.WithPipeline(p => p with { SchemaRegistry = v }), SchemaRegistrySettings),
        new SectionSetting<DriftWatchOptions, ModelOptions>("defaults", "The policy of every model, unless `models` says otherwise.", o => o.Monitor.Default, (o, v) => o with { Monitor = o.Monitor with { Default = v } }, ModelSettings),
        new MapSetting<DriftWatchOptions, ModelOptions>("models", "model", "Models with a policy of their own, by name. Each starts from `defaults` and changes what it names.", o => o.Monitor.Models, (o, v) => o with { Monitor = o.Monitor with { Models = v } }, (o, _) => o.Monitor.Default, ModelNameFault, "defaults", ModelSettings),
        Value("onlyNamedModels", Kinds.Flag, o => o.Monitor.OnlyNamedModels, (o, v) => o with { Monitor = o.Monitor with { OnlyNamedModels = v } },
            "Whether records of models that `models` does not name are rejected (reason `unknown_model`). With `false`, every model that comes is watched by `defaults`, up to `monitor.maxModels`."),
        new SectionSetting<DriftWatchOptions, MonitorOptions>("join", "How predictions are told apart, and whom a label addresses.", o => o.Monitor, (o, v) => o with { Monitor = v }, JoinSettings),
        new SectionSetting<DriftWatchOptions, MonitorOptions>("monitor", "Event time, windows, and the bounds on memory and on exported series.", o => o.Monitor, (o, v) => o with { Monitor = v }, MonitorSettings),
        new SectionSetting<DriftWatchOptions, PipelineOptions>("pipeline", "How the loop reads, commits and shows.", o => o.Pipeline, (o, v) => o with { Pipeline = v }, PipelineSettings),
        new SectionSetting<DriftWatchOptions, DriftWatchOptions>("web", "Status page, JSON API, metrics and health, all on one address.", o => o, (_, v) => v, WebSettings),
        new SectionSetting<DriftWatchOptions, MetricsOptions>("metrics", "Bounds of `/metrics`.", o => o.Metrics, (o, v) => o with { Metrics = v }, MetricsSettings),
        new SectionSetting<DriftWatchOptions, LogOptions>("log", "What is logged to standard output.", o => o.Log, (o, v) => o with { Log = v }, LogSettings),
        new SectionSetting<DriftWatchOptions, DriftWatchOptions>("events", "What recalibration requests say about their sender.", o => o, (_, v) => v, EventSettings),
        new SectionSetting<DriftWatchOptions, RecalibrationOptions>("recalibration", "What `driftwatch recalibrate` does with a request ([recalibration](recalibration.md#a-service-that-answers)). The service itself reads `answersTopic` alone.", o => o.Recalibration, (o, v) => o with { Recalibration = v }, RecalibrationSettings),
    ];

    /// <summary>Every key with its default, in the order of the table.</summary>
    public static IReadOnlyList<SettingRow> Rows { get; } = [.. All.SelectMany(s => s.Rows(Defaults, ""))];

    /// <summary>The paths of all keys.</summary>
    public static IReadOnlyList<string> Paths { get; } = [.. Rows.Select(r => r.Path)];

    /// <summary>The JSON Schema (2020-12) of the file, for editors.</summary>
    public static JsonObject Schema()
    {
        var schema = Members.Schema(All);
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "DriftWatch configuration");
        return schema;
    }

    private static ValueSetting<DriftWatchOptions, TValue> Value<TValue>(string name, ValueKind<TValue> kind, Func<DriftWatchOptions, TValue> get, Func<DriftWatchOptions, TValue, DriftWatchOptions> with, string meaning) =>
        new(name, kind, get, with, meaning);

    // Names end up as values of metric tags.
    private static string? ModelNameFault(string name) =>
        Encoding.UTF8.GetByteCount(name) is var bytes && bytes is 0 or > ReadLimits.MaxNameBytes ? $"a model's name has 1 to {ReadLimits.MaxNameBytes} bytes, this one {bytes}"
        : UnseenText.IsIn(name) ? "a model's name has no control or invisible characters"
        : null;
}

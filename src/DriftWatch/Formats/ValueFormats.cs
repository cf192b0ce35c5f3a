using System.Diagnostics;
using DriftWatch.Core.Input;
using DriftWatch.Formats.Avro;
using DriftWatch.Formats.Protobuf;
using DriftWatch.Formats.Registry;
using DriftWatch.Options;

namespace DriftWatch.Formats;

/// <summary>What reads values that are no plain JSON, for each topic one; they share the schemas that they know. Belongs to one thread.</summary>
internal sealed class ValueFormats(PipelineOptions options, TimeProvider time) : IDisposable
{
    private readonly Dictionary<string, AvroShape> _files = [];
    private RegistryClient? _registry;
    private SchemaCache? _schemas;

    /// <summary>What reads the values of one topic; null: plain JSON needs nothing.</summary>
    /// <exception cref="FormatSetupException">A file that the settings name cannot be used.</exception>
    public IValueFormat? Of(FieldMapping mapping, StreamPart part) => mapping.Format switch
    {
        RecordFormat.Json => null,
        RecordFormat.JsonSchema => new JsonSchemaFormat(),
        RecordFormat.Arrow => new ArrowFormat(part == StreamPart.Predictions ? FieldRecords.Predictions : FieldRecords.Labels, mapping, options.Limits),
        RecordFormat.Protobuf => new InferResponseFormat(options.Limits),
        RecordFormat.Avro when mapping.SchemaFile is { } file => new BareAvroFormat(Schema(file), options.Limits),
        RecordFormat.Avro => new AvroFormat(_schemas ??= new SchemaCache((_registry ??= new RegistryClient(options.SchemaRegistry)).Ask, time), options.Limits),
        _ => throw new UnreachableException(),
    };

    /// <summary>Opens all that the mappings name, before anything is read.</summary>
    /// <exception cref="FormatSetupException">A file that the settings name cannot be used.</exception>
    public void Open(IEnumerable<(StreamPart Part, string Topic)> topics)
    {
        foreach (var (part, topic) in topics) Of(options.MappingOf(part, topic), part);
    }

    /// <summary>Waits until a value can be read, for commands, which have nothing else to do meanwhile.</summary>
    /// <param name="reader">Reads it.</param>
    /// <param name="record">The record.</param>
    /// <param name="patience">How long at most.</param>
    /// <param name="untilTrouble">Whether it is given up at the first trouble; otherwise that may pass.</param>
    /// <returns>What keeps it from being read; null: it can be.</returns>
    public static string? Await(MessageReader reader, in RecordView record, TimeSpan patience, bool untilTrouble = false)
    {
        if (reader.Format is not { } format) return null;
        format.BeginBatch();
        long began = Stopwatch.GetTimestamp();
        while (!format.IsReady(record.Value))
        {
            if (Stopwatch.GetElapsedTime(began) > patience || (untilTrouble && format.Trouble is not null)) return format.Trouble ?? "The Schema Registry has not answered.";
            Thread.Sleep(5);
        }

        return null;
    }

    public void Dispose() => _registry?.Dispose();

    private AvroShape Schema(string file)
    {
        if (_files.TryGetValue(file, out var known)) return known;
        try
        {
            return _files[file] = AvroSchemas.Parse(File.ReadAllText(file));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or AvroSchemaException)
        {
            throw new FormatSetupException($"schemaFile {file}: {(unreadable is AvroSchemaException ? "this is no Avro schema: " : "")}{unreadable.Message}", unreadable);
        }
    }
}

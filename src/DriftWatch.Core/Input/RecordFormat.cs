using System.Diagnostics;

namespace DriftWatch.Core.Input;

/// <summary>How the values of a topic's records are written.</summary>
public enum RecordFormat
{
    Json,

    /// <summary>JSON behind Schema Registry framing.</summary>
    JsonSchema,

    /// <summary>Avro: behind Schema Registry framing, or bare where the schema is a file.</summary>
    Avro,

    /// <summary>A model server's answer by the Open Inference Protocol in protobuf, bare or behind Schema Registry framing.</summary>
    Protobuf,

    /// <summary>Arrow's stream of record batches, or its file: many rows a record.</summary>
    Arrow,
}

public static class RecordFormats
{
    public static readonly IReadOnlyList<RecordFormat> All = Enum.GetValues<RecordFormat>();

    /// <summary>The format as the configuration writes it.</summary>
    public static string Symbol(this RecordFormat format) => format switch
    {
        RecordFormat.Json => "json",
        RecordFormat.JsonSchema => "json-schema",
        RecordFormat.Avro => "avro",
        RecordFormat.Protobuf => "protobuf-v2",
        RecordFormat.Arrow => "arrow",
        _ => throw new UnreachableException(),
    };
}

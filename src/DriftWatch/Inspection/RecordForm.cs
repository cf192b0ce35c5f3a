using System.Text;

namespace DriftWatch.Inspection;

/// <summary>What the bytes of a value are, as far as their beginning tells.</summary>
internal enum RecordForm
{
    Empty,
    JsonObject,
    JsonArray,
    JsonScalar,
    RegistryJson,
    RegistryBinary,
    Gzip,
    Zstandard,
    ArrowStream,
    ArrowFile,
    Parquet,
    AvroFile,
    Utf16,
    Text,
    Binary,
}

internal static class RecordForms
{
    private static readonly (byte[] Magic, RecordForm Form)[] Beginnings =
    [
        ([0x1F, 0x8B], RecordForm.Gzip),
        ([0x28, 0xB5, 0x2F, 0xFD], RecordForm.Zstandard),
        ([0xFF, 0xFF, 0xFF, 0xFF], RecordForm.ArrowStream),
        ("ARROW1"u8.ToArray(), RecordForm.ArrowFile),
        ("PAR1"u8.ToArray(), RecordForm.Parquet),
        ("Obj\u0001"u8.ToArray(), RecordForm.AvroFile),
        ([0xFF, 0xFE], RecordForm.Utf16),
        ([0xFE, 0xFF], RecordForm.Utf16),
    ];

    /// <summary>Looks at a value.</summary>
    public static RecordForm Of(byte[]? value)
    {
        if (value is null or { Length: 0 }) return RecordForm.Empty;
        foreach (var (magic, form) in Beginnings)
        {
            if (value.AsSpan().StartsWith(magic)) return form;
        }

        // Confluent's framing: a zero byte and the schema's id in four bytes before the payload.
        if (value.Length > 5 && value[0] == 0) return value[5] == '{' ? RecordForm.RegistryJson : RecordForm.RegistryBinary;
        var text = value.AsSpan().TrimStart(" \t\r\n"u8);
        if (text.Length > 0 && text[0] == '{') return RecordForm.JsonObject;
        if (text.Length > 0 && text[0] == '[') return RecordForm.JsonArray;
        if (!System.Text.Unicode.Utf8.IsValid(value) || value.AsSpan().ContainsAnyInRange((byte)0, (byte)8)) return RecordForm.Binary;
        return text.Length > 0 && (text[0] == '"' || char.IsAsciiDigit((char)text[0]) || text[0] == '-') && !text.Contains((byte)',') ? RecordForm.JsonScalar : RecordForm.Text;
    }

    /// <summary>The schema's id of a value in Schema Registry framing.</summary>
    public static int SchemaId(byte[] value) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(value.AsSpan(1));

    /// <summary>What it is, and, where DriftWatch cannot read it, what to do.</summary>
    public static string Describe(this RecordForm form) => form switch
    {
        RecordForm.Empty => "no value (deletion markers)",
        RecordForm.JsonObject => "JSON objects",
        RecordForm.JsonArray => "JSON arrays: send each element as a record of its own",
        RecordForm.JsonScalar => "single JSON values: send objects with an id, a time and a claim",
        RecordForm.RegistryJson => "JSON behind Schema Registry framing: send plain JSON, without the registry's serializer",
        RecordForm.RegistryBinary => "Schema Registry framing, Avro or Protobuf: convert it to JSON on the way",
        RecordForm.Gzip => "gzip, compressed by hand: send plain text and let Kafka compress (compression.type)",
        RecordForm.Zstandard => "Zstandard, compressed by hand: send plain text and let Kafka compress (compression.type)",
        RecordForm.ArrowStream => "Arrow IPC: convert it to JSON, a record a row",
        RecordForm.ArrowFile => "an Arrow file a record: convert it to JSON, a record a row",
        RecordForm.Parquet => "a Parquet file a record: convert it to JSON, a record a row",
        RecordForm.AvroFile => "an Avro file a record: convert it to JSON, a record a row",
        RecordForm.Utf16 => "UTF-16 text: write UTF-8",
        RecordForm.Text => "text that is no JSON (CSV?): send JSON objects",
        RecordForm.Binary => "binary, of no form that is known here (Protobuf without framing, Java serialization?): convert it to JSON",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

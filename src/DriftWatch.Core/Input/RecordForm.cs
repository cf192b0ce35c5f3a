namespace DriftWatch.Core.Input;

/// <summary>What bytes are, as far as their beginning tells: of a record's value, or of a file.</summary>
public enum RecordForm
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
    AvroSingle,
    Orc,
    Zip,
    Xz,
    Bzip2,
    Utf16,
    Text,
    Binary,
}

public static class RecordForms
{
    /// <summary>Bytes of Schema Registry framing: a zero byte and the schema's id in four.</summary>
    public const int FrameLength = 5;

    private static readonly (byte[] Magic, RecordForm Form)[] Beginnings =
    [
        ([0x1F, 0x8B], RecordForm.Gzip),
        ([0x28, 0xB5, 0x2F, 0xFD], RecordForm.Zstandard),
        ([0xFF, 0xFF, 0xFF, 0xFF], RecordForm.ArrowStream),
        ("ARROW1"u8.ToArray(), RecordForm.ArrowFile),
        ("PAR1"u8.ToArray(), RecordForm.Parquet),
        ("Obj\u0001"u8.ToArray(), RecordForm.AvroFile),
        ([0xC3, 0x01], RecordForm.AvroSingle),
        ("ORC"u8.ToArray(), RecordForm.Orc),
        ("PK\u0003\u0004"u8.ToArray(), RecordForm.Zip),
        ([0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'], RecordForm.Xz),
        ("BZh"u8.ToArray(), RecordForm.Bzip2),
        ([0xFF, 0xFE], RecordForm.Utf16),
        ([0xFE, 0xFF], RecordForm.Utf16),
    ];

    /// <summary>The form whose first bytes are the same always; null: it has none such.</summary>
    public static RecordForm? ByMagic(ReadOnlySpan<byte> start)
    {
        foreach (var (magic, form) in Beginnings)
        {
            if (start.StartsWith(magic)) return form;
        }

        return null;
    }

    /// <summary>Looks at a record's value.</summary>
    public static RecordForm Of(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return RecordForm.Empty;
        if (ByMagic(value) is { } form) return form;
        if (IsFramed(value)) return value[FrameLength] == '{' ? RecordForm.RegistryJson : RecordForm.RegistryBinary;
        var text = value.TrimStart(" \t\r\n"u8);
        if (text.Length > 0 && text[0] == '{') return RecordForm.JsonObject;
        if (text.Length > 0 && text[0] == '[') return RecordForm.JsonArray;
        if (!System.Text.Unicode.Utf8.IsValid(value) || value.ContainsAnyInRange((byte)0, (byte)8)) return RecordForm.Binary;
        return text.Length > 0 && (text[0] == '"' || char.IsAsciiDigit((char)text[0]) || text[0] == '-') && !text.Contains((byte)',') ? RecordForm.JsonScalar : RecordForm.Text;
    }

    /// <summary>Whether a value begins as the serializers of a Schema Registry write it: a zero byte, and the schema's id.</summary>
    public static bool IsFramed(ReadOnlySpan<byte> value) => value.Length > FrameLength && value[0] == 0;

    /// <summary>The schema's id of a value in Schema Registry framing.</summary>
    public static int SchemaId(ReadOnlySpan<byte> value) => System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(value[1..]);

    /// <summary>What a value is that is not what was expected, with the fix; null: it looks like nothing that has a name.</summary>
    /// <param name="value">The value.</param>
    /// <param name="format">The format that was expected.</param>
    public static string? LooksLike(ReadOnlySpan<byte> value, RecordFormat format) => Of(value) switch
    {
        RecordForm.RegistryJson when format != RecordFormat.JsonSchema => $"Schema Registry framing with JSON behind it, schema id {SchemaId(value)}: set format: json-schema",
        RecordForm.RegistryJson or RecordForm.RegistryBinary when format != RecordFormat.Avro => $"Schema Registry framing, schema id {SchemaId(value)}: set format: avro and schemaRegistry.url",
        RecordForm.RegistryJson or RecordForm.RegistryBinary => $"Schema Registry framing, schema id {SchemaId(value)}: set schemaRegistry.url, and no schemaFile",
        RecordForm.JsonObject when format != RecordFormat.Json => "plain JSON: set format: json",
        RecordForm.Gzip => "gzip, compressed by hand: let Kafka compress (compression.type)",
        RecordForm.Zstandard => "Zstandard, compressed by hand: let Kafka compress (compression.type)",
        RecordForm.ArrowStream or RecordForm.ArrowFile when format != RecordFormat.Arrow => "Arrow: set format: arrow",
        RecordForm.Parquet => "a Parquet file: send each row as a record of its own",
        RecordForm.AvroFile => "an Avro container file: send each row as a record of its own, without the file's header",
        RecordForm.AvroSingle => "Avro's single-object encoding: send it in Schema Registry framing, or bare",
        RecordForm.Utf16 => "UTF-16: send UTF-8",
        _ => null,
    };

    /// <summary>What it is, and what to do where records of that form need a word.</summary>
    public static string Describe(this RecordForm form) => form switch
    {
        RecordForm.Empty => "no value (deletion markers)",
        RecordForm.JsonObject => "JSON objects",
        RecordForm.JsonArray => "JSON arrays: each element is a row, with rows: value",
        RecordForm.JsonScalar => "single JSON values: send objects with an id, a time and a claim",
        RecordForm.RegistryJson => "JSON behind Schema Registry framing (format: json-schema)",
        RecordForm.RegistryBinary => "Schema Registry framing, Avro or Protobuf (format: avro)",
        RecordForm.Gzip => "gzip, compressed by hand: send plain text and let Kafka compress (compression.type)",
        RecordForm.Zstandard => "Zstandard, compressed by hand: send plain text and let Kafka compress (compression.type)",
        RecordForm.ArrowStream => "Arrow IPC, many rows a record (format: arrow)",
        RecordForm.ArrowFile => "an Arrow file a record (format: arrow)",
        RecordForm.Parquet => "a Parquet file a record: convert it to JSON, a record a row",
        RecordForm.AvroFile => "an Avro file a record: convert it to JSON, a record a row",
        RecordForm.AvroSingle => "Avro's single-object encoding: send it in Schema Registry framing, or bare with a schemaFile",
        RecordForm.Orc => "an ORC file a record: convert it to JSON, a record a row",
        RecordForm.Zip => "a zip archive a record: send plain text and let Kafka compress (compression.type)",
        RecordForm.Xz => "xz, compressed by hand: send plain text and let Kafka compress (compression.type)",
        RecordForm.Bzip2 => "bzip2, compressed by hand: send plain text and let Kafka compress (compression.type)",
        RecordForm.Utf16 => "UTF-16 text: write UTF-8",
        RecordForm.Text => "text that is no JSON (CSV?): send JSON objects",
        RecordForm.Binary => "binary, of no form that is known here (Protobuf without framing, Java serialization?; Avro without framing: format: avro with schemaFile)",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

namespace DriftWatch.Formats.Avro;

/// <summary>What stands next in a value: one node of a schema, ready to be walked.</summary>
internal enum AvroKind : byte
{
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Fixed,
    Enum,
    Array,
    Map,
    Union,
    Record,

    /// <summary>A whole number of <see cref="AvroShape.Ticks"/> since 1970.</summary>
    Time,

    /// <summary>Bytes that are a number, with <see cref="AvroShape.Scale"/> digits behind the point.</summary>
    Decimal,

    /// <summary>Like <see cref="Decimal"/>, of fixed length.</summary>
    FixedDecimal,

    /// <summary>16 bytes that are a UUID.</summary>
    FixedUuid,
}

/// <summary>A schema in the form that <see cref="AvroWalk"/> reads values by; may hold itself.</summary>
internal sealed class AvroShape(AvroKind kind)
{
    public AvroKind Kind { get; } = kind;

    /// <summary>What it is made of: fields, branches, or the one of items or values.</summary>
    public AvroShape[] Parts { get; set; } = [];

    /// <summary>Of a record: <c>"name":</c> of each field. Of an enumeration: <c>"symbol"</c> of each.</summary>
    public byte[][] Words { get; set; } = [];

    /// <summary>Length of what is fixed.</summary>
    public int Size { get; init; }

    public int Scale { get; init; }

    /// <summary>Ticks of 100 ns in one of what a time counts; negative: so many make one tick.</summary>
    public long Ticks { get; init; }
}

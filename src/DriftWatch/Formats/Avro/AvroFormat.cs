using DriftWatch.Core.Input;
using DriftWatch.Formats.Registry;

namespace DriftWatch.Formats.Avro;

/// <summary>Avro in Schema Registry framing: each value names the schema that it was written with.</summary>
internal sealed class AvroFormat(SchemaCache schemas, ReadLimits limits) : IValueFormat
{
    private static readonly FormatFault NotFramed = new(RejectReason.Format, "Schema Registry framing: a zero byte and a schema id of four bytes before the value");

    private readonly JsonBuffer _json = new(limits.MaxRecordBytes);

    public ReadOnlySpan<byte> Json => _json.Written;

    public string? Trouble => schemas.Trouble;

    public void BeginBatch() => schemas.BeginBatch();

    // What is not framed needs no schema to be refused.
    public bool IsReady(ReadOnlySpan<byte> value) => !IsFramed(value) || schemas.IsReady(RecordForms.SchemaId(value));

    public FormatFault Decode(ReadOnlySpan<byte> value)
    {
        if (!IsFramed(value)) return NotFramed;
        var answer = schemas[RecordForms.SchemaId(value)];
        if (answer.Shape is not { } shape) return answer.Fault;
        _json.Clear();
        return new AvroWalk(value[RecordForms.FrameLength..], _json, limits.MaxDepth).Read(shape);
    }

    private static bool IsFramed(ReadOnlySpan<byte> value) => value.Length >= RecordForms.FrameLength && value[0] == 0;
}

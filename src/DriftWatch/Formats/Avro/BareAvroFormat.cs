using DriftWatch.Core.Input;

namespace DriftWatch.Formats.Avro;

/// <summary>Avro without a frame, all of one schema.</summary>
internal sealed class BareAvroFormat(AvroShape shape, ReadLimits limits) : IValueFormat
{
    private readonly JsonBuffer _json = new(limits.MaxRecordBytes);

    public ReadOnlySpan<byte> Json => _json.Written;

    public FormatFault Decode(ReadOnlySpan<byte> value)
    {
        _json.Clear();
        return new AvroWalk(value, _json, limits.MaxDepth).Read(shape);
    }
}

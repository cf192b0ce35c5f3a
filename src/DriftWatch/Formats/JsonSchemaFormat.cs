using DriftWatch.Core.Input;

namespace DriftWatch.Formats;

/// <summary>JSON in Schema Registry framing: what is behind the frame says all by itself, so no registry is asked.</summary>
internal sealed class JsonSchemaFormat : IValueFormat
{
    private static readonly FormatFault NotFramed = new(RejectReason.Format, "Schema Registry framing: a zero byte and a schema id of four bytes before the JSON");

    private byte[] _json = new byte[1024];
    private int _length;

    public ReadOnlySpan<byte> Json => _json.AsSpan(0, _length);

    public FormatFault Decode(ReadOnlySpan<byte> value)
    {
        if (value.Length < RecordForms.FrameLength || value[0] != 0) return NotFramed;
        _length = value.Length - RecordForms.FrameLength;
        if (_length > _json.Length) _json = new byte[Math.Max(_length, 2 * _json.Length)];
        value[RecordForms.FrameLength..].CopyTo(_json);
        return default;
    }
}

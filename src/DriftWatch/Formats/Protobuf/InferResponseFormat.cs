using System.Text;
using DriftWatch.Core.Input;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace DriftWatch.Formats.Protobuf;

/// <summary>A model server's answer in protobuf, bare or behind Schema Registry framing: comes to the JSON that the same answer is over REST.</summary>
/// <remarks>The message is fixed by its protocol, so no registry is asked. Makes some objects a record, which has many rows.</remarks>
internal sealed class InferResponseFormat(ReadLimits limits) : IValueFormat
{
    private static readonly FormatFault NoResponse = new(RejectReason.Format, "a ModelInferResponse of the Open Inference Protocol in protobuf, with outputs");

    private readonly JsonBuffer _json = new(limits.MaxRecordBytes);

    public ReadOnlySpan<byte> Json => _json.Written;

    public FormatFault Decode(ReadOnlySpan<byte> value)
    {
        // No message of protobuf begins with a zero byte.
        if (value.Length > 0 && value[0] == 0 && !TrySkipFrame(ref value)) return NoResponse;
        ModelInferResponse response;
        try
        {
            response = ModelInferResponse.Parser.ParseFrom(value);
        }
        catch (InvalidProtocolBufferException broken)
        {
            return NoResponse with { Expected = $"{NoResponse.Expected}; it cannot be parsed: {broken.Message}" };
        }

        if (response.Outputs.Count == 0) return NoResponse;
        _json.Clear();
        string? fault = Write(response);
        if (fault is not null) return new(RejectReason.Format, fault);
        return _json.IsFull ? new(RejectReason.Oversize, "a value whose JSON is shorter (limit maxRecordBytes)") : default;
    }

    /// <summary>Passes over the frame and, behind it, the path of numbers to the message's type.</summary>
    private static bool TrySkipFrame(ref ReadOnlySpan<byte> value)
    {
        if (value.Length < RecordForms.FrameLength) return false;
        value = value[RecordForms.FrameLength..];
        if (!TryVarint(ref value, out ulong count)) return false;
        // Zigzag; a lone zero is short for the first message.
        for (ulong left = count >> 1; left > 0; left--)
        {
            if (!TryVarint(ref value, out _)) return false;
        }

        return true;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> value, out ulong number)
    {
        number = 0;
        for (int i = 0; i < value.Length && i < 10; i++)
        {
            number |= (ulong)(value[i] & 0x7F) << (7 * i);
            if (value[i] >= 0x80) continue;
            value = value[(i + 1)..];
            return true;
        }

        return false;
    }

    private string? Write(ModelInferResponse response)
    {
        _json.Raw((byte)'{');
        Member("model_name", response.ModelName);
        Member("model_version", response.ModelVersion);
        Member("id", response.Id);
        Parameters(response.Parameters);
        _json.Raw("\"outputs\":["u8);
        for (int i = 0; i < response.Outputs.Count; i++)
        {
            var tensor = response.Outputs[i];
            if (i > 0) _json.Raw((byte)',');
            _json.Raw((byte)'{');
            Member("name", tensor.Name);
            Member("datatype", tensor.Datatype);
            Parameters(tensor.Parameters);
            _json.Raw("\"shape\":["u8);
            for (int dimension = 0; dimension < tensor.Shape.Count; dimension++)
            {
                if (dimension > 0) _json.Raw((byte)',');
                _json.Whole(tensor.Shape[dimension]);
            }

            _json.Raw("],\"data\":["u8);
            string? fault = i < response.RawOutputContents.Count ? TensorData.Raw(_json, tensor.Datatype, response.RawOutputContents[i].Span) : TensorData.Typed(_json, tensor.Contents);
            if (fault is not null) return $"tensor {tensor.Name}: {fault}";
            _json.Raw("]}"u8);
        }

        _json.Raw("]}"u8);
        return null;
    }

    private void Member(string name, string value)
    {
        // What is empty was not said.
        if (value.Length == 0) return;
        _json.Text(Encoding.UTF8.GetBytes(name));
        _json.Raw((byte)':');
        _json.Text(Encoding.UTF8.GetBytes(value));
        _json.Raw((byte)',');
    }

    private void Parameters(MapField<string, InferParameter> parameters)
    {
        if (parameters.Count == 0) return;
        _json.Raw("\"parameters\":{"u8);
        bool first = true;
        foreach (var (name, value) in parameters)
        {
            if (!first) _json.Raw((byte)',');
            first = false;
            _json.Text(Encoding.UTF8.GetBytes(name));
            _json.Raw((byte)':');
            switch (value.ParameterChoiceCase)
            {
                case InferParameter.ParameterChoiceOneofCase.BoolParam: _json.Raw(value.BoolParam ? "true"u8 : "false"u8); break;
                case InferParameter.ParameterChoiceOneofCase.Int64Param: _json.Whole(value.Int64Param); break;
                case InferParameter.ParameterChoiceOneofCase.Uint64Param: _json.Whole(value.Uint64Param); break;
                case InferParameter.ParameterChoiceOneofCase.DoubleParam: _json.Number(value.DoubleParam); break;
                case InferParameter.ParameterChoiceOneofCase.StringParam: _json.Text(Encoding.UTF8.GetBytes(value.StringParam)); break;
                default: _json.Raw("null"u8); break;
            }
        }

        _json.Raw("},"u8);
    }
}

using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Formats.Protobuf;
using Google.Protobuf;
using Xunit;

namespace DriftWatch.Formats;

/// <summary>A model server's answer in protobuf is the same answer as its JSON over REST.</summary>
public sealed class InferResponseFormatTests
{
    [Fact]
    public void Typed_contents_come_to_the_json_of_the_protocol()
    {
        var response = Response();
        response.Parameters.Add("stage", new InferParameter { StringParam = "prod" });
        response.Outputs.Add(Tensor("p", "FP64", [1, 2], new InferTensorContents { Fp64Contents = { 0.2, 0.8 } }));
        response.Outputs.Add(Tensor("q", "FP32", [2], new InferTensorContents { Fp32Contents = { 0.1f, float.NaN } }));
        response.Outputs.Add(Tensor("n", "INT64", [1], new InferTensorContents { Int64Contents = { -5 } }));
        response.Outputs.Add(Tensor("class", "BYTES", [2], new InferTensorContents { BytesContents = { ByteString.CopyFromUtf8("cat"), ByteString.CopyFromUtf8("é\"") } }));
        response.Outputs.Add(Tensor("flag", "BOOL", [1], new InferTensorContents { BoolContents = { true } }));

        Assert.Equal(
            """{"model_name":"fraud","model_version":"7","id":"r1","parameters":{"stage":"prod"},"outputs":[{"name":"p","datatype":"FP64","shape":[1,2],"data":[0.2,0.8]},{"name":"q","datatype":"FP32","shape":[2],"data":[0.1,NaN]},{"name":"n","datatype":"INT64","shape":[1],"data":[-5]},{"name":"class","datatype":"BYTES","shape":[2],"data":["cat","é\""]},{"name":"flag","datatype":"BOOL","shape":[1],"data":[true]}]}""",
            Json(response.ToByteArray()));
    }

    public static TheoryData<string, byte[], string> Raws => new()
    {
        { "FP32", [.. BitConverter.GetBytes(0.25f), .. BitConverter.GetBytes(0.1f)], "0.25,0.1" },
        { "FP64", BitConverter.GetBytes(1e-7), "1E-07" },
        { "FP16", BitConverter.GetBytes((Half)0.5), "0.5" },
        { "BF16", [0x00, 0x3F], "0.5" },
        { "INT8", [0xFF, 0x01], "-1,1" },
        { "UINT8", [0xFF], "255" },
        { "INT16", [0xFE, 0xFF], "-2" },
        { "UINT16", [0xFE, 0xFF], "65534" },
        { "INT32", BitConverter.GetBytes(-7), "-7" },
        { "UINT32", BitConverter.GetBytes(uint.MaxValue), "4294967295" },
        { "INT64", BitConverter.GetBytes(long.MinValue), "-9223372036854775808" },
        { "UINT64", BitConverter.GetBytes(ulong.MaxValue), "18446744073709551615" },
        { "BOOL", [0, 1], "false,true" },
        { "BYTES", [3, 0, 0, 0, (byte)'c', (byte)'a', (byte)'t', 0, 0, 0, 0, 1, 0, 0, 0, 0xE9], "\"cat\",\"\",\"é\"" },
        { "FP32", [], "" },
    };

    [Theory, MemberData(nameof(Raws))]
    public void Raw_contents_come_to_the_values_of_their_type(string type, byte[] raw, string data)
    {
        var response = Response();
        response.Outputs.Add(Tensor("o", type, [1], null));
        response.RawOutputContents.Add(ByteString.CopyFrom(raw));

        Assert.Contains($"\"data\":[{data}]", Json(response.ToByteArray()), StringComparison.Ordinal);
    }

    /// <summary>The bytes as the protocol numbers them, by hand: what another generator would write.</summary>
    [Fact]
    public void The_numbers_of_fields_are_the_protocols()
    {
        byte[] tensor = [0x0A, 1, (byte)'o', 0x12, 4, .. "FP32"u8, 0x1A, 1, 2];
        byte[] value = [0x0A, 1, (byte)'m', 0x12, 1, (byte)'7', 0x1A, 2, .. "r1"u8, 0x2A, (byte)tensor.Length, .. tensor, 0x32, 8, .. BitConverter.GetBytes(0.5f), .. BitConverter.GetBytes(0.25f)];

        Assert.Equal("""{"model_name":"m","model_version":"7","id":"r1","outputs":[{"name":"o","datatype":"FP32","shape":[2],"data":[0.5,0.25]}]}""", Json(value));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 7, 0 })] // the first message of the schema
    [InlineData(new byte[] { 0, 0, 0, 0, 7, 4, 2, 0 })] // the first of the second
    public void Behind_framing_it_is_the_same(byte[] frame)
    {
        var response = Response();
        response.Outputs.Add(Tensor("p", "FP64", [1], new InferTensorContents { Fp64Contents = { 0.5 } }));

        Assert.Equal(Json(response.ToByteArray()), Json([.. frame, .. response.ToByteArray()]));
    }

    [Fact]
    public void What_is_no_answer_is_refused_whatever_the_bytes()
    {
        Assert.Contains("a ModelInferResponse", Fault([]).Expected);
        Assert.Contains("cannot be parsed", Fault([0x0A, 200]).Expected);
        Assert.Contains("a ModelInferResponse", Fault([0, 0, 0]).Expected);
        Assert.Contains("with outputs", Fault(Response().ToByteArray()).Expected);
        Assert.Contains("plain JSON: set format: json", RecordForms.LooksLike("{\"id\":1}"u8, RecordFormat.Protobuf));

        var odd = Response();
        odd.Outputs.Add(Tensor("o", "FP32", [1], null));
        odd.RawOutputContents.Add(ByteString.CopyFrom(1, 2, 3));
        Assert.Equal("tensor o: raw contents of 4 bytes a value (FP32), not 3 in all", Fault(odd.ToByteArray()).Expected);
        odd.Outputs[0].Datatype = "BYTES";
        Assert.Contains("each with its length", Fault(odd.ToByteArray()).Expected);
        odd.Outputs[0].Datatype = "FP8";
        Assert.Contains("not FP8", Fault(odd.ToByteArray()).Expected);

        var random = new Random(7);
        byte[] good = odd.ToByteArray();
        var format = new InferResponseFormat(new ReadLimits());
        for (int i = 0; i < 5000; i++)
        {
            byte[] broken = [.. good];
            for (int flips = random.Next(1, 4); flips > 0; flips--) broken[random.Next(broken.Length)] = (byte)random.Next(256);
            _ = format.Decode(broken.AsSpan(0, random.Next(broken.Length + 1)));
        }
    }

    [Fact]
    public void An_answer_is_a_prediction_by_the_mapping_of_its_json()
    {
        var response = Response();
        response.Outputs.Add(Tensor("predict", "FP32", [1, 2], null));
        response.RawOutputContents.Add(ByteString.CopyFrom([.. BitConverter.GetBytes(0.25f), .. BitConverter.GetBytes(0.75f)]));
        var mapping = new FieldMapping { Format = RecordFormat.Protobuf, [FieldName.Model] = "/model_name", [FieldName.Version] = "/model_version", [FieldName.Probability] = "/outputs/0/data/1", TimeFrom = TimeSource.Kafka };
        var routes = new RouteTable(new SeriesOptions());
        var reader = new MessageReader(mapping, new ReadLimits(), routes, new byte[16], format: new InferResponseFormat(new ReadLimits()));

        var reason = reader.ReadPrediction(new RecordView { Value = response.ToByteArray(), KafkaTimestamp = 1_795_255_200_000 }, EventTime.Latest, out var prediction);

        Assert.Equal((RejectReason.None, 0.75), (reason, prediction.Confidence));
        Assert.Equal(("fraud", "7"), (routes[prediction.Route].Model, routes[prediction.Route].Version));
    }

    private static ModelInferResponse Response() => new() { ModelName = "fraud", ModelVersion = "7", Id = "r1" };

    private static ModelInferResponse.Types.InferOutputTensor Tensor(string name, string type, long[] shape, InferTensorContents? contents) =>
        new() { Name = name, Datatype = type, Shape = { shape }, Contents = contents };

    private static string Json(byte[] value)
    {
        var format = new InferResponseFormat(new ReadLimits());
        Assert.Equal(default, format.Decode(value));
        return Encoding.UTF8.GetString(format.Json);
    }

    private static FormatFault Fault(byte[] value)
    {
        var fault = new InferResponseFormat(new ReadLimits()).Decode(value);
        Assert.Equal(RejectReason.Format, fault.Reason);
        return fault;
    }
}

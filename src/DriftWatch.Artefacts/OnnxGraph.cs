using Google.Protobuf;
using Onnx;

namespace DriftWatch.Artefacts;

/// <summary>A graph of operations in double, node by node: each gives the name of what it computes.</summary>
internal sealed class OnnxGraph
{
    private readonly GraphProto _graph;

    public OnnxGraph(string name) => _graph = new() { Name = name };

    public GraphProto Proto => _graph;

    public string Input(string name, long width)
    {
        _graph.Input.Add(Tensor(name, width));
        return name;
    }

    public void Output(string name, long width) => _graph.Output.Add(Tensor(name, width));

    public string Node(string op, params string[] inputs) => Node(op, inputs, []);

    /// <summary>A node with its result under a name of its own.</summary>
    public string NodeAs(string output, string op, params string[] inputs)
    {
        _graph.Node.Add(new NodeProto { Name = output, OpType = op, Input = { inputs }, Output = { output } });
        return output;
    }

    public string Node(string op, string[] inputs, AttributeProto[] attributes)
    {
        string output = $"{op.ToLowerInvariant()}_{_graph.Node.Count}";
        _graph.Node.Add(new NodeProto { Name = output, OpType = op, Input = { inputs }, Output = { output }, Attribute = { attributes } });
        return output;
    }

    /// <summary>A number without dimensions.</summary>
    public string Scalar(string name, double value) => Add(new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Double, RawData = Bytes([value]) });

    /// <summary>A row of numbers.</summary>
    public string Row(string name, IReadOnlyCollection<double> values) =>
        Add(new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Double, Dims = { values.Count }, RawData = Bytes([.. values]) });

    /// <summary>A row of whole numbers.</summary>
    public string Row(string name, params long[] values) =>
        Add(new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Int64, Dims = { values.Length }, Int64Data = { values } });

    public static AttributeProto Whole(string name, long value) => new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    private string Add(TensorProto tensor)
    {
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private static ByteString Bytes(double[] values)
    {
        byte[] bytes = new byte[sizeof(double) * values.Length];
        for (int i = 0; i < values.Length; i++) System.Buffers.Binary.BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(sizeof(double) * i), values[i]);
        return ByteString.CopyFrom(bytes);
    }

    private static ValueInfoProto Tensor(string name, long width) => new()
    {
        Name = name,
        Type = new TypeProto
        {
            TensorType = new TypeProto.Types.Tensor
            {
                ElemType = (int)TensorProto.Types.DataType.Double,
                Shape = new TensorShapeProto
                {
                    Dim = { new TensorShapeProto.Types.Dimension { DimParam = "batch" }, new TensorShapeProto.Types.Dimension { DimValue = width } },
                },
            },
        },
    };
}

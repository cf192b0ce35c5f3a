using System.Diagnostics;
using DriftWatch.Core.Recalibration;
using Google.Protobuf;
using Onnx;
using static DriftWatch.Artefacts.OnnxGraph;

namespace DriftWatch.Artefacts;

/// <summary>A calibration map as an ONNX model: a tensor of claims in, as many probabilities out, in double.</summary>
/// <remarks>
/// <para>Operations and their order are those of <see cref="CalibrationMap.Apply(double)"/>, so that maps made of knots and steps give the same bits, and the others differ by what two libraries' exp and log do.</para>
/// <para>Only kernels that ONNX Runtime has in double: a sigmoid is 1 ÷ (1 + e⁻ˣ), a softmax e^(LogSoftmax). Knots are looked up and not summed as Relus: where two lie close together the slopes between them would cancel
/// each other's digits everywhere above.</para>
/// </remarks>
public static class OnnxMap
{
    public const string InputName = "probability";
    public const string OutputName = "calibrated";
    public const int Opset = 13;

    /// <summary>The format that opset 13 came with.</summary>
    private const int Format = 7;

    /// <param name="map">What to write.</param>
    /// <param name="facts">Name and value, for whoever finds the file: model, version, checksum of the map's JSON.</param>
    /// <param name="version">Version of the writer.</param>
    public static byte[] Write(CalibrationMap map, IReadOnlyList<KeyValuePair<string, string>> facts, string version)
    {
        var model = new ModelProto
        {
            IrVersion = Format,
            ProducerName = "driftwatch",
            ProducerVersion = version,
            Domain = "io.driftwatch",
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = Opset } },
            Graph = Graph(map),
        };
        model.MetadataProps.Add(facts.Select(fact => new StringStringEntryProto { Key = fact.Key, Value = fact.Value }));
        return model.ToByteArray();
    }

    /// <summary>How many numbers a row of the model's tensors has.</summary>
    public static int Width(CalibrationMap map) => map is VectorMap ? map.Classes : 1;

    private static GraphProto Graph(CalibrationMap map)
    {
        var graph = new OnnxGraph("calibration_map");
        string claim = graph.Input(InputName, Width(map));
        switch (map)
        {
            case LogitMap logit: Add(graph, claim, logit); break;
            case BetaMap beta: Add(graph, claim, beta); break;
            case KnotMap knots: Add(graph, claim, knots); break;
            case StepMap steps: Add(graph, claim, steps); break;
            case VectorMap vector: Add(graph, claim, vector); break;
            default: throw new UnreachableException();
        }

        graph.Output(OutputName, Width(map));
        return graph.Proto;
    }

    private static void Add(OnnxGraph graph, string claim, LogitMap map)
    {
        var (low, high) = Logarithms(graph, claim, LogitMap.Clip);
        string stretched = graph.Node("Mul", graph.Scalar("slope", map.Slope), graph.Node("Sub", low, high));
        Sigmoid(graph, graph.Node("Add", stretched, graph.Scalar("intercept", map.Intercept)));
    }

    private static void Add(OnnxGraph graph, string claim, BetaMap map)
    {
        var (low, high) = Logarithms(graph, claim, BetaMap.Clip);
        string sum = graph.Node("Add", graph.Node("Mul", graph.Scalar("a", map.A), low), graph.Node("Mul", graph.Scalar("b", map.B), graph.Node("Neg", high)));
        Sigmoid(graph, graph.Node("Add", sum, graph.Scalar("c", map.C)));
    }

    /// <summary>ln p and ln(1 − p).</summary>
    private static (string Low, string High) Logarithms(OnnxGraph graph, string claim, double clip)
    {
        string inside = graph.Node("Clip", claim, graph.Scalar("least", clip), graph.Scalar("most", 1 - clip));
        return (graph.Node("Log", inside), graph.Node("Log", graph.Node("Sub", graph.Scalar("one", 1), inside)));
    }

    private static void Sigmoid(OnnxGraph graph, string logit) =>
        graph.NodeAs(OutputName, "Div", "one", graph.Node("Add", "one", graph.Node("Exp", graph.Node("Neg", logit))));

    private static void Add(OnnxGraph graph, string claim, KnotMap map)
    {
        int knots = map.Claims.Length;
        string above = CountUpTo(graph, claim, map.Claims);
        // One place a stretch between knots, and one at each end, where the line is level.
        double[] start = [0, .. map.Claims], from = [map.Values[0], .. map.Values], width = new double[knots + 1], rise = new double[knots + 1];
        (width[0], width[^1]) = (1, 1);
        for (int i = 1; i < knots; i++) (width[i], rise[i]) = (map.Claims[i] - map.Claims[i - 1], map.Values[i] - map.Values[i - 1]);
        string share = graph.Node("Div", graph.Node("Sub", claim, Pick("start", start)), Pick("width", width));
        graph.NodeAs(OutputName, "Add", Pick("from", from), graph.Node("Mul", share, Pick("rise", rise)));

        string Pick(string name, double[] table) => graph.Node("Gather", graph.Row(name, table), above);
    }

    private static void Add(OnnxGraph graph, string claim, StepMap map)
    {
        if (map.Edges.Length == 0) graph.NodeAs(OutputName, "Clip", claim, graph.Scalar("level", map.Values[0]), "level");
        else graph.NodeAs(OutputName, "Gather", graph.Row("levels", map.Values), CountUpTo(graph, claim, map.Edges));
    }

    /// <summary>How many places are at most the claim.</summary>
    private static string CountUpTo(OnnxGraph graph, string claim, IReadOnlyCollection<double> places)
    {
        string reached = graph.Node("Not", graph.Node("Less", claim, graph.Row("places", places)));
        string counted = graph.Node("Cast", [reached], [Whole("to", (long)TensorProto.Types.DataType.Int64)]);
        return graph.Node("ReduceSum", [counted, graph.Row("axis", 1L)], [Whole("keepdims", 1)]);
    }

    private static void Add(OnnxGraph graph, string claims, VectorMap map)
    {
        string logarithms = graph.Node("Log", graph.Node("Clip", claims, graph.Scalar("least", VectorMap.Clip), graph.Scalar("most", 1)));
        string logits = graph.Node("Add", graph.Node("Mul", logarithms, graph.Row("slopes", map.Slopes)), graph.Row("intercepts", map.Intercepts));
        graph.NodeAs(OutputName, "Exp", graph.Node("LogSoftmax", [logits], [Whole("axis", 1)]));
    }
}

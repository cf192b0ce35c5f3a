using System.Collections.Immutable;
using DriftWatch.Core.Hashing;
using DriftWatch.Core.Recalibration;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Onnx;
using Xunit;

namespace DriftWatch.Artefacts;

/// <summary>The ONNX form of a map, as ONNX Runtime computes it, against the map: 100 000 claims, all knots, and the doubles next to them.</summary>
public sealed class OnnxMapTests
{
    private const double AsClose = 1e-12;

    private static readonly ImmutableArray<(string Name, CalibrationMap Map)> Maps =
    [
        ("intercept", new LogitMap(MapMethod.Intercept, 1, -2.3)),
        ("temperature", new LogitMap(MapMethod.Temperature, 5, 0)),
        ("platt", new LogitMap(MapMethod.Platt, 1.6244270154, -.0063916272)),
        ("beta", new BetaMap(1.5547597, 1.6947387, -.1157991)),
        ("beta with one slope", new BetaMap(0, 3, .4)),
        ("one knot", new KnotMap([.5], [.3])),
        ("knots", Knots(300)),
        ("knots next to each other", new KnotMap([.2, Math.BitIncrement(.2), .7, .7 + 1e-15, 1], [.05, .4, .4, .9, .95])),
        ("steps", new StepMap([1e-9, .1, .35, .6, .999], [.01, .2, .15, .5, .7, .99])),
        ("one step", new StepMap([], [.25])),
    ];

    public static TheoryData<string> Names => [.. Maps.Select(each => each.Name)];

    [Theory, MemberData(nameof(Names))]
    public void ONNX_Runtime_computes_the_map(string name)
    {
        var map = Maps.Single(each => each.Name == name).Map;
        double[] claims = [.. Claims(map)];
        double[] computed = Run(map, claims, 1);
        double furthest = 0;
        for (int i = 0; i < claims.Length; i++) furthest = Math.Max(furthest, Math.Abs(map.Apply(claims[i]) - computed[i]));
        Assert.InRange(furthest, 0, map is KnotMap or StepMap ? 0 : AsClose);
        Assert.True(claims.Length >= 100_000);
        TestContext.Current.TestOutputHelper!.WriteLine($"{name}: {claims.Length} claims, furthest {furthest:R}");
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(40, true)]
    public void ONNX_Runtime_computes_maps_of_vectors(int classes, bool vector)
    {
        ulong seed = (ulong)classes;
        double[] slopes = [.. Enumerable.Range(0, classes).Select(_ => vector ? .3 + (2 * SplitMix64.Unit(ref seed)) : .7)];
        double[] intercepts = [.. Enumerable.Range(0, classes).Select(_ => vector ? SplitMix64.Unit(ref seed) - .5 : 0)];
        var map = new VectorMap(vector ? MapMethod.Vector : MapMethod.Temperature, [.. slopes], [.. intercepts]);
        int rows = 100_000 / classes;
        var claims = new double[rows * classes];
        for (int row = 0; row < rows; row++)
        {
            var one = claims.AsSpan(row * classes, classes);
            double sum = 0;
            foreach (ref double claim in one) sum += claim = row % 10 == 0 && SplitMix64.Unit(ref seed) < .5 ? 0 : Math.Pow(SplitMix64.Unit(ref seed), 1 + (row % 7));
            foreach (ref double claim in one) claim = sum > 0 ? claim / sum : 0;
        }

        double[] computed = Run(map, claims, classes);
        var expected = new double[classes];
        double furthest = 0;
        for (int row = 0; row < rows; row++)
        {
            map.Apply(claims.AsSpan(row * classes, classes), expected);
            for (int i = 0; i < classes; i++) furthest = Math.Max(furthest, Math.Abs(expected[i] - computed[(row * classes) + i]));
        }

        Assert.InRange(furthest, 0, AsClose);
    }

    [Theory, MemberData(nameof(Names))]
    public void The_model_says_what_it_is(string name)
    {
        var map = Maps.Single(each => each.Name == name).Map;
        byte[] bytes = OnnxMap.Write(map, [new("model", "m"), new("checksum", "sha256:0")], "0.1.0");
        Assert.Equal(bytes, OnnxMap.Write(map, [new("model", "m"), new("checksum", "sha256:0")], "0.1.0"));
        var model = ModelProto.Parser.ParseFrom(bytes);
        Assert.Equal(13, Assert.Single(model.OpsetImport).Version);
        Assert.All(model.Graph.Initializer.Where(each => each.DataType != (int)TensorProto.Types.DataType.Int64), each => Assert.Equal((int)TensorProto.Types.DataType.Double, each.DataType));
        using var session = new InferenceSession(bytes);
        Assert.Equal(OnnxMap.InputName, Assert.Single(session.InputMetadata).Key);
        Assert.Equal(OnnxMap.OutputName, Assert.Single(session.OutputMetadata).Key);
        Assert.Equal(typeof(double), session.InputMetadata[OnnxMap.InputName].ElementType);
        Assert.Equal([-1, 1], session.OutputMetadata[OnnxMap.OutputName].Dimensions);
        Assert.Equal("sha256:0", session.ModelMetadata.CustomMetadataMap["checksum"]);
    }

    private static double[] Run(CalibrationMap map, double[] claims, int width)
    {
        using var session = new InferenceSession(OnnxMap.Write(map, [], "test"));
        var computed = new double[claims.Length];
        // Some rows at a time: knots are compared with all of them at once.
        int most = 10_000 * width;
        for (int start = 0; start < claims.Length; start += most)
        {
            int count = Math.Min(most, claims.Length - start);
            var tensor = new DenseTensor<double>(claims.AsMemory(start, count), [count / width, width]);
            using var results = session.Run([NamedOnnxValue.CreateFromTensor(OnnxMap.InputName, tensor)]);
            results[0].AsTensor<double>().ToArray().CopyTo(computed, start);
        }

        return computed;
    }

    private static IEnumerable<double> Claims(CalibrationMap map)
    {
        ulong seed = 7;
        IEnumerable<double> special = map switch { KnotMap knots => knots.Claims, StepMap steps => steps.Edges, _ => [] };
        foreach (double at in special.Concat([0, 1e-300, 1e-16, 1e-7, 1.0 / (1L << 52), .5, 1 - 1e-7, 1 - (1.0 / (1L << 52)), 1]))
        {
            yield return at;
            if (at > 0) yield return Math.BitDecrement(at);
            if (at < 1) yield return Math.BitIncrement(at);
        }

        for (int i = 0; i < 60_000; i++) yield return SplitMix64.Unit(ref seed);
        // Where log-odds are large: claims next to 0, and next to 1.
        for (int i = 0; i < 20_000; i++) yield return Math.Exp(-40 * SplitMix64.Unit(ref seed));
        for (int i = 0; i < 20_000; i++) yield return 1 - Math.Exp(-36 * SplitMix64.Unit(ref seed));
    }

    private static KnotMap Knots(int count)
    {
        ulong seed = 3;
        double[] claims = [.. Enumerable.Range(0, count).Select(_ => SplitMix64.Unit(ref seed)).Order()];
        double[] values = [.. Enumerable.Range(0, count).Select(_ => SplitMix64.Unit(ref seed)).Order()];
        return new([.. claims], [.. values]);
    }
}

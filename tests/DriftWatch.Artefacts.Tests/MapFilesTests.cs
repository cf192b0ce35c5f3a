using System.Text;
using DriftWatch.Core.Recalibration;
using DriftWatch.Core.Time;
using Microsoft.ML.OnnxRuntime;
using Xunit;
using YamlDotNet.Serialization;

namespace DriftWatch.Artefacts;

public sealed class MapFilesTests
{
    private const string Storage = "s3://maps/it's: \"here\"";

    [Theory]
    [InlineData("flights", "1", null, "flights-1-calibration")]
    [InlineData("Fraud_EU", "2024.1", null, "fraud-eu-2024-1-0e9ee799-calibration")]
    [InlineData("m", "1", "origin=ATL", null)]
    [InlineData("ö", "—", null, null)]
    [InlineData("a-model-with-a-very-long-name-that-goes-on-and-on", "and-a-version-that-does-so-too", null, null)]
    public void Names_are_those_of_Kubernetes(string model, string version, string? slice, string? expected)
    {
        string name = MapFiles.NameOf(Document(new LogitMap(MapMethod.Platt, 1, 0)) with { Model = model, Version = version, Slice = slice });
        Assert.Matches("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", name);
        if (expected is not null) Assert.Equal(expected, name);
        Assert.NotEqual(name, MapFiles.NameOf(Document(new LogitMap(MapMethod.Platt, 1, 0)) with { Model = model.ToUpperInvariant() + "x", Version = version, Slice = slice }));
    }

    [Fact]
    public void Every_folder_holds_the_model_that_it_describes()
    {
        var files = MapFiles.Of(Document(new VectorMap(MapMethod.Temperature, [.5, .5, .5], [0, 0, 0])), Storage, "0.1.0").ToDictionary(file => file.Key, file => file.Value);
        Assert.Equal(
            [
                "kserve/inference-service.yaml", "map.json", "map.onnx", "mlflow/MLmodel", "mlflow/conda.yaml", "mlflow/model.onnx", "mlflow/python_env.yaml", "mlflow/requirements.txt",
                "triton/m-1-calibration/3/model.onnx", "triton/m-1-calibration/config.pbtxt",
            ],
            files.Keys.Order(StringComparer.Ordinal));
        using var session = new InferenceSession(files["triton/m-1-calibration/3/model.onnx"]);
        Assert.Equal(files["map.onnx"], files["triton/m-1-calibration/3/model.onnx"]);
        Assert.Equal(files["map.onnx"], files["mlflow/model.onnx"]);
        Assert.Equal("m", MapJsonReader.Read(files["map.json"]).Model);

        // One number a class, in double, under the tensors' names.
        string config = Encoding.UTF8.GetString(files["triton/m-1-calibration/config.pbtxt"]);
        foreach (var (name, node) in session.InputMetadata.Concat(session.OutputMetadata))
        {
            Assert.Equal(typeof(double), node.ElementType);
            Assert.Contains($"name: \"{name}\"\n    data_type: TYPE_FP64\n    dims: [ {node.Dimensions[1]} ]", config, StringComparison.Ordinal);
        }

        Assert.StartsWith("name: \"m-1-calibration\"\nbackend: \"onnxruntime\"\n", config, StringComparison.Ordinal);
        Assert.Equal(config.Count(c => c is '[' or '{'), config.Count(c => c is ']' or '}'));
    }

    [Fact]
    public void KServe_is_told_where_the_folder_of_Triton_is()
    {
        var service = Yaml("kserve/inference-service.yaml");
        Assert.Equal("InferenceService", service["kind"]);
        var model = (Dictionary<object, object>)((Dictionary<object, object>)((Dictionary<object, object>)service["spec"])["predictor"])["model"];
        Assert.Equal(Storage, model["storageUri"]);
        Assert.Equal("v2", model["protocolVersion"]);
        Assert.Equal("m-1-calibration", ((Dictionary<object, object>)service["metadata"])["name"]);
    }

    [Fact]
    public void MLflow_is_told_names_and_shapes_of_the_tensors()
    {
        var model = Yaml("mlflow/MLmodel");
        var flavors = (Dictionary<object, object>)model["flavors"];
        Assert.Equal(["onnx", "python_function"], flavors.Keys);
        Assert.Equal("mlflow.onnx", ((Dictionary<object, object>)flavors["python_function"])["loader_module"]);
        var signature = (Dictionary<object, object>)model["signature"];
        foreach (var (side, name) in new[] { ("inputs", "probability"), ("outputs", "calibrated") })
        {
            using var tensors = System.Text.Json.JsonDocument.Parse((string)signature[side]);
            var tensor = tensors.RootElement[0];
            Assert.Equal(name, tensor.GetProperty("name").GetString());
            Assert.Equal("float64", tensor.GetProperty("tensor-spec").GetProperty("dtype").GetString());
            Assert.Equal([-1, 1], tensor.GetProperty("tensor-spec").GetProperty("shape").EnumerateArray().Select(each => each.GetInt32()));
        }

        Assert.Matches("^[0-9a-f]{32}$", (string)model["model_uuid"]);
        Assert.NotEmpty(Yaml("mlflow/conda.yaml"));
        Assert.Equal("3.11", Yaml("mlflow/python_env.yaml")["python"]);
    }

    private static Dictionary<object, object> Yaml(string path)
    {
        var files = MapFiles.Of(Document(new LogitMap(MapMethod.Platt, 1.2, -.1)), Storage, "0.1.0");
        return new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(Encoding.UTF8.GetString(files.Single(file => file.Key == path).Value));
    }

    private static MapDocument Document(CalibrationMap map) => new()
    {
        Model = "m",
        Version = "1",
        View = map is VectorMap ? "vector" : "binary",
        Map = map,
        Seen = new(0, 1),
        Lineage = new(3, "sha256:1", null, 5, 2, new EventTime(1_780_000_000_000), new EventTime(1_780_000_000_001), null, "driftwatch test"),
        ValidFrom = new EventTime(1_780_000_000_002),
    };
}

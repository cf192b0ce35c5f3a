using System.Security.Cryptography;
using System.Text;
using DriftWatch.Core.Recalibration;

namespace DriftWatch.Artefacts;

/// <summary>A model folder of MLflow with the flavor <c>onnx</c>: what <c>mlflow.onnx.load_model</c>, <c>mlflow.pyfunc.load_model</c> and <c>mlflow models serve</c> take.</summary>
internal static class MlflowLayout
{
    public const string ModelFile = "model.onnx";

    /// <summary>Older versions of ONNX Runtime do not read the format; any newer one does.</summary>
    private const string Onnx = "onnx>=1.8", Runtime = "onnxruntime>=1.7", Python = "3.11";

    public static IEnumerable<KeyValuePair<string, string>> Files(MapDocument document, string checksum)
    {
        yield return new("MLmodel", Model(document, checksum));
        yield return new("requirements.txt", $"mlflow\n{Onnx}\n{Runtime}\n");
        yield return new("conda.yaml", $"""
            channels:
            - conda-forge
            dependencies:
            - python={Python}
            - pip
            - pip:
              - mlflow
              - {Onnx}
              - {Runtime}
            name: mlflow-env

            """);
        yield return new("python_env.yaml", $"""
            python: "{Python}"
            build_dependencies:
            - pip
            dependencies:
            - -r requirements.txt

            """);
    }

    private static string Model(MapDocument document, string checksum)
    {
        string id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(checksum)))[..32];
        string created = document.ValidFrom.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture);
        return $$"""
            flavors:
              onnx:
                code: null
                data: {{ModelFile}}
                onnx_session_options: null
                onnx_version: 1.8.0
                providers:
                - CPUExecutionProvider
              python_function:
                data: {{ModelFile}}
                env:
                  conda: conda.yaml
                  virtualenv: python_env.yaml
                loader_module: mlflow.onnx
                python_version: "{{Python}}"
            metadata:
              calibration_map: {{YamlText.Quoted(MapJsonWriter.Schema)}}
              checksum: {{YamlText.Quoted(checksum)}}
              model: {{YamlText.Quoted(document.Model)}}
              version: {{YamlText.Quoted(document.Version)}}
              revision: {{document.Lineage.Revision}}
              valid_from: {{YamlText.Quoted(document.ValidFrom.ToString())}}
            model_uuid: {{id}}
            signature:
              inputs: {{YamlText.Quoted(Tensor(OnnxMap.InputName, document.Map))}}
              outputs: {{YamlText.Quoted(Tensor(OnnxMap.OutputName, document.Map))}}
              params: null
            utc_time_created: {{YamlText.Quoted(created)}}

            """;
    }

    private static string Tensor(string name, CalibrationMap map) =>
        $$$"""[{"name": "{{{name}}}", "type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, {{{OnnxMap.Width(map)}}}]}}]""";
}

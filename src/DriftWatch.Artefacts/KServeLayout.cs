namespace DriftWatch.Artefacts;

/// <summary>An InferenceService of KServe that serves the map with Triton from where the folder <c>triton</c> was put.</summary>
internal static class KServeLayout
{
    public static string Service(string name, string storageUri) => $$"""
        apiVersion: serving.kserve.io/v1beta1
        kind: InferenceService
        metadata:
          name: {{name}}
        spec:
          predictor:
            model:
              modelFormat:
                name: onnx
              protocolVersion: v2
              runtime: kserve-tritonserver
              storageUri: {{YamlText.Quoted(storageUri)}}

        """;
}

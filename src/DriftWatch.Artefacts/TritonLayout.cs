using DriftWatch.Core.Recalibration;

namespace DriftWatch.Artefacts;

/// <summary>A model of NVIDIA Triton's repository: <c>name/config.pbtxt</c> and <c>name/revision/model.onnx</c>.</summary>
/// <remarks>The first dimension is Triton's batch, so requests of many clients are computed together; the map can be the last step of an ensemble.</remarks>
internal static class TritonLayout
{
    private const int MostAtOnce = 4096;

    public static string Config(string name, CalibrationMap map) => $$"""
        name: "{{name}}"
        backend: "onnxruntime"
        max_batch_size: {{MostAtOnce}}
        input [
          {
            name: "{{OnnxMap.InputName}}"
            data_type: TYPE_FP64
            dims: [ {{OnnxMap.Width(map)}} ]
          }
        ]
        output [
          {
            name: "{{OnnxMap.OutputName}}"
            data_type: TYPE_FP64
            dims: [ {{OnnxMap.Width(map)}} ]
          }
        ]
        instance_group [
          {
            kind: KIND_CPU
            count: 1
          }
        ]
        dynamic_batching { }

        """;
}

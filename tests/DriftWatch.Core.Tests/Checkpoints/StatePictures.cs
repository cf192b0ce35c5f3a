using System.Text.Json;
using System.Text.Json.Serialization;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Checkpoints;

/// <summary>Pictures as text, so that two can be compared; sketches by what they hold.</summary>
internal static class StatePictures
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, Converters = { new SketchText() } };

    public static string Json(object picture) => JsonSerializer.Serialize(picture, Options);

    private sealed class SketchText : JsonConverter<CalibrationSketch>
    {
        public override CalibrationSketch Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, CalibrationSketch value, JsonSerializerOptions options) => writer.WriteBase64StringValue(StateExchange.Write(value));
    }
}

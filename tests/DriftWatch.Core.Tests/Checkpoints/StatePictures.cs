using System.Text.Json;
using System.Text.Json.Serialization;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Checkpoints;

/// <summary>Pictures as text, so that two can be compared; sketches by what they hold, rules by their names.</summary>
internal static class StatePictures
{
    private static readonly JsonSerializerOptions Options = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, Converters = { new SketchText(), new RuleName() } };

    public static string Json(object picture) => JsonSerializer.Serialize(picture, Options);

    private sealed class SketchText : JsonConverter<CalibrationSketch>
    {
        public override CalibrationSketch Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, CalibrationSketch value, JsonSerializerOptions options) => writer.WriteBase64StringValue(StateExchange.Write(value));
    }

    private sealed class RuleName : JsonConverter<DriftRule>
    {
        public override DriftRule Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, DriftRule value, JsonSerializerOptions options) => writer.WriteStringValue(value.Name);
    }
}

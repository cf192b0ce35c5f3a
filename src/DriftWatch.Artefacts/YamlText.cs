using System.Text.Encodings.Web;
using System.Text.Json;

namespace DriftWatch.Artefacts;

/// <summary>Texts of others inside YAML: a JSON string is one of YAML's.</summary>
internal static class YamlText
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Quoted(string text) => JsonSerializer.Serialize(text, Options);
}

using System.Text.Json;
using DriftWatch.Core.Monitoring;

namespace DriftWatch.Json;

/// <summary><c>undeclaredLabels</c>: what the labels of a binary model said of which only the positive one is declared; null where both are.</summary>
internal static class UndeclaredLabelsJson
{
    public static void WriteMember(Utf8JsonWriter json, UndeclaredLabels? labels)
    {
        json.WritePropertyName("undeclaredLabels");
        if (labels is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("positive", labels.Positive);
        json.WriteNumber("positives", labels.Positives);
        json.WriteStartArray("negative");
        foreach (var one in labels.Negative)
        {
            json.WriteStartObject();
            json.WriteString("label", one.Text);
            json.WriteNumber("labels", one.Labels);
            json.WriteString("looksLike", one.Look switch { LabelLook.Positive => "positive", LabelLook.Missing => "missing", _ => null });
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("others", labels.Others);
        json.WriteEndObject();
    }
}

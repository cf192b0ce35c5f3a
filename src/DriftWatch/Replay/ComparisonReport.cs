using DriftWatch.Core.Events;
using System.Globalization;
using System.Text.Json;
using DriftWatch.Json;
using Spectre.Console;

namespace DriftWatch.Replay;

/// <summary>Shows what other libraries would print, side by side.</summary>
internal static class ComparisonReport
{
    /// <summary>A table for people.</summary>
    public static void Write(IAnsiConsole console, IReadOnlyList<ReferenceNumber>? numbers)
    {
        if (numbers is null)
        {
            console.WriteLine("No comparison: outcomes were corrected or assumed, so the pairs are not those of the total.");
            return;
        }

        var table = new FittingTable(("library", Justify.Left, 9), ("measure", Justify.Left, 9), ("bins", Justify.Right, 8), ("value", Justify.Right, 9), ("bins cut by", Justify.Left, 5));
        string library = "";
        foreach (var number in numbers)
        {
            table.Add(
                number.Library == library ? "" : number.Library,
                number.Measure,
                number.Bins?.ToString(CultureInfo.InvariantCulture) ?? "",
                number.Value?.ToString("0.0000000000", CultureInfo.InvariantCulture) ?? "",
                number.Rule);
            library = number.Library;
        }

        table.WriteTo(console);
    }

    /// <summary>The member <c>compare</c> of a window: an array, or null where the pairs are not at hand.</summary>
    public static void WriteMember(Utf8JsonWriter json, IReadOnlyList<ReferenceNumber>? numbers)
    {
        if (numbers is null)
        {
            json.WriteNull("compare");
            return;
        }

        json.WriteStartArray("compare");
        foreach (var number in numbers)
        {
            json.WriteStartObject();
            json.WriteString("library", number.Library);
            json.WriteString("measure", number.Measure);
            if (number.Bins is { } bins) json.WriteNumber("bins", bins);
            else json.WriteNull("bins");
            json.WriteString("rule", number.Rule);
            WindowJson.WriteNumber(json, "value", number.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}

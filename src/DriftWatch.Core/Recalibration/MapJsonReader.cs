using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Recalibration;

/// <summary>Reads a calibration map, and refuses one that is not what was written: another schema, another checksum, numbers that make no map.</summary>
public static class MapJsonReader
{
    /// <returns>The document without its gate.</returns>
    /// <exception cref="MapFormatException">It is no calibration map.</exception>
    public static MapDocument Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8);
            return Read(document.RootElement);
        }
        catch (JsonException broken)
        {
            throw new MapFormatException($"calibration map: not JSON: {broken.Message}", broken);
        }
        catch (Exception missing) when (missing is InvalidOperationException or FormatException or ArgumentException)
        {
            throw new MapFormatException($"calibration map: {missing.Message}", missing);
        }
    }

    private static MapDocument Read(JsonElement root)
    {
        string schema = Text(root, "schema") ?? "";
        if (schema != MapJsonWriter.Schema) throw new MapFormatException($"calibration map: schema {schema} is not {MapJsonWriter.Schema}, which this version reads");
        string said = Text(root, "checksum") ?? "", found = MapJsonWriter.ChecksumOf(root);
        if (said != found) throw new MapFormatException($"calibration map: checksum {said} is not that of the document, {found}: it was changed after it was written");
        var domain = Of(root, "domain");
        ImmutableArray<string> classes = domain.TryGetProperty("classes", out var names) ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : [];
        var lineage = Of(root, "lineage");
        var map = Map(root);
        if (map is VectorMap && !classes.IsEmpty && classes.Length != map.Classes) throw new MapFormatException($"calibration map: domain: {classes.Length} classes are named, the map has {map.Classes}");
        return new()
        {
            Model = Text(root, "model")!,
            Version = Text(root, "version")!,
            Slice = Text(root, "slice"),
            View = Text(root, "view")!,
            Map = map,
            Classes = classes,
            Seen = new(Probability(Of(domain, "seenLower")), Probability(Of(domain, "seenUpper"))),
            Lineage = new(
                Of(lineage, "revision").GetInt32(),
                Text(lineage, "parent"),
                Text(lineage, "episode"),
                Of(lineage, "n").GetInt64(),
                Of(lineage, "positives").GetInt64(),
                Time(lineage, "from"),
                Time(lineage, "to"),
                Text(lineage, "setChecksum"),
                Text(lineage, "madeBy")!),
            Checksum = found,
            ValidFrom = Time(root, "validFrom"),
        };
    }

    private static CalibrationMap Map(JsonElement root)
    {
        string name = Text(root, "method") ?? "";
        var method = MapMethods.Find(name) ?? throw new MapFormatException($"calibration map: method {name} is unknown");
        var parameters = Of(root, "parameters");
        double Number(string member) => Of(parameters, member).GetDouble();
        ImmutableArray<double> Numbers(string member) => [.. Of(parameters, member).EnumerateArray().Select(each => each.GetDouble())];
        ImmutableArray<double> Probabilities(string member) => [.. Of(parameters, member).EnumerateArray().Select(Probability)];
        bool ofVectors = parameters.TryGetProperty("slopes", out _);
        double clip = ofVectors ? VectorMap.Clip : method is MapMethod.Beta ? BetaMap.Clip : LogitMap.Clip;
        if (parameters.TryGetProperty("clip", out var kept) && kept.GetDouble() != clip) throw new MapFormatException($"calibration map: clip {kept.GetRawText()} is not {clip:R}, which this version keeps claims of {name} inside of");
        return method switch
        {
            MapMethod.Isotonic => new KnotMap(Probabilities("claims"), Probabilities("values")),
            MapMethod.Histogram => new StepMap(Probabilities("edges"), Probabilities("values")),
            MapMethod.Beta => new BetaMap(Number("a"), Number("b"), Number("c")),
            _ when ofVectors => new VectorMap(method, Numbers("slopes"), Numbers("intercepts")),
            _ => new LogitMap(method, Number("slope"), Number("intercept")),
        };
    }

    private static double Probability(JsonElement value) =>
        value.GetDouble() is >= 0 and <= 1 and var number ? number : throw new MapFormatException($"calibration map: domain: {value.GetRawText()} is not in [0, 1]");

    private static JsonElement Of(JsonElement parent, string member) => parent.TryGetProperty(member, out var found) ? found : throw new MapFormatException($"calibration map: '{member}' is missing");

    private static string? Text(JsonElement parent, string member) => Of(parent, member).GetString();

    private static EventTime Time(JsonElement parent, string member) =>
        DateTimeOffset.TryParse(Text(parent, member), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? new(time.ToUnixTimeMilliseconds())
            : throw new MapFormatException($"calibration map: {member} {Text(parent, member)} is no time");
}

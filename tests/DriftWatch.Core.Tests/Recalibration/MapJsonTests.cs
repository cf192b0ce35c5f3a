using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Recalibration;

public class MapJsonTests
{
    public static readonly ImmutableArray<CalibrationMap> Maps =
    [
        new LogitMap(MapMethod.Intercept, 1, -.3), new LogitMap(MapMethod.Temperature, 1 / 1.7, 0), new LogitMap(MapMethod.Platt, .1 + .2, 1e-9), new BetaMap(1.1, .9, -.2),
        new KnotMap([0, .1, .7], [.01, .2, .2]), new StepMap([.25, .5], [.1, .6, .4]), new StepMap([], [.3]), new VectorMap(MapMethod.Temperature, [.5, .5, .5], [0, 0, 0]), new VectorMap(MapMethod.Vector, [.5, 1, 2], [0, .1, 0]),
    ];

    public static TheoryData<int> Places => [.. Enumerable.Range(0, Maps.Length)];

    [Theory, MemberData(nameof(Places))]
    public void What_is_written_is_read_to_the_bit(int place)
    {
        var written = Document(Maps[place]);
        byte[] bytes = MapJsonWriter.Write(written);
        var read = MapJsonReader.Read(bytes);
        Assert.Equal(bytes, MapJsonWriter.Write(read));
        using (var document = JsonDocument.Parse(bytes)) AssertInSchema(document.RootElement);
        Assert.Equal(written with { Map = read.Map, Classes = read.Classes, Checksum = read.Checksum }, read);
        Span<double> left = stackalloc double[written.Map.Classes], right = stackalloc double[written.Map.Classes], claims = stackalloc double[written.Map.Classes];
        claims.Fill(1.0 / claims.Length);
        claims[0] += .1;
        claims[1] -= .1;
        written.Map.Apply(claims, left);
        read.Map.Apply(claims, right);
        Assert.True(left.SequenceEqual(right));
    }

    [Fact]
    public void A_file_that_was_changed_is_refused_and_one_that_was_only_reformatted_is_not()
    {
        byte[] bytes = MapJsonWriter.Write(Document(Maps[0]));
        string text = Encoding.UTF8.GetString(bytes);
        using var document = JsonDocument.Parse(text);
        var reversed = document.RootElement.EnumerateObject().Reverse().ToDictionary(member => member.Name, member => member.Value);
        Assert.Equal("m", MapJsonReader.Read(JsonSerializer.SerializeToUtf8Bytes(reversed)).Model);

        foreach (var (from, to, words) in new[]
        {
            ("-0.3", "-0.31", "checksum"),
            ("\"validFrom\": \"2026-11-01", "\"validFrom\": \"2026-12-01", "checksum"),
            ("map.v1", "map.v2", "schema"),
            ("{", "", "not JSON"),
        })
        {
            Assert.Contains(words, Refusal(text.Replace(from, to, StringComparison.Ordinal)), StringComparison.Ordinal);
        }
    }

    /// <summary>Whoever makes maps by hand makes their checksum too: numbers that are none of a map are refused all the same.</summary>
    [Theory]
    [InlineData("\"claims\": [\n      0,", "\"claims\": [\n      0.2,", "does not lie above")]
    [InlineData("\"values\": [\n      0.01,", "\"values\": [\n      0.3,", "lies below")]
    [InlineData("0.7\n", "1.7\n", "domain")]
    [InlineData("\"isotonic\"", "\"magic\"", "method magic is unknown")]
    [InlineData("\"seenLower\": 0", "\"seenLower\": -1", "domain")]
    [InlineData("\"n\": 5", "\"n\": \"5\"", "calibration map:")]
    [InlineData("\"lineage\"", "\"linage\"", "calibration map:")]
    public void Numbers_that_make_no_map_are_refused(string from, string to, string words)
    {
        string text = Encoding.UTF8.GetString(MapJsonWriter.Write(Document(Maps[4])));
        Assert.Contains(from, text, StringComparison.Ordinal);
        string changed = text.Replace(from, to, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(changed);
        string old = document.RootElement.GetProperty("checksum").GetString()!;
        Assert.Contains(words, Refusal(changed.Replace(old, MapJsonWriter.ChecksumOf(document.RootElement), StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    /// <summary>The vectors of RFC 8785, appendix B, and what is next to where ECMAScript changes its form.</summary>
    [Theory]
    [InlineData(0x0000000000000000, "0")]
    [InlineData(0x8000000000000000, "0")]
    [InlineData(0x0000000000000001, "5e-324")]
    [InlineData(0x8000000000000001, "-5e-324")]
    [InlineData(0x7fefffffffffffff, "1.7976931348623157e+308")]
    [InlineData(0x4340000000000000, "9007199254740992")]
    [InlineData(0x4430000000000000, "295147905179352830000")]
    [InlineData(0x44b52d02c7e14af5, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6, "1e+23")]
    [InlineData(0x444b1ae4d6e2ef4e, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef50, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8d, "0.000001")]
    [InlineData(0x41b3de4355555553, "333333333.3333332")]
    [InlineData(0xbecbf647612f3696, "-0.0000033333333333333333")]
    public void Numbers_have_the_form_of_RFC_8785(ulong bits, string expected) => Assert.Equal(expected, CanonicalJson.Number(BitConverter.UInt64BitsToDouble(bits)));

    [Fact]
    public void Canonical_form_orders_members_and_escapes_what_must_be()
    {
        using var document = JsonDocument.Parse("""{"b":[1.0,true,null],"a":{"ö":"\u20ac\u000F\n\"\\","A":4.50}}""");
        Assert.Equal("{\"a\":{\"A\":4.5,\"ö\":\"€\\u000f\\n\\\"\\\\\"},\"b\":[1,true,null]}", Encoding.UTF8.GetString(CanonicalJson.Of(document.RootElement)));
    }

    [Fact]
    public void The_gate_is_in_the_document()
    {
        var set = new CalibrationSet();
        foreach (var (pair, i) in FitLawTests.Draw(new SplitMix(41), 3000, logit => logit + .8).Select((pair, i) => (pair, i))) set.Add((ulong)i, pair.P, pair.Y);
        var answer = Recalibrator.Recommend(set, new());
        using var document = JsonDocument.Parse(MapJsonWriter.Write(Document(answer.Chosen!.Map!) with { Gate = answer }));
        var gate = document.RootElement.GetProperty("gate");
        AssertInSchema(document.RootElement);
        Assert.Equal("accept", gate.GetProperty("verdict").GetString());
        Assert.Equal(answer.Before!.Ece, gate.GetProperty("before").GetProperty("ece").GetDouble());
        Assert.Equal(answer.Chosen.Scores!.LogLoss.Interval.Upper, gate.GetProperty("after").GetProperty("logLossUpper").GetDouble());
        Assert.Equal(7, gate.GetProperty("conditions").GetArrayLength());
    }

    /// <summary>Whether the schema knows every member that is there, and every member that it requires is there.</summary>
    private static void AssertInSchema(JsonElement document)
    {
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "docs", "calibration-map.schema.json")));
        Assert.Empty(FaultsOf(document, schema.RootElement, "$"));

        IEnumerable<string> FaultsOf(JsonElement value, JsonElement rule, string path)
        {
            if (rule.TryGetProperty("$ref", out var other)) rule = schema.RootElement.GetProperty("$defs").GetProperty(other.GetString()!["#/$defs/".Length..]);
            if (rule.TryGetProperty("oneOf", out var rules)) return rules.EnumerateArray().Count(one => !FaultsOf(value, one, path).Any()) == 1 ? [] : [$"{path}: not one of its forms"];
            if (value.ValueKind == JsonValueKind.Array) return value.EnumerateArray().SelectMany((each, i) => FaultsOf(each, rule.GetProperty("items"), $"{path}[{i}]"));
            if (value.ValueKind != JsonValueKind.Object) return rule.TryGetProperty("enum", out var names) && !names.EnumerateArray().Any(name => name.GetString() == value.GetString()) ? [$"{path}: {value}"] : [];
            var known = rule.GetProperty("properties");
            var missing = rule.TryGetProperty("required", out var required) ? required.EnumerateArray().Select(name => name.GetString()!).Where(name => !value.TryGetProperty(name, out _)).Select(name => $"{path}.{name}: missing") : [];
            return missing.Concat(value.EnumerateObject().SelectMany(member => known.TryGetProperty(member.Name, out var ofMember) ? FaultsOf(member.Value, ofMember, $"{path}.{member.Name}") : [$"{path}.{member.Name}: unknown"]));
        }
    }

    internal static MapDocument Document(CalibrationMap map) => new()
    {
        Model = "m",
        Version = "1",
        View = map is VectorMap ? "vector" : "binary",
        Map = map,
        Classes = map is VectorMap ? ["a", "b", "c"] : [],
        Seen = new(0, 1),
        Lineage = new(1, null, null, 5, 2, new EventTime(1_780_000_000_000), new EventTime(1_780_000_000_001), null, "driftwatch test"),
        ValidFrom = new EventTime(DateTimeOffset.Parse("2026-11-01T00:00:00Z").ToUnixTimeMilliseconds()),
    };

    private static string Refusal(string text) => Assert.Throws<MapFormatException>(() => MapJsonReader.Read(Encoding.UTF8.GetBytes(text))).Message;
}

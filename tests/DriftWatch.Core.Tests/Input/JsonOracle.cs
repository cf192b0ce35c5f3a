using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Input;

/// <summary>The input contract said again on top of System.Text.Json, slowly and plainly, for the default mapping and bounds.</summary>
/// <remarks>Where a document has several faults beside its syntax, any of them may be the reason: <see cref="Reading.Reasons"/>.</remarks>
internal static partial class JsonOracle
{
    private static readonly ReadLimits Limits = new();
    private static readonly string[] PredictionKeys = ["id", "timestamp", "model", "version", "slices", "probability", "predicted", "confidence", "probabilities"];
    private static readonly string[] LabelKeys = ["id", "timestamp", "label", "correct"];

    public sealed record Reading(RejectReason[] Reasons, string Id = "", long Time = 0)
    {
        public string Model { get; init; } = "";
        public string Version { get; init; } = "";
        public string? Predicted { get; init; }
        public double Confidence { get; init; }
        public (string, string)[] Slices { get; init; } = [];
        public LabelValue Label { get; init; }
    }

    public static Reading Prediction(byte[] value, EventTime now) => Read(value, now, PredictionKeys, ReadPrediction);

    public static Reading Label(byte[] value, EventTime now) => Read(value, now, LabelKeys, ReadLabel);

    private static Reading Read(byte[] value, EventTime now, string[] keys, Func<JsonElement, Reading, Reading> rest)
    {
        if (value.Length == 0) return new([RejectReason.Empty]);
        if (!Utf8.IsValid(value)) return new([RejectReason.Encoding]);
        if (SyntaxFault(value) is { } fault) return new([fault]);
        using var document = JsonDocument.Parse(value, new JsonDocumentOptions { MaxDepth = 1000 });
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object) return new([RejectReason.Schema, .. SurrogateFaults(root)]);

        HashSet<RejectReason> noted = [.. SurrogateFaults(root), .. ShapeFaults(root, [.. keys, "specversion", "data", "time"])];
        JsonElement? envelopeTime = null;
        var record = root;
        if (IsText(root, "specversion"))
        {
            if (noted.Contains(RejectReason.Encoding)) return new([.. noted]);
            envelopeTime = Find(root, "time");
            if (Find(root, "data") is { ValueKind: JsonValueKind.Object } data)
            {
                record = data;
                noted.UnionWith(ShapeFaults(data, keys));
            }
        }

        if (noted.Count > 0) return new([.. noted]);
        var reading = ReadHead(record, envelopeTime, now);
        return reading.Reasons.Length > 0 ? reading : rest(record, reading);
    }

    private static RejectReason? SyntaxFault(byte[] value)
    {
        var reader = new Utf8JsonReader(value, new JsonReaderOptions { MaxDepth = 1000 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= Limits.MaxDepth) return RejectReason.TooDeep;
            }

            return null;
        }
        catch (JsonException)
        {
            return RejectReason.Malformed;
        }
    }

    private static IEnumerable<RejectReason> SurrogateFaults(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String && !CanRead(() => element.GetString())) return [RejectReason.Encoding];
        if (element.ValueKind == JsonValueKind.Array) return element.EnumerateArray().SelectMany(SurrogateFaults);
        if (element.ValueKind != JsonValueKind.Object) return [];
        return element.EnumerateObject().SelectMany(p => (IEnumerable<RejectReason>)[.. CanRead(() => p.Name) ? [] : (RejectReason[])[RejectReason.Encoding], .. SurrogateFaults(p.Value)]);
    }

    private static bool CanRead(Func<string?> text)
    {
        try
        {
            text();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Duplicate keys, and slices that are none.</summary>
    private static IEnumerable<RejectReason> ShapeFaults(JsonElement record, string[] keys)
    {
        var names = Names(record);
        if (keys.Any(k => names.Count(n => n == k) > 1)) yield return RejectReason.DuplicateKey;
        if (!keys.Contains("slices")) yield break;
        foreach (var slices in record.EnumerateObject().Where(p => SafeName(p) == "slices").Select(p => p.Value))
        {
            if (slices.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null)) yield return RejectReason.Schema;
            if (slices.ValueKind != JsonValueKind.Object) continue;
            var dimensions = slices.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null).Select(SafeName).ToList();
            if (dimensions.Distinct().Count() < dimensions.Count) yield return RejectReason.DuplicateKey;
            if (dimensions.Count > Limits.MaxSlices) yield return RejectReason.Oversize;
        }
    }

    private static List<string> Names(JsonElement record) => [.. record.EnumerateObject().Select(SafeName)];

    private static string SafeName(JsonProperty property) => CanRead(() => property.Name) ? property.Name : "\uFFFD";

    private static JsonElement? Find(JsonElement record, string key)
    {
        foreach (var property in record.EnumerateObject())
        {
            if (SafeName(property) == key && property.Value.ValueKind != JsonValueKind.Null) return property.Value;
        }

        return null;
    }

    private static bool IsText(JsonElement record, string key) => Find(record, key) is { ValueKind: JsonValueKind.String };

    private static Reading ReadHead(JsonElement record, JsonElement? envelopeTime, EventTime now)
    {
        if (Find(record, "id") is not { } id) return new([RejectReason.MissingId]);
        if (id.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)) return new([RejectReason.Schema]);
        string? name = id.ValueKind == JsonValueKind.String ? id.GetString()! : IntegerName(id.GetRawText());
        if (name is null) return new([RejectReason.Schema]);
        if (name.Length == 0) return new([RejectReason.MissingId]);
        if (IsTooLong(name)) return new([RejectReason.Oversize]);
        if (Guid.TryParseExact(name, "D", out var uuid) && name.Length == 36 && UuidForm().IsMatch(name)) name = uuid.ToString();

        if ((Find(record, "timestamp") ?? envelopeTime) is not { } time) return new([RejectReason.MissingTimestamp]);
        if (time.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)) return new([RejectReason.Schema]);
        long? milliseconds = Milliseconds(time.ValueKind == JsonValueKind.String ? time.GetString()! : time.GetRawText());
        if (milliseconds is not { } at || at < 946_684_800_000 || at >= 1L << 42) return new([RejectReason.TimestampRange]);
        return at > now.Milliseconds + 600_000 ? new([RejectReason.TimestampFuture]) : new([], name, at);
    }

    private static string? IntegerName(string number)
    {
        if (Regex.IsMatch(number, "^-?[0-9]+$")) return number == "-0" ? "0" : number;
        double value = double.Parse(number, CultureInfo.InvariantCulture);
        return Math.Abs(value) < 9007199254740992 && value == Math.Truncate(value) ? ((long)value).ToString(CultureInfo.InvariantCulture) : null;
    }

    private static long? Milliseconds(string text)
    {
        var match = Rfc3339().Match(text);
        if (!match.Success)
        {
            if (!double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double number)) return null;
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer) ? integer : Math.Abs(number) < 1e15 ? (long)Math.Floor(number) : null;
        }

        int Part(int group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
        if (!DateTime.TryParseExact($"{match.Groups[1]}-{match.Groups[2]}-{match.Groups[3]}", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return null;
        if (Part(4) > 23 || Part(5) > 59 || Part(6) > 60) return null;
        string fraction = match.Groups[7].Value.TrimStart('.').PadRight(3, '0')[..3];
        string offset = match.Groups[8].Value;
        int minutes = 0;
        if (offset.Length == 6)
        {
            int hours = int.Parse(offset[1..3], CultureInfo.InvariantCulture);
            int rest = int.Parse(offset[4..], CultureInfo.InvariantCulture);
            if (hours > 23 || rest > 59) return null;
            minutes = (offset[0] == '-' ? -1 : 1) * ((hours * 60) + rest);
        }

        var time = day.AddHours(Part(4)).AddMinutes(Part(5)).AddSeconds(Part(6));
        return ((time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond) - (minutes * 60_000L) + int.Parse(fraction, CultureInfo.InvariantCulture);
    }

    private static Reading ReadPrediction(JsonElement record, Reading head)
    {
        foreach (string key in new[] { "model", "version" })
        {
            if (key == "version" && head.Model.Length == 0) return new([RejectReason.MissingModel]);
            if (Find(record, key) is not { } name) continue;
            if (name.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)) return new([RejectReason.Schema]);
            if (Encoding.UTF8.GetByteCount(Scalar(name)) > 128) return new([RejectReason.Oversize]);
            head = key == "model" ? head with { Model = Scalar(name) } : head with { Version = Scalar(name) };
        }

        var reading = ReadConfidence(record, head);
        if (reading.Reasons.Length > 0) return reading;
        if (Find(record, "slices") is not { } slices) return Regex.IsMatch(head.Model + head.Version, @"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]") ? new([RejectReason.Schema]) : reading;
        List<(string, string)> found = [];
        foreach (var slice in slices.EnumerateObject().Where(s => s.Value.ValueKind != JsonValueKind.Null))
        {
            if (slice.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) return new([RejectReason.Schema]);
            if (IsTooLong(slice.Name) || IsTooLong(Scalar(slice.Value))) return new([RejectReason.Oversize]);
            found.Add((slice.Name, Scalar(slice.Value)));
        }

        if (Regex.IsMatch(head.Model + head.Version, @"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]")) return new([RejectReason.Schema]);
        return reading with { Slices = [.. found.OrderBy(s => s.Item1, StringComparer.Ordinal)] };    }

    private static Reading ReadConfidence(JsonElement record, Reading head)
    {
        if (Find(record, "probability") is { } probability) return WithConfidence(head, probability);
        if (Find(record, "predicted") is { } predicted && Find(record, "confidence") is { } confidence)
        {
            if (ClassName(predicted) is not { Length: > 0 } name) return new([RejectReason.Schema]);
            return IsTooLong(name) ? new([RejectReason.Oversize]) : WithConfidence(head with { Predicted = name }, confidence);
        }

        if (Find(record, "probabilities") is not { } vector) return new([RejectReason.MissingProbability]);
        var members = vector.ValueKind switch
        {
            JsonValueKind.Object => vector.EnumerateObject().Select(p => (p.Name, p.Value)).ToList(),
            JsonValueKind.Array => vector.EnumerateArray().Select((v, i) => (Name: i.ToString(CultureInfo.InvariantCulture), Value: v)).ToList(),
            _ => null,
        };
        if (members is null) return new([RejectReason.Schema]);
        double sum = 0;
        HashSet<string> seen = [];
        foreach (var (spelling, value) in members)
        {
            string name = Canonical(spelling);
            if (IsTooLong(spelling)) return new([RejectReason.Oversize]);
            if (!seen.Add(name)) return new([RejectReason.DuplicateKey]);
            if (seen.Count > Limits.MaxClasses) return new([RejectReason.Oversize]);
            var member = WithConfidence(head, value);
            if (member.Reasons.Length > 0) return member;
            sum += member.Confidence;
            if (head.Predicted is null || member.Confidence > head.Confidence) head = head with { Predicted = name, Confidence = member.Confidence };
        }

        if (members.Count == 0) return new([RejectReason.MissingProbability]);
        return Math.Abs(sum - 1) <= 1e-3 + 1e-7 ? head : new([RejectReason.ProbabilitySum]);
    }

    private static Reading WithConfidence(Reading head, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number) return new([RejectReason.Schema]);
        double confidence = double.Parse(value.GetRawText(), CultureInfo.InvariantCulture);
        return confidence is >= 0 and <= 1 ? head with { Confidence = confidence == 0 ? 0 : confidence } : new([RejectReason.ProbabilityRange]);
    }

    private static Reading ReadLabel(JsonElement record, Reading head)
    {
        if (Find(record, "label") is { } label)
        {
            if (label.ValueKind is JsonValueKind.Object or JsonValueKind.Array) return new([RejectReason.Schema]);
            if (ClassName(label) is not { Length: > 0 } name) return new([RejectReason.LabelValue]);
            return IsTooLong(name) ? new([RejectReason.Oversize]) : head with { Label = LabelValue.Class(name) };
        }

        if (Find(record, "correct") is not { } correct) return new([RejectReason.MissingLabel]);
        return (correct.ValueKind == JsonValueKind.String ? null : ClassName(correct)) switch
        {
            "1" => head with { Label = LabelValue.Correct },
            "0" => head with { Label = LabelValue.Wrong },
            _ => new([RejectReason.Schema]),
        };
    }

    private static string? ClassName(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String: return Canonical(value.GetString()!);
            case JsonValueKind.True: return "1";
            case JsonValueKind.False: return "0";
            case JsonValueKind.Number when Canonical(value.GetRawText()) is var name && Regex.IsMatch(name, "^-?[0-9]+$"): return name;
            case JsonValueKind.Number:
                double number = double.Parse(value.GetRawText(), CultureInfo.InvariantCulture);
                return double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : null;
            default: return null;
        }
    }

    private static string Canonical(string text)
    {
        text = text.Trim(' ', '\t', '\r', '\n', '\v', '\f');
        if (text.Equals("true", StringComparison.OrdinalIgnoreCase)) return "1";
        if (text.Equals("false", StringComparison.OrdinalIgnoreCase)) return "0";
        var number = WholeNumberForm().Match(text);
        if (!number.Success) return text;
        string fraction = number.Groups["fraction"].Value, power = number.Groups["power"].Value;
        int shift = (power.Length == 0 ? 0 : int.Parse(power, CultureInfo.InvariantCulture)) - fraction.Length;
        var digits = BigInteger.Parse(number.Groups["whole"].Value + fraction, CultureInfo.InvariantCulture);
        if (digits.IsZero) return "0";
        if (shift > 100) return text;
        if (shift >= 0) digits *= BigInteger.Pow(10, shift);
        else
        {
            digits = BigInteger.DivRem(digits, BigInteger.Pow(10, -shift), out var rest);
            if (!rest.IsZero) return text;
        }

        string plain = (text[0] == '-' ? "-" : "") + digits.ToString(CultureInfo.InvariantCulture);
        return plain.Length <= 32 ? plain : text;
    }

    private static string Scalar(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static bool IsTooLong(string text) => Encoding.UTF8.GetByteCount(text) > Limits.MaxStringBytes;

    [GeneratedRegex(@"^([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex Rfc3339();

    [GeneratedRegex(@"^[+-]?(?<whole>0|[1-9][0-9]*)(\.(?<fraction>[0-9]*))?([eE](?<power>[+-]?[0-9]{1,4}))?\z")]
    private static partial Regex WholeNumberForm();

    [GeneratedRegex(@"^[0-9A-Fa-f-]{36}\z")]
    private static partial Regex UuidForm();
}

using System.Text;
using System.Text.Json;
using DriftWatch.Core.Input;

namespace DriftWatch.Inspection;

/// <summary>All places in which the records of a sample have something.</summary>
internal sealed class FieldCensus
{
    /// <summary>More places than that are no fields but data.</summary>
    private const int MostPlaces = 400;

    private const int Deepest = 6;

    /// <summary>Elements of an array that are looked at one by one.</summary>
    private const int Elements = 3;

    private readonly Dictionary<string, SeenField> _fields = [];

    /// <summary>Records that could be looked into.</summary>
    public int Records { get; private set; }

    /// <summary>Records that are CloudEvents with their data inside.</summary>
    public int Envelopes { get; private set; }

    public IReadOnlyDictionary<RecordForm, int> Forms { get; private init; } = new Dictionary<RecordForm, int>();

    public IEnumerable<SeenField> Fields => _fields.Values;

    /// <summary>Looks at all records.</summary>
    public static FieldCensus Of(IReadOnlyList<SampledRecord> records)
    {
        Dictionary<RecordForm, int> forms = [];
        var census = new FieldCensus { Forms = forms };
        foreach (var record in records)
        {
            var form = RecordForms.Of(record.Value);
            forms[form] = forms.GetValueOrDefault(form) + 1;
            if (form == RecordForm.JsonObject) census.Add(record);
        }

        return census;
    }

    private void Add(SampledRecord record)
    {
        try
        {
            using var document = JsonDocument.Parse(record.Value);
            Records++;
            var root = document.RootElement;
            // As the reader does: of an event with its data inside, the data are the record.
            if (root.TryGetProperty("specversion", out var spec) && spec.ValueKind == JsonValueKind.String && root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object)
            {
                Envelopes++;
                root = data;
            }

            Walk("", root, 0);
        }
        catch (JsonException)
        {
            return;
        }

        foreach (var (name, value) in record.Headers)
        {
            if (System.Text.Unicode.Utf8.IsValid(value)) At($"header:{name}")?.AddText(Encoding.UTF8.GetString(value));
        }

        if (record.Key is { Length: > 0 } key) AddKey(key);
    }

    private void AddKey(byte[] key)
    {
        if (!System.Text.Unicode.Utf8.IsValid(key)) return;
        if (key[0] == '{')
        {
            try
            {
                using var document = JsonDocument.Parse(key);
                Walk("key", document.RootElement, 0);
                return;
            }
            catch (JsonException)
            {
                // Text that begins like one.
            }
        }

        At("key")?.AddText(Encoding.UTF8.GetString(key));
    }

    private void Walk(string place, JsonElement element, int depth)
    {
        if (place.Length > 0 && place != "key") At(place)?.Add(element);
        if (depth == Deepest) return;
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject()) Walk($"{place}/{member.Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}", member.Value, depth + 1);
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var (index, each) in element.EnumerateArray().Take(Elements).Index()) Walk($"{place}/{index}", each, depth + 1);
        }
    }

    private SeenField? At(string place)
    {
        if (_fields.TryGetValue(place, out var known)) return known;
        if (_fields.Count == MostPlaces) return null;
        return _fields[place] = new SeenField(place);
    }
}

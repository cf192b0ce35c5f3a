using System.Globalization;
using System.Text;
using System.Text.Json;
using DriftWatch.Core.Input;
using DriftWatch.Core.Time;

namespace DriftWatch.Inspection;

/// <summary>What was seen in one place of the records of a sample.</summary>
/// <param name="place">The place, as a configuration writes it.</param>
internal sealed class SeenField(string place)
{
    private readonly Dictionary<string, int> _values = [];
    private readonly Dictionary<TimestampUnit, int> _units = [];
    private int _zoned;

    public string Place { get; } = place;

    /// <summary>Its last name in lower case, letters and digits only: <c>/meta/request_id</c> is <c>requestid</c>.</summary>
    public string Name { get; } = Plain(place.Split('/', ':')[^1]);

    /// <summary>The same with the name that it stands under: <c>/model/name</c> is <c>modelname</c>.</summary>
    public string LongName { get; } = Plain(string.Concat(place.Split('/', ':').TakeLast(2)));

    /// <summary>Records that have it.</summary>
    public int Seen { get; private set; }

    public int Numbers { get; private set; }

    public int Fractions { get; private set; }

    public int Booleans { get; private set; }

    public int Texts { get; private set; }

    /// <summary>Objects and arrays of numbers that sum to 1.</summary>
    public int Vectors { get; private set; }

    /// <summary>Objects whose members are all plain values.</summary>
    public int FlatObjects { get; private set; }

    /// <summary>Arrays of objects: several rows in one record.</summary>
    public int RowArrays { get; private set; }

    public double Least { get; private set; } = double.PositiveInfinity;

    public double Most { get; private set; } = double.NegativeInfinity;

    /// <summary>The values, each as the reader compares them, and how often each was seen.</summary>
    public IReadOnlyDictionary<string, int> Values => _values;

    public bool IsScalar => Numbers + Booleans + Texts > 0;

    /// <summary>Whether hardly any value stands twice.</summary>
    public bool IsDistinct => _values.Count >= 0.9 * Seen;

    /// <summary>Whether most values stand equally often, twice to eight times: ids that several versions or models score. Names of customers do not.</summary>
    public bool IsEvenlyRepeated => _values.CountBy(value => value.Value).OrderByDescending(times => times.Value).FirstOrDefault() is { Key: >= 2 and <= 8 } usual && usual.Value >= 0.6 * _values.Count;

    /// <summary>In which form nearly all values are times; null: they are none.</summary>
    public TimeForm? Time
    {
        get
        {
            if (_zoned >= 0.95 * Seen) return new TimeForm(null);
            var (unit, count) = _units.OrderByDescending(entry => entry.Value).FirstOrDefault();
            return count > 0 && count >= 0.95 * Seen ? new TimeForm(unit) : null;
        }
    }

    /// <summary>Whether the values are probabilities, as far as their range tells.</summary>
    public bool IsUnitInterval => Numbers >= 0.99 * Seen && Fractions > 0 && Least >= 0 && Most <= 1;

    public void Add(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                AddText(value.GetString()!);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                Seen++;
                Booleans++;
                Count(value.GetRawText());
                break;
            case JsonValueKind.Number:
                AddNumber(value.GetRawText());
                break;
            case JsonValueKind.Object or JsonValueKind.Array:
                AddStructure(value);
                break;
            case JsonValueKind.Null or JsonValueKind.Undefined:
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>Adds a value without a type: of a key or a header.</summary>
    public void AddText(string text)
    {
        if (text.Length == 0) return;
        Seen++;
        Texts++;
        Count(text);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (TimestampText.TryRead(bytes, TimestampUnit.Milliseconds, out var time) && text.Contains('-') && time >= EventTime.Year2000) _zoned++;
        else CountUnit(bytes);
    }

    private void AddNumber(string text)
    {
        Seen++;
        Numbers++;
        double number = double.Parse(text, CultureInfo.InvariantCulture);
        if (number != Math.Floor(number)) Fractions++;
        (Least, Most) = (Math.Min(Least, number), Math.Max(Most, number));
        Count(number == Math.Floor(number) && Math.Abs(number) < 1e15 ? number.ToString("0", CultureInfo.InvariantCulture) : text);
        CountUnit(Encoding.UTF8.GetBytes(text));
    }

    private void AddStructure(JsonElement value)
    {
        Seen++;
        List<JsonElement> members = value.ValueKind == JsonValueKind.Object ? [.. value.EnumerateObject().Select(m => m.Value)] : [.. value.EnumerateArray()];
        if (members.Count >= 2 && members.TrueForAll(m => m.ValueKind == JsonValueKind.Number) && Math.Abs(members.Sum(m => m.GetDouble()) - 1) <= 1e-3 && members.TrueForAll(m => m.GetDouble() is >= 0 and <= 1)) Vectors++;
        else if (value.ValueKind == JsonValueKind.Array && members.Count > 0 && members.TrueForAll(m => m.ValueKind == JsonValueKind.Object)) RowArrays++;
        else if (value.ValueKind == JsonValueKind.Object && members.Count > 0 && members.TrueForAll(m => m.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null)) FlatObjects++;
    }

    /// <summary>How a time is written.</summary>
    /// <param name="Unit">What its number counts; null: it is RFC 3339.</param>
    public readonly record struct TimeForm(TimestampUnit? Unit);

    private static string Plain(string name) => string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    private void Count(string value) => _values[value] = _values.GetValueOrDefault(value) + 1;

    private void CountUnit(byte[] text)
    {
        if (TimeGuess.Of(text)?.Unit is { } unit) _units[unit] = _units.GetValueOrDefault(unit) + 1;
    }
}

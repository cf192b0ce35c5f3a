using System.Runtime.InteropServices;
using System.Text;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Series;

/// <summary>Models and versions of models by number: what a label addresses, and what tells predictions of one id apart.</summary>
/// <remarks>
/// Numbers never change and are never used again; they are part of the state. Models and versions that predictions name have their bounds elsewhere. Labels may name
/// anything: past <see cref="Most"/> what only labels name is <see cref="Nobody"/>, whom no prediction answers for.
/// </remarks>
public sealed class Addressees
{
    /// <summary>Whom a label addresses that names no model.</summary>
    public const int Everyone = 0;

    /// <summary>Whom a label addresses that names something of which nothing is known and for which there is no room.</summary>
    public const int Nobody = (1 << 17) - 1;

    /// <summary>Most names that labels can address.</summary>
    public const int Most = Nobody - 1;

    // A name has no control characters, so that the first ends the model.
    private const char Separator = '\0';

    private readonly List<string> _names = [""];
    private readonly Dictionary<string, int> _numbers = new() { [""] = Everyone };

    /// <summary>How many there are, everyone among them.</summary>
    public int Count => _names.Count;

    /// <summary>Whether nobody new may be met.</summary>
    public bool IsFull => _names.Count > Most;

    /// <summary>Model, and version where it is one, of a number below <see cref="Count"/>.</summary>
    public (string Model, string? Version) this[int number]
    {
        get
        {
            string name = _names[number];
            int end = name.IndexOf(Separator);
            return end < 0 ? (name, null) : (name[..end], name[(end + 1)..]);
        }
    }

    /// <summary>The number of a model, or of a version of it: a new one where it has none.</summary>
    public int Of(string model, string? version = null)
    {
        string name = version is null ? model : $"{model}{Separator}{version}";
        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, name, out bool known);
        if (known) return number;
        number = _names.Count;
        _names.Add(name);
        return number;
    }

    /// <summary>The number of a name as it stands in a record, if it has one; allocates nothing.</summary>
    /// <param name="model">UTF-8; at most <see cref="Input.ReadLimits.MaxNameBytes"/>.</param>
    /// <param name="version">The same; empty: the model.</param>
    /// <param name="number">The number.</param>
    public bool TryFind(ReadOnlySpan<byte> model, ReadOnlySpan<byte> version, out int number)
    {
        Span<char> name = stackalloc char[model.Length + version.Length + 1];
        int length = Encoding.UTF8.GetChars(model, name);
        if (version.Length > 0)
        {
            name[length++] = Separator;
            length += Encoding.UTF8.GetChars(version, name[length..]);
        }

        return _numbers.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name[..length], out number);
    }

    internal void Exchange(StateExchange state)
    {
        int count = state.ExchangeCount(_names.Count);
        for (int i = 1; i < count; i++)
        {
            string name = state.KeptText(i < _names.Count ? _names[i] : "");
            if (!state.IsReading) continue;
            if (!_numbers.TryAdd(name, _names.Count)) throw new StateFormatException("A model that labels may name was kept twice.");
            _names.Add(name);
        }
    }
}

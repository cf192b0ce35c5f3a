using DriftWatch.Core.State;

namespace DriftWatch.Core.Series;

/// <summary>The classes of one model version that are watched one against the rest: their order is that of the vectors that are kept.</summary>
/// <remarks>Grows up to its bound as classes come, and never changes otherwise: a place means the same class for ever.</remarks>
public sealed class ClassRoster(string model, string version, int capacity)
{
    private readonly Dictionary<ulong, int> _places = [];
    private readonly List<ulong> _keys = [];
    private readonly List<int> _series = [];
    private int _shown;

    public string Model => model;

    public string Version => version;

    public int Count => _shown;

    public bool IsFull => _shown >= capacity;

    /// <summary>Index of the series of the class at a place.</summary>
    public int SeriesAt(int place) => _series[place];

    /// <summary>Where a class is; -1 if it is not watched.</summary>
    /// <param name="key">Its <see cref="ClassKey"/>.</param>
    /// <param name="guess">Where it probably is: vectors list their classes in the same order nearly always.</param>
    public int PlaceOf(ulong key, int guess = -1)
    {
        if ((uint)guess < (uint)_shown && _keys[guess] == key) return guess;
        return _places.TryGetValue(key, out int place) && place < _shown ? place : -1;
    }

    /// <summary>Keeps the classes in their order.</summary>
    /// <param name="state">On its way.</param>
    /// <param name="series">How many series there are.</param>
    internal void Exchange(StateExchange state, int series)
    {
        state.Exchange(_keys, static (StateExchange each, ref ulong key) => each.Exchange(ref key));
        state.Exchange(_series, (StateExchange each, ref int index) => index = each.KeptWithin(index, 0, series - 1, "the number of a series"));
        if (!state.IsReading) return;
        if (_series.Count != _keys.Count || _keys.Count > HeldVectors.MaxClasses) throw new StateFormatException($"{_keys.Count} classes have {_series.Count} series.");
        for (int place = 0; place < _keys.Count; place++)
        {
            if (!_places.TryAdd(_keys[place], place)) throw new StateFormatException($"A class of {model} was kept twice.");
        }

        RevealAll();
    }

    /// <summary>Gives classes other keys; one whose new key is taken keeps its own.</summary>
    /// <param name="keyOf">The new key of the class whose series has a number; null: it has none.</param>
    internal void Rename(Func<int, ulong?> keyOf)
    {
        for (int place = 0; place < _keys.Count; place++)
        {
            if (keyOf(_series[place]) is not { } key || !_places.TryAdd(key, place)) continue;
            _places.Remove(_keys[place]);
            _keys[place] = key;
        }
    }

    internal int Add(ulong key, int series)
    {
        int place = _keys.Count;
        _keys.Add(key);
        _series.Add(series);
        _places.Add(key, place);
        _shown = place + 1;
        return place;
    }

    /// <summary>Hides the classes that came after so many: records are read again from before they came.</summary>
    internal void Hide(int count) => _shown = Math.Min(_shown, count);

    /// <summary>Shows a hidden class again, as the record that brought it comes by.</summary>
    /// <returns>Its place; -1 if none is hidden under this key.</returns>
    internal int Reveal(ulong key)
    {
        if (!_places.TryGetValue(key, out int place) || place < _shown) return -1;
        _shown = place + 1;
        return place;
    }

    internal void RevealAll() => _shown = _keys.Count;
}

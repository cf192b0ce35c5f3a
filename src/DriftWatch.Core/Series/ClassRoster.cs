using DriftWatch.Checkpoints;
using DriftWatch.Messages;

namespace DriftWatch.Series;

/// <summary>The classes of one model version that are watched one against the rest: their order is that of the vectors that are kept.</summary>
/// <remarks>Grows up to its bound as classes come, and never changes otherwise: a place means the same class for ever.</remarks>
public sealed class ClassRoster(string model, string version, int capacity)
{
    private readonly Dictionary<ulong, int> _places = [];
    private readonly List<ulong> _keys = [];
    private readonly List<int> _series = [];

    public string Model => model;

    public string Version => version;

    public int Count => _keys.Count;

    public bool IsFull => _keys.Count >= capacity;

    /// <summary>Index of the series of the class at a place.</summary>
    public int SeriesAt(int place) => _series[place];

    /// <summary>Where a class is; -1 if it is not watched.</summary>
    /// <param name="key">Its <see cref="ClassKey"/>.</param>
    /// <param name="guess">Where it probably is: vectors list their classes in the same order nearly always.</param>
    public int PlaceOf(ulong key, int guess = -1)
    {
        if ((uint)guess < (uint)_keys.Count && _keys[guess] == key) return guess;
        return _places.GetValueOrDefault(key, -1);
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
    }

    internal int Add(ulong key, int series)
    {
        int place = _keys.Count;
        _keys.Add(key);
        _series.Add(series);
        _places.Add(key, place);
        return place;
    }
}

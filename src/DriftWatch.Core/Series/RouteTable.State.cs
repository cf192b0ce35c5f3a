using DriftWatch.Core.State;

namespace DriftWatch.Core.Series;

/// <content>How it is kept: in the order in which things came, which is that of their numbers. What follows from the names is made again.</content>
public sealed partial class RouteTable : IKeepsState
{
    /// <summary>Whether anything but <see cref="Overflows"/> may have come since <see cref="NoteStored"/>.</summary>
    internal bool Touched { get; private set; } = true;

    /// <summary>Everything but <see cref="Overflows"/> and the vectors that wait.</summary>
    /// <remarks>
    /// Keys are kept as they are, so the reader must go on with the same hash key. Where other settings shape the routes now, what was read stays for the predictions
    /// that wait; each combination is registered anew when it comes again.
    /// </remarks>
    /// <exception cref="InvalidOperationException">State is read into a table that has been used.</exception>
    public void Exchange(StateExchange state)
    {
        if (state.IsReading && _series.Count > 0) throw new InvalidOperationException("State is read before any record.");
        state.Begin(ChunkFormat.Routes);
        state.Mark("routes");
        bool sameShape = state.Version > 1 ? StoredSettings.Exchange(state, options.StoredUnder).Count == 0 : state.KeptText("") == options.Shape;
        ExchangeVersions(state);
        if (state.Version > 2) Addressees.Exchange(state);
        state.Exchange(_series, static (StateExchange each, ref SeriesKey key) => key = SeriesKey.Exchange(each, key));
        if (state.IsReading) NumberSeries();
        ExchangeCounts(state, _slices);
        ExchangeCounts(state, _predicted);
        ExchangeRosters(state);
        state.Mark("combinations");
        state.Exchange(_routes, Exchange);
        state.Mark("keys");
        ExchangeKeys(state, sameShape);
        if (!state.IsReading || !sameShape) return;
        foreach (var route in _routes) _byMeaning.TryAdd(MeaningOf(route.PredictedClass, route.Series), route.Index);
    }

    /// <summary>What was folded, which goes on when nothing else changes.</summary>
    internal void ExchangeOverflows(StateExchange state)
    {
        string[] names = [.. _overflows.Keys.Order(StringComparer.Ordinal)];
        foreach (string name in names) _overflows[name] = state.Kept(_overflows[name]);
    }

    internal void NoteStored() => Touched = false;

    /// <summary>Brings classes that were stored before they had one canonical form to it: series get the name, and what waits the key, under which records come now.</summary>
    /// <param name="canonical">The canonical form of a name.</param>
    /// <param name="keyOf">The canonical key of a key.</param>
    /// <returns>The series that were renamed. One whose new name is another series' already keeps its own: no record comes for it any more.</returns>
    internal IReadOnlyDictionary<SeriesKey, SeriesKey> Canonicalize(Func<string, string> canonical, Func<ulong, ulong> keyOf)
    {
        Dictionary<SeriesKey, SeriesKey> renamed = [];
        for (int i = 0; i < _series.Count; i++)
        {
            if (_series[i] is not { Class: { } name } before || canonical(name) is var now && now == name) continue;
            var after = before with { Class = now };
            if (!_bySeries.TryAdd(after, i)) continue;
            _bySeries.Remove(before);
            _series[i] = after;
            renamed.Add(before, after);
        }

        foreach (var roster in _rosters.Values) roster.Rename(place => _series[place].Class is { } name && renamed.ContainsValue(_series[place]) ? ClassKey.Of(name) : null);
        for (int i = 0; i < _routes.Count; i++)
        {
            ulong key = keyOf(_routes[i].PredictedClass);
            if (key != _routes[i].PredictedClass) _routes[i] = _routes[i] with { PredictedClass = key };
        }

        return renamed;
    }

    private void ExchangeVersions(StateExchange state)
    {
        List<KeyValuePair<string, HashSet<string>>> models = [.. _versions];
        state.Exchange(models, static (StateExchange each, ref KeyValuePair<string, HashSet<string>> model) =>
        {
            string name = each.KeptText(model.Key);
            List<string> versions = [.. model.Value ?? []];
            each.Exchange(versions, static (StateExchange one, ref string version) => version = one.KeptText(version));
            model = new(name, [.. versions]);
        });
        if (!state.IsReading) return;
        foreach (var (name, versions) in models) Once(_versions.TryAdd(name, versions), name);
    }

    private void NumberSeries()
    {
        for (int i = 0; i < _series.Count; i++) Once(_bySeries.TryAdd(_series[i], i), _series[i]);
    }

    private static void ExchangeCounts(StateExchange state, Dictionary<(string Model, string Version), int> counts)
    {
        List<KeyValuePair<(string Model, string Version), int>> pairs = [.. counts];
        state.Exchange(pairs, static (StateExchange each, ref KeyValuePair<(string Model, string Version), int> pair) =>
            pair = new((each.KeptText(pair.Key.Model), each.KeptText(pair.Key.Version)), each.Kept(pair.Value)));
        if (!state.IsReading) return;
        foreach (var (version, count) in pairs) Once(counts.TryAdd(version, count), version);
    }

    private void ExchangeRosters(StateExchange state)
    {
        List<ClassRoster> rosters = [.. _rosters.Values];
        state.Exchange(rosters, (StateExchange each, ref ClassRoster roster) =>
        {
            string model = each.KeptText(roster?.Model), version = each.KeptText(roster?.Version);
            roster ??= new(model, version, options.For(model).Views.MaxClasses);
            roster.Exchange(each, _series.Count);
        });
        if (!state.IsReading) return;
        foreach (var roster in rosters) Once(_rosters.TryAdd((roster.Model, roster.Version), roster), roster.Version);
    }

    private void Exchange(StateExchange state, ref Route route)
    {
        var view = state.Kept(route?.View ?? default);
        ulong predicted = route?.PredictedClass ?? 0;
        state.Exchange(ref predicted);
        List<int> series = [.. route?.Series ?? []];
        state.Exchange(series, (StateExchange each, ref int index) => index = each.KeptWithin(index, 0, _series.Count - 1, "the number of a series"));
        int folded = state.KeptWithin(route?.Folded ?? -1, -1, _series.Count - 1, "the number of a series");
        bool byClass = state.Kept(route?.Classes is not null);
        if (!state.IsReading) return;
        if (series.Count == 0) throw new StateFormatException("A route has no series.");
        var whole = _series[series[0]];
        ClassRoster? classes = null;
        if (byClass && !_rosters.TryGetValue((whole.Model, whole.Version), out classes)) throw new StateFormatException($"The classes of {whole} are missing.");
        route = new Route(_routes.Count, whole.Model, whole.Version, view, predicted, options.For(whole.Model).Join, [.. series])
        {
            NamesOnlyPositive = view == View.Binary && options.For(whole.Model).NamesOnlyPositive,
            Folded = folded,
            Classes = classes,
            OfModel = Addressees.Of(whole.Model),
            Owner = Addressees.Of(whole.Model, whole.Version),
        };
    }

    private void ExchangeKeys(StateExchange state, bool take)
    {
        int count = state.ExchangeCount(_byKey.Count);
        if (!state.IsReading)
        {
            foreach (var (key, route) in _byKey) Exchange(state, key, route);
            return;
        }

        if (_routes.Count == 0 && count > 0) throw new StateFormatException("Keys without routes.");
        for (; count > 0; count--)
        {
            var (key, route) = Exchange(state, default, 0);
            if (take) Once(_byKey.TryAdd(key, route), key);
        }
    }

    private (UInt128 Key, int Route) Exchange(StateExchange state, UInt128 key, int route)
    {
        state.Exchange(ref key);
        return (key, state.KeptWithin(route, 0, Math.Max(0, _routes.Count - 1), "the number of a route"));
    }

    private static void Once(bool added, object what)
    {
        if (!added) throw new StateFormatException($"{what} was kept twice.");
    }
}

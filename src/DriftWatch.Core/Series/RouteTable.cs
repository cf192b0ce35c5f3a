using DriftWatch.Joining;
using DriftWatch.Messages;

namespace DriftWatch.Series;

/// <summary>Gives every combination of model, version, slices and predicted class one small number, and every series one too.</summary>
/// <remarks>
/// Routes are found by a 128-bit key that the reader makes from the raw fields; only the first record of a combination pays for
/// names. The number of models, versions, slice values and routes is bounded: what comes past a bound is folded into
/// <see cref="Slice.Other"/> and counted in <see cref="Overflows"/> (a model too many is refused). Numbers never change and are never reused.
/// </remarks>
public sealed class RouteTable(MonitorOptions options)
{
    /// <summary>The version that stands for all those past the bound.</summary>
    public const string Other = Slice.Other;

    private readonly Dictionary<UInt128, int> _byKey = [];
    private readonly List<Route> _routes = [];
    private readonly List<SeriesKey> _series = [];
    private readonly Dictionary<SeriesKey, int> _bySeries = [];
    private readonly Dictionary<string, HashSet<string>> _versions = [];
    private readonly Dictionary<(string Model, string Version), int> _slices = [];
    private readonly Dictionary<string, long> _overflows = new() { ["version"] = 0, ["slice"] = 0, ["route"] = 0 };

    public Route this[int route] => _routes[route];

    public int Count => _routes.Count;

    /// <summary>All series so far; a route's numbers index into it.</summary>
    public IReadOnlyList<SeriesKey> Series => _series;

    public IEnumerable<string> Models => _versions.Keys;

    /// <summary>How many routes were folded for want of room, by what overflowed.</summary>
    public IReadOnlyDictionary<string, long> Overflows => _overflows;

    public bool TryFind(UInt128 key, out int route) => _byKey.TryGetValue(key, out route);

    /// <summary>Makes the route for a key that <see cref="TryFind"/> did not know.</summary>
    /// <returns><see cref="RejectReason.None"/>, or <see cref="RejectReason.UnknownModel"/>.</returns>
    public RejectReason Register(UInt128 key, in RouteDescription description, out int route)
    {
        route = -1;
        string model = description.Model;
        if (options.OnlyNamedModels && !options.Models.ContainsKey(model)) return RejectReason.UnknownModel;
        if (!_versions.TryGetValue(model, out var versions))
        {
            if (_versions.Count >= options.MaxModels) return RejectReason.UnknownModel;
            _versions.Add(model, versions = []);
        }

        string version = description.Version;
        if (!versions.Contains(version))
        {
            if (versions.Count < options.MaxVersions) versions.Add(version);
            else version = Fold("version");
        }

        var policy = options.For(model);
        int[] series = [SeriesOf(model, version, null, description.View), .. SlicesOf(model, version, policy, description)];
        if (_routes.Count >= Math.Min(options.MaxRoutes, 1 << 19))
        {
            // Without room for the combination the slices go, the model stays: one shared route per model, version, view and class.
            Fold("route");
            series = [series[0]];
            ulong predicted = ClassOf(policy, description);
            int shared = _routes.FindIndex(r => r.Series.Length == 1 && r.Series[0] == series[0] && r.PredictedClass == predicted);
            if (shared >= 0)
            {
                route = shared;
                return RejectReason.None; // not remembered by key: the table is full
            }

            return RejectReason.UnknownModel;
        }

        route = _routes.Count;
        _routes.Add(new Route(route, model, version, description.View, ClassOf(policy, description), policy.Join, series));
        _byKey.Add(key, route);
        return RejectReason.None;
    }

    /// <summary>The same routes and series under other rules: for a replay, which learns the horizon only from what it has read.</summary>
    public RouteTable With(MonitorOptions rules)
    {
        var copy = new RouteTable(rules);
        foreach (var (key, route) in _byKey) copy._byKey.Add(key, route);
        foreach (var (key, index) in _bySeries) copy._bySeries.Add(key, index);
        foreach (var (model, versions) in _versions) copy._versions.Add(model, [.. versions]);
        foreach (var (version, count) in _slices) copy._slices.Add(version, count);
        foreach (var (what, count) in _overflows) copy._overflows[what] = count;
        copy._series.AddRange(_series);
        copy._routes.AddRange(_routes.Select(route => route with { Rule = rules.For(route.Model).Join }));
        return copy;
    }

    private static ulong ClassOf(ModelOptions policy, in RouteDescription description) =>
        description.View == View.Binary ? ClassKey.Of(policy.PositiveLabel ?? "1") : ClassKey.Of(description.PredictedClass ?? "");

    private List<int> SlicesOf(string model, string version, ModelOptions policy, in RouteDescription description)
    {
        List<int> indices = [];
        foreach (var slice in description.Slices)
        {
            if (policy.Slices is { } watched && !watched.Contains(slice.Dimension)) continue;
            int index = SliceSeries(model, version, slice, description.View);
            if (!indices.Contains(index)) indices.Add(index);
        }

        return indices;
    }

    private int SliceSeries(string model, string version, Slice slice, View view)
    {
        var key = new SeriesKey(model, version, slice, view);
        if (_bySeries.TryGetValue(key, out int known)) return known;
        int count = _slices.GetValueOrDefault((model, version));
        if (count >= options.MaxSlices) return SeriesOf(model, version, new Slice(slice.Dimension, Fold("slice")), view);
        _slices[(model, version)] = count + 1;
        return SeriesOf(model, version, slice, view);
    }

    private int SeriesOf(string model, string version, Slice? slice, View view)
    {
        var key = new SeriesKey(model, version, slice, view);
        if (_bySeries.TryGetValue(key, out int index)) return index;
        index = _series.Count;
        _series.Add(key);
        _bySeries.Add(key, index);
        return index;
    }

    private string Fold(string what)
    {
        _overflows[what]++;
        return Other;
    }
}

namespace DriftWatch.Core.Series;

/// <summary>Gives every combination of model, version, slices and predicted class one small number, and every series one too.</summary>
/// <remarks>
/// Routes are found by a 128-bit key that the reader makes from the raw fields; only the first record of a combination pays for
/// names. The number of models, versions, slice values and routes is bounded: what comes past a bound is folded into
/// <see cref="Slice.Other"/> and counted in <see cref="Overflows"/> (a model too many is refused). Numbers never change and are never reused.
/// </remarks>
public sealed partial class RouteTable(SeriesOptions options)
{
    /// <summary>The version that stands for all those past the bound.</summary>
    public const string Other = Slice.Other;

    // What a pending prediction has room for.
    private const int HardLimit = 1 << 19;

    private readonly Dictionary<UInt128, int> _byKey = [];
    private readonly Dictionary<string, int> _byMeaning = [];
    private readonly List<Route> _routes = [];
    private readonly List<SeriesKey> _series = [];
    private readonly Dictionary<SeriesKey, int> _bySeries = [];
    private readonly Dictionary<string, HashSet<string>> _versions = [];
    private readonly Dictionary<(string Model, string Version), int> _slices = [];
    private readonly Dictionary<(string Model, string Version), int> _predicted = [];
    private readonly Dictionary<(string Model, string Version), ClassRoster> _rosters = [];
    private readonly Dictionary<string, long> _overflows = new() { ["version"] = 0, ["slice"] = 0, ["route"] = 0, ["predicted_class"] = 0, ["class"] = 0, ["vector"] = 0 };

    public Route this[int route] => _routes[route];

    public int Count => _routes.Count;

    /// <summary>All series so far; a route's numbers index into it.</summary>
    public IReadOnlyList<SeriesKey> Series => _series;

    public IEnumerable<string> Models => _versions.Keys;

    /// <summary>Models and versions that labels may address.</summary>
    public Addressees Addressees { get; private init; } = new();

    /// <summary>What makes two predictions one.</summary>
    public PredictionIdentity Identity => options.Identity;

    /// <summary>Probability vectors that wait for their labels.</summary>
    public HeldVectors Vectors { get; private init; } = new(options.MaxVectorBytes);

    /// <summary>Texts of labels; null where nobody asks what labels say.</summary>
    public LabelSpellings? Spellings { get; init; } = options.Policies.Any(policy => policy.NamesOnlyPositive) ? new() : null;

    /// <summary>The sources that models know; null where nobody asks who labels.</summary>
    public SourceNames? Sources { get; init; } = SourceNames.Of(options);

    /// <summary>How many combinations were folded for want of room, by what overflowed, each once, up to four times <see cref="SeriesOptions.MaxRoutes"/>; for <c>class</c> and <c>vector</c>, predictions that were not counted for all classes.</summary>
    public IReadOnlyDictionary<string, long> Overflows => _overflows;

    public bool TryFind(UInt128 key, out int route) => _byKey.TryGetValue(key, out route);

    /// <summary>Makes the route for a key that <see cref="TryFind"/> did not know.</summary>
    /// <returns>False if its model is not watched: it is not named, or there are too many.</returns>
    public bool TryRegister(UInt128 key, in RouteDescription description, out int route)
    {
        route = -1;
        Touched = true;
        string model = description.Model;
        if (options.OnlyNamedModels && !options.Models.ContainsKey(model)) return false;
        if (!_versions.TryGetValue(model, out var versions))
        {
            if (_versions.Count >= options.MaxModels) return false;
            _versions.Add(model, versions = []);
        }

        string version = description.Version;
        if (!versions.Contains(version))
        {
            if (versions.Count < options.MaxVersions) versions.Add(version);
            else version = Fold("version");
        }

        var policy = options.For(model);
        int[] series = [SeriesOf(model, version, null, description.View), .. SlicesOf(model, version, policy, description), .. PredictedClass(model, version, policy, description)];
        ulong predicted = ClassOf(policy, description);
        if (!TryMake(series, predicted, options.MaxRoutes, description, policy, out route))
        {
            // Without room for the combination the slices go, the model stays.
            Fold("route");
            if (!TryMake([series[0]], predicted, HardLimit, description, policy, out route)) return false;
        }

        // Combinations that mean the same share a route, so keys can outnumber routes; past this bound they are looked up by name each time.
        if (RemembersKeys) _byKey.Add(key, route);
        return true;
    }

    private bool TryMake(int[] series, ulong predicted, int limit, in RouteDescription description, RoutePolicy policy, out int route)
    {
        string meaning = MeaningOf(predicted, series);
        if (_byMeaning.TryGetValue(meaning, out route)) return true;
        route = _routes.Count;
        if (route >= Math.Min(limit, HardLimit)) return false;
        var whole = _series[series[0]];
        _routes.Add(new Route(route, whole.Model, whole.Version, description.View, predicted, policy.Join, series)
        {
            NamesOnlyPositive = description.View == View.Binary && policy.NamesOnlyPositive,
            OfModel = Addressees.Of(whole.Model),
            Owner = Addressees.Of(whole.Model, whole.Version),
            Folded = description.View == View.Binary && policy.Views.Keeps(ExtraView.Folded) ? SeriesOf(whole.Model, whole.Version, null, View.Folded) : -1,
            Classes = description.View == View.TopLabel && policy.Views.Keeps(ExtraView.ClassWise) ? RosterOf(whole.Model, whole.Version, policy.Views) : null,
        });
        _byMeaning.Add(meaning, route);
        return true;
    }

    /// <summary>The same routes and series under other rules: for a replay, which learns the horizon only from what it has read.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="spellings">Texts of the labels, which were read elsewhere.</param>
    public RouteTable With(SeriesOptions rules, LabelSpellings? spellings = null)
    {
        var copy = new RouteTable(rules) { Vectors = Vectors, Addressees = Addressees, Spellings = spellings ?? Spellings, Sources = Sources };
        foreach (var (key, route) in _byKey) copy._byKey.Add(key, route);
        foreach (var (meaning, route) in _byMeaning) copy._byMeaning.Add(meaning, route);
        foreach (var (key, index) in _bySeries) copy._bySeries.Add(key, index);
        foreach (var (model, versions) in _versions) copy._versions.Add(model, [.. versions]);
        foreach (var (version, count) in _slices) copy._slices.Add(version, count);
        foreach (var (version, count) in _predicted) copy._predicted.Add(version, count);
        foreach (var (version, roster) in _rosters) copy._rosters.Add(version, roster);
        foreach (var (what, count) in _overflows) copy._overflows[what] = count;
        copy._series.AddRange(_series);
        copy._routes.AddRange(_routes.Select(route => route with { Rule = rules.For(route.Model).Join }));
        return copy;
    }

    /// <summary>Whom a label addresses that names a model, and perhaps a version of it.</summary>
    public int AddresseeOf(string model, string? version)
    {
        if (Addressees.IsFull) return Addressees.Nobody;
        Touched = true;
        return Addressees.Of(model, version);
    }

    /// <summary>Whether an addressee is a version that is folded into <see cref="Other"/> for want of room.</summary>
    /// <remarks>It is asked only where a prediction of that model was folded: which versions have series of their own is settled by then.</remarks>
    public bool FoldsIntoOther(int addressee, int ofModel)
    {
        if (addressee >= Addressees.Count || Addressees[addressee] is not (var model, { } version)) return false;
        return Addressees.Of(model) == ofModel && _versions.TryGetValue(model, out var versions) && !versions.Contains(version);
    }

    /// <summary>Makes a series for a class that no vector of the model version had before.</summary>
    /// <returns>Its place in the roster; -1 if the roster is full.</returns>
    internal int Watch(ClassRoster classes, ulong key, string name)
    {
        if (classes.IsFull) return -1;
        if (classes.Reveal(key) is >= 0 and var place) return place;
        Touched = true;
        return classes.Add(key, SeriesOf(classes.Model, classes.Version, null, View.OneClass, name));
    }

    /// <summary>Notes that one prediction is not counted for all classes.</summary>
    /// <param name="what"><c>class</c>: the vector has classes past the bound; <c>vector</c>: there was no room to hold it.</param>
    internal void NoteLeftOut(string what) => _overflows[what]++;

    private static string MeaningOf(ulong predicted, int[] series) => $"{predicted:x} {string.Join(' ', series)}";

    private ClassRoster RosterOf(string model, string version, ViewOptions views)
    {
        if (!_rosters.TryGetValue((model, version), out var roster)) _rosters.Add((model, version), roster = new ClassRoster(model, version, views.MaxClasses));
        return roster;
    }

    private int[] PredictedClass(string model, string version, RoutePolicy policy, in RouteDescription description)
    {
        if (description.View != View.TopLabel || description.PredictedClass is not { } name || !policy.Views.Keeps(ExtraView.PerClass)) return [];
        if (_bySeries.TryGetValue(new SeriesKey(model, version, null, View.PredictedClass, name), out int known)) return [known];
        int count = _predicted.GetValueOrDefault((model, version));
        if (count >= policy.Views.MaxClasses) return [SeriesOf(model, version, null, View.PredictedClass, Fold("predicted_class"))];
        _predicted[(model, version)] = count + 1;
        return [SeriesOf(model, version, null, View.PredictedClass, name)];
    }

    private static ulong ClassOf(RoutePolicy policy, in RouteDescription description) =>
        description.View == View.Binary ? ClassKey.Of(policy.PositiveLabel ?? "1") : ClassKey.Of(description.PredictedClass ?? "");

    private List<int> SlicesOf(string model, string version, RoutePolicy policy, in RouteDescription description)
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

    private int SeriesOf(string model, string version, Slice? slice, View view, string? name = null)
    {
        var key = new SeriesKey(model, version, slice, view, name);
        if (_bySeries.TryGetValue(key, out int index)) return index;
        index = _series.Count;
        _series.Add(key);
        _bySeries.Add(key, index);
        return index;
    }

    private bool RemembersKeys => _byKey.Count < 4 * options.MaxRoutes;

    private string Fold(string what)
    {
        // Each combination once: one that is not remembered would count as often as the reader happens to ask.
        if (RemembersKeys) _overflows[what]++;
        return Other;
    }
}

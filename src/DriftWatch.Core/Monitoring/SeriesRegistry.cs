using System.Diagnostics;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Monitoring;

/// <summary>All models and series that records have brought so far, each with what it shares with others: gate, false-alarm rate, onset and history.</summary>
/// <remarks>In the order in which they came, which is that of their numbers. Nothing is ever taken out.</remarks>
internal sealed class SeriesRegistry(MonitorOptions options, RouteTable routes, SketchPool pool, bool keepsState)
{
    private readonly List<SeriesMonitor> _series = [];
    private readonly List<ModelMonitor> _modelOfRoute = [];
    private readonly Dictionary<string, ModelMonitor> _models = [];
    private readonly Dictionary<string, ModelTerms> _terms = [];
    private readonly Dictionary<(string Model, string Version, View View), (RequestGate Gate, SharedOnset Onset)> _versions = [];
    private readonly Dictionary<object, AlarmFamily> _families = [];
    private readonly Dictionary<string, VersionHistories> _histories = [];
    private readonly Dictionary<(string Model, View View), List<(SeriesMonitor Series, RequestGate Gate, AlarmFamily Family)>> _wholes = [];
    private readonly Dictionary<(string Model, View View), AcrossVersionsMonitor> _across = [];
    private readonly List<AcrossVersionsMonitor> _acrossInOrder = [];

    /// <summary>By their number.</summary>
    public List<SeriesMonitor> Series => _series;

    /// <summary>By name.</summary>
    public Dictionary<string, ModelMonitor> Models => _models;

    /// <summary>The model of each route that is known here.</summary>
    public List<ModelMonitor> OfRoute => _modelOfRoute;

    /// <summary>What the series of each version share.</summary>
    public IReadOnlyCollection<(RequestGate Gate, SharedOnset Onset)> Versions => _versions.Values;

    /// <summary>What watches models that have had several versions, in the order in which the second ones came.</summary>
    public IReadOnlyList<AcrossVersionsMonitor> Across => _acrossInOrder;

    /// <summary>Where a model stands over all its versions.</summary>
    public IReadOnlyList<AcrossVersionsSnapshot> AcrossVersions(string model) => [.. _acrossInOrder.Where(one => one.Model == model).Order(Comparer<AcrossVersionsMonitor>.Create(AcrossVersionsMonitor.Compare)).Select(one => one.Capture()).OfType<AcrossVersionsSnapshot>()];

    /// <summary>Which versions have gone.</summary>
    public Successions Successions { get; } = new();

    /// <summary>The model of a route, which may be new.</summary>
    public ModelMonitor ModelOf(int route)
    {
        if (route >= _modelOfRoute.Count) Register(route + 1, routes.Series.Count);
        return _modelOfRoute[route];
    }

    /// <summary>Makes room for the routes, series and models that came since the last new one.</summary>
    public void Register(int routeCount, int seriesCount)
    {
        while (_modelOfRoute.Count < routeCount)
        {
            string name = routes[_modelOfRoute.Count].Model;
            if (!_models.TryGetValue(name, out var model)) _models.Add(name, model = new ModelMonitor(name, options.For(name)));
            _modelOfRoute.Add(model);
        }

        MeetSeries(seriesCount);
    }

    /// <summary>Makes room for the series that came without a route of their own.</summary>
    public void MeetSeries() => MeetSeries(routes.Series.Count);

    /// <summary>Other running episodes of its model version, and that of the model over all its versions that has named it.</summary>
    public List<RelatedEpisode> RelatedTo(SeriesMonitor series) =>
    [
        .. from model in _acrossInOrder
           where model.Model == series.Key.Model && model.Related?.Series.Version == series.Key.Version
           select model.Related!.Value,
        .. from other in _series
           where other != series && other.Key.Model == series.Key.Model && other.Key.Version == series.Key.Version
           let episode = other.Related
           where episode is not null
           orderby other.Key.ToString() // not by who came first
           select episode.Value,
    ];

    /// <summary>Running episodes of the versions that an episode of the model rests on.</summary>
    public List<RelatedEpisode> RelatedTo(AcrossVersionsMonitor model, JudgedVersions versions) =>
    [
        .. from other in _series
           where other.Key.Model == model.Model && versions.Names.Contains(other.Key.Version)
           let episode = other.Related
           where episode is not null
           orderby other.Key.ToString()
           select episode.Value,
    ];

    private void MeetSeries(int count)
    {
        while (_series.Count < count)
        {
            var key = routes.Series[_series.Count];
            var version = (key.Model, key.Version, key.View.Main());
            if (!_versions.TryGetValue(version, out var shared)) _versions.Add(version, shared = (new(), new() { Histories = HistoriesOf(key.Model) }));
            if (!_terms.TryGetValue(key.Model, out var terms)) _terms.Add(key.Model, terms = new ModelTerms(key.Model, options));
            object group = terms.Model.Drift.Group switch { AlarmGroup.Series => key, AlarmGroup.Model => version, AlarmGroup.Service => nameof(AlarmGroup.Service), _ => throw new UnreachableException() };
            if (!_families.TryGetValue(group, out var family)) _families.Add(group, family = new AlarmFamily());
            _series.Add(new SeriesMonitor(key, terms, pool, shared.Gate, family, shared.Onset, keepsState));
            Successions.Add(_series[^1]);
            if (key.IsWhole && terms.Watch.Rule.JudgesAcrossVersions) MeetVersion((key.Model, key.View), terms, (_series[^1], shared.Gate, family));
        }
    }

    /// <summary>From the second version on a model is watched over all of them.</summary>
    private void MeetVersion((string Model, View View) model, ModelTerms terms, (SeriesMonitor Series, RequestGate Gate, AlarmFamily Family) version)
    {
        if (!_wholes.TryGetValue(model, out var versions)) _wholes.Add(model, versions = []);
        versions.Add(version);
        if (versions.Count < 2) return;
        bool perVersion = terms.Model.Drift.Group == AlarmGroup.Model;
        if (!_across.TryGetValue(model, out var across))
        {
            _across.Add(model, across = new(model.Model, model.View, terms, _series.IndexOf(versions[0].Series), terms.Model.Drift.Group switch { AlarmGroup.Model => null, AlarmGroup.Service => version.Family, AlarmGroup.Series => new AlarmFamily(), _ => throw new UnreachableException() }));
            _acrossInOrder.Add(across);
            var first = versions[0];
            across.Add(first.Series, first.Gate, perVersion ? first.Family : null);
        }

        across.Add(version.Series, version.Gate, perVersion ? version.Family : null);
    }

    private VersionHistories HistoriesOf(string model)
    {
        if (!_histories.TryGetValue(model, out var histories)) _histories.Add(model, histories = new());
        return histories;
    }
}

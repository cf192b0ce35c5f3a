using DriftWatch.Core.Monitoring;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using Prometheus;

namespace DriftWatch.Metrics;

/// <summary>Fills the metrics page from the newest picture, whenever somebody scrapes.</summary>
/// <remarks>
/// Nothing on the way of a record touches a metric: the owner of the state counts in its own fields and publishes pictures; here they are
/// copied to the page. So all series of one scrape are of one moment: the four counters of a bin always agree.
/// Law: what is told of models, series, join and topics is the state after a committed epoch; an instance without one tells none of it. So no such
/// counter goes back over a restart or a takeover, and two instances never count the same.
/// </remarks>
internal sealed class SnapshotMetrics
{
    private readonly SnapshotBoard _board;
    private readonly MetricsOptions _options;
    private readonly MetricsPage _page = new();
    private readonly Lock _lock = new();
    private readonly ServiceFamilies _service;
    private readonly InputProblemFamilies _problems;
    private readonly CheckpointFamilies _checkpoint;
    private readonly JoinFamilies _join;
    private readonly ModelFamilies _models;
    private readonly SeriesFamilies _series;
    private readonly ThresholdFamilies _thresholds;
    private readonly WindowFamilies _slices;
    private readonly WindowFamilies _views;
    private readonly LatencyFamilies _latency;
    private readonly SourceFamilies _sources;
    private readonly ComparisonFamilies _comparisons;
    private readonly EarlyWarningFamilies _early;
    private readonly DriftFamilies _drift;
    private readonly SelfFamilies _self;

    public SnapshotMetrics(SnapshotBoard board, MetricsOptions options, LogCounter log)
    {
        _board = board;
        _options = options;
        _service = new ServiceFamilies(_page);
        _problems = new InputProblemFamilies(_page);
        _checkpoint = new CheckpointFamilies(_page);
        _join = new JoinFamilies(_page);
        _models = new ModelFamilies(_page);
        _series = new SeriesFamilies(_page);
        _thresholds = new ThresholdFamilies(_page, options.Thresholds);
        _slices = WindowFamilies.OfSlices(_page);
        _views = WindowFamilies.OfViews(_page);
        _latency = new LatencyFamilies(_page);
        _sources = new SourceFamilies(_page);
        _comparisons = new ComparisonFamilies(_page);
        _early = new EarlyWarningFamilies(_page);
        _drift = new DriftFamilies(_page);
        _self = new SelfFamilies(_page, options, log);
        DotNetStats.Register(Registry);
        Registry.AddBeforeCollectCallback(Fill);
    }

    public CollectorRegistry Registry => _page.Registry;

    /// <summary>Brings the page to the newest picture. Two scrapes at once take turns.</summary>
    public void Fill()
    {
        lock (_lock)
        {
            var snapshot = _board.Current;
            _service.Export(snapshot);
            _checkpoint.Export(snapshot);
            if (snapshot.HasState) ExportState(snapshot);
            _self.Export(snapshot, _page);
            _page.Sweep();
        }
    }

    private void ExportState(ServiceSnapshot snapshot)
    {
        _problems.Export(snapshot);
        _join.Export(snapshot);
        _models.Export(snapshot);
        var parts = snapshot.Monitor.Series.ToLookup(series => (series.Key.Model, series.Key.Version));
        // The page's word about itself comes last and has its place kept free.
        int most = _options.MaxSeries - _page.Try(() => _self.Export(snapshot, _page), 0).Series;
        ExportEach(ExportedSeries.Whole(snapshot, _options, _self), most, series =>
        {
            _series.Export(series, snapshot, [.. parts[(series.Key.Model, series.Key.Version)]]);
            _thresholds.Export(series, Least(series));
            _latency.Export(series);
            _sources.Export(series);
            _early.Export(series);
            _drift.Export(series);
        });
        foreach (var one in snapshot.Monitor.Comparisons)
        {
            if (!_page.Try(() => _comparisons.Export(one), most).Stands) _self.Refuse("series", new(one.Model, one.Candidate, one.Slice, Core.Series.View.Binary));
        }

        ExportEach(ExportedSeries.Slices(snapshot, _options, _self), most, series =>
        {
            _slices.Export(series, Least(series));
            _drift.ExportSlice(series);
        });
        ExportEach(ExportedSeries.Views(snapshot, _options), most, series =>
        {
            _views.Export(series, Least(series));
            _drift.ExportView(series);
        });

        int Least(SeriesSnapshot series) => snapshot.Options.For(series.Key.Model).Threshold.MinLabeled;
    }

    /// <summary>Each in its order, as long as they fit. Those of one kind take about as much, so the first that does not ends it.</summary>
    private void ExportEach(IEnumerable<SeriesSnapshot> all, int most, Action<SeriesSnapshot> export)
    {
        bool full = false;
        foreach (var series in all)
        {
            full = full || !_page.Try(() => export(series), most).Stands;
            if (full) _self.Refuse("series", series.Key);
        }
    }
}

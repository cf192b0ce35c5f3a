using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>The heart of DriftWatch: a deterministic state machine from predictions and labels to calibration and decisions.</summary>
/// <remarks>
/// Bytes and clocks stay outside: values go in with their event time, the watermark is told, decisions come out. All state belongs
/// to the thread that calls; others read the immutable <see cref="Capture"/>. The same records give the same state to the last bit in any
/// order that respects the out-of-orderness allowance.
/// </remarks>
public sealed partial class CalibrationMonitor
{
    private const int EpisodesKept = 1000;
    private static readonly int[] StepsPerPane = [60, 50, 40, 30, 20, 10, 1];

    private readonly PredictionJoiner _joiner;
    private IJoin _join; // the joiner, but where another thread joins ahead
    private readonly SketchPool _pool;
    private readonly SeriesRegistry _known;
    private readonly OtherViews _views;
    private readonly ClassWiseErrors _classWise = new();
    private readonly List<(Finding Finding, SeriesMonitor Of)> _findings = [];
    private readonly List<(Finding Finding, AcrossVersionsMonitor Of)> _ofModels = [];
    private readonly List<RecalibrationRequest> _requests = [];
    private readonly Comparisons _comparisons;
    private readonly Explanations _explanations = new();
    private readonly EpisodeLog _episodes = new(EpisodesKept);
    private readonly OrphanCounts _orphans = new(); // that belong to no model
    private readonly TimeSpan _step;
    private readonly bool _keepsState;
    private EventTime? _watermark;

    /// <param name="options">What is watched, and how.</param>
    /// <param name="routes">What the records' routes mean.</param>
    /// <param name="keepsState">Whether its state is written in chunks (<see cref="WriteChunks"/>): what is sealed is then held until it is written.</param>
    public CalibrationMonitor(MonitorOptions options, RouteTable routes, bool keepsState = false)
    {
        _keepsState = keepsState;
        Options = options;
        Routes = routes;
        _step = StepOf(options.Pane);
        _pool = new SketchPool(grid: options.Grid);
        _known = new SeriesRegistry(options, routes, _pool, keepsState);
        _comparisons = new Comparisons(options, routes, _known);
        _views = new OtherViews(routes, _known.Series);
        _join = _joiner = new PredictionJoiner(Joining, routes, new JoinSink(this));
    }

    public MonitorOptions Options { get; }

    public RouteTable Routes { get; }

    private JoinOptions Joining => Options.Joining with { Bucket = _step };

    /// <summary>Has another join the records, before the first of them: a replay joins on a thread of its own, ahead of what is counted here.</summary>
    /// <param name="join">Of the join's options and of who hears what leaves it. It tells what a <see cref="PredictionJoiner"/> would, of the same records, in the same order.</param>
    public void JoinBy(Func<JoinOptions, IJoinSink, IJoin> join) => _join = join(Joining, new JoinSink(this));

    /// <summary>How far event time has come, in whole steps; null before <see cref="AdvanceTo"/> was called.</summary>
    public EventTime? Watermark => _watermark;

    /// <summary>How the newest record stood to each of its counterparts, whether or not they joined; valid until the next call.</summary>
    public ReadOnlySpan<Meeting> Meetings => _join.Meetings;

    /// <summary>Whether any model keeps probability vectors until their labels come.</summary>
    public bool KeepsVectors => _joiner.KeepsVectors;

    /// <summary>Hints that records with these ids come next, some tens at a time.</summary>
    public void Prefetch(ReadOnlySpan<PredictionId> ids) => _joiner.Prefetch(ids);

    /// <summary>Takes one prediction. A label that was there before it makes it <see cref="Arrival.Matched"/>.</summary>
    public JoinResult Add(in Prediction prediction)
    {
        var result = _join.Add(prediction);
        var model = _known.ModelOf(prediction.Route);
        if (result.Kind == Arrival.Duplicate) model.Duplicates++;
        if (result.Kind == Arrival.Late) model.Late++;
        if (result.Kind is not (Arrival.Waiting or Arrival.Matched)) return result;
        model.Predictions++;
        var route = Routes[prediction.Route];
        foreach (int series in route.Series) _known.Series[series].AddPrediction(prediction.Time, prediction.Confidence, prediction.Weight);
        if (!prediction.Latency.IsAbsent)
        {
            foreach (int series in route.Series) _known.Series[series].AddLatency(prediction.Time, prediction.Latency);
        }

        if (route.HasOtherViews)
        {
            _known.MeetSeries(); // classes come without a route of their own
            _views.AddPrediction(route, prediction);
        }

        CountNews();
        return result;
    }

    /// <summary>Takes one label.</summary>
    public JoinResult Add(in Label label)
    {
        var result = _join.Add(label);
        CountNews();
        return result;
    }

    /// <summary>Lets go of what a prediction that is not to be added holds.</summary>
    public void Discard(in Prediction prediction) => _joiner.Discard(prediction);

    /// <summary>Episodes, oldest first, running and ended, up to a bound.</summary>
    public IReadOnlyList<Episode> Episodes => _episodes.Capture();

    /// <summary>The decisions since the last call, in order.</summary>
    public IReadOnlyList<RecalibrationRequest> TakeRequests()
    {
        if (_requests.Count == 0) return [];
        RecalibrationRequest[] taken = [.. _requests];
        _requests.Clear();
        return taken;
    }

    public MonitorSnapshot Capture() => new()
    {
        Watermark = _watermark,
        Join = _join.Counts,
        Models = [.. _known.Models.Values.Select(model => model.Capture() with { UnknownSources = UnknownSources(model), AcrossVersions = _known.AcrossVersions(model.Name) })],
        Orphans = _orphans.Capture(),
        Series = _classWise.Join([.. _known.Series.Select(series => series.Capture(_watermark, _explanations.Of(series, _known.Series, _watermark)))]),
        Comparisons = _comparisons.Capture(_watermark),
        Episodes = _episodes.Capture(),
        Refused = _known.Series.Sum(series => series.Refused),
        Overflows = new Dictionary<string, long>(Routes.Overflows),
    };

    private IReadOnlyList<string>? UnknownSources(ModelMonitor model) => model.AsksForSources ? [.. Routes.Sources!.UnknownNames] : null;

    private void CountNews()
    {
        foreach (ref readonly var meeting in _join.Meetings) Count(meeting);
        if (_join.Encounters.Length > 0) _comparisons.Count(_join.Encounters);
        foreach (ref readonly var change in _join.VerdictChanges) _known.Series[Routes[change.Route].Series[0]].Hear(change);
    }

    private void Count(in Meeting meeting)
    {
        switch (meeting.Label)
        {
            case Arrival.Matched:
                CountMatch(meeting);
                break;
            case Arrival.Corrected:
                CountCorrection(meeting);
                break;
            case Arrival.Orphaned:
                _known.ModelOf(meeting.Route).Orphans.Meet(meeting.Delay);
                break;
            case Arrival.Unreadable:
                _known.ModelOf(meeting.Route).Unreadable++;
                break;
        }
    }

    private void CountMatch(in Meeting meeting)
    {
        _known.OfRoute[meeting.Route].Join(meeting.Delay);
        var pair = PairOf(meeting);
        var route = Routes[meeting.Route];
        if (route.NamesOnlyPositive) _known.OfRoute[meeting.Route].Readings.Add(meeting.Value, meeting.Outcome, Routes.Spellings);
        foreach (int series in route.Series) _known.Series[series].AddOutcome(pair);
        if (route.HasOtherViews) _views.AddOutcome(route, pair, meeting.Vector);
    }

    private void CountCorrection(in Meeting meeting)
    {
        var route = Routes[meeting.Route];
        if (route.NamesOnlyPositive) _known.OfRoute[meeting.Route].Readings.Add(meeting.Value, meeting.Outcome, Routes.Spellings);
        foreach (int series in route.Series) _known.Series[series].CorrectOutcome(PairOf(meeting), meeting.OldOutcome, meeting.OldChoice, (meeting.OldDelay, meeting.Delay));
        if (route.HasOtherViews) _views.CorrectOutcome(route, PairOf(meeting), meeting.OldOutcome, meeting.OldChoice, meeting.Vector);
    }

    private static LabeledPrediction PairOf(in Meeting meeting)
    {
        // A label that came before its prediction waited for it.
        var arrived = meeting.Delay > TimeSpan.Zero ? meeting.PredictionTime + meeting.Delay : meeting.PredictionTime;
        return new LabeledPrediction(arrived, meeting.PredictionTime, meeting.Confidence, meeting.Outcome, meeting.Choice);
    }

    private void Expire(int route, EventTime time, double confidence, SamplingWeight weight)
    {
        var (model, policy) = (_known.OfRoute[route], Routes[route]);
        model.Expired++;
        // Where labels are asked for by chance, one that did not come says nothing of the outcome.
        bool negative = policy.Rule.OnExpiry == ExpiryRule.Negative && !weight.IsMore;
        foreach (int series in policy.Series) _known.Series[series].Expire(time, confidence, negative ? false : null);
        if (policy.HasOtherViews) _views.Expire(policy, time, confidence, negative);
    }

    /// <summary>Who counts a label that nobody answered: the model that it names, if that is watched.</summary>
    private OrphanCounts OrphansOf(int addressee) =>
        addressee is Addressees.Everyone or Addressees.Nobody || !_known.Models.TryGetValue(Routes.Addressees[addressee].Model, out var model) ? _orphans : model.Orphans;

    /// <summary>A sixtieth of a pane, or the nearest coarser part that is a whole number of milliseconds.</summary>
    /// <remarks>Nothing expires, matures or seals within a step, so that whole buckets of the join can be swept (decision 1).</remarks>
    private static TimeSpan StepOf(TimeSpan pane) =>
        pane / StepsPerPane.First(parts => pane.Ticks % (parts * TimeSpan.TicksPerMillisecond) == 0);

    private sealed class JoinSink(CalibrationMonitor monitor) : IJoinSink
    {
        public void Expired(int route, EventTime time, double confidence, SamplingWeight weight)
        {
            if (!monitor._rejoining) monitor.Expire(route, time, confidence, weight);
        }

        public void Evicted(int route, EventTime time, double confidence)
        {
            if (!monitor._rejoining) monitor._known.OfRoute[route].Evicted++;
        }

        public void Orphaned(int addressee, EventTime time, bool sawOther)
        {
            if (!monitor._rejoining) monitor.OrphansOf(addressee).GiveUp(sawOther);
        }
    }
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>A model over all its versions, in one view: what judges it, what is asked for, and how that is told from what its versions ask for themselves.</summary>
/// <remarks>
/// No windows and no counts are kept for it: it is no further series. What it asks for names the newest version that has traffic. One cause asks once: while a version that has a part in it has asked for
/// itself, it stands back; and the version that it has named stands back as long as its episode lasts.
/// </remarks>
internal sealed class AcrossVersionsMonitor
{
    private readonly ModelTerms _terms;
    private readonly SeriesKey _key;
    private readonly AcrossVersions _across;
    private readonly RequestGate _gate = new();
    private readonly RecalibrationPolicy _policy;
    private readonly AlarmFamily _family;
    private readonly List<(AlarmFamily Family, int Member)> _shares = [];
    private readonly SortedDictionary<string, (SeriesMonitor Series, RequestGate Gate)> _versions = new(StringComparer.Ordinal);
    private readonly List<Finding> _findings = [];

    /// <param name="model">The model.</param>
    /// <param name="view">The view of its versions.</param>
    /// <param name="terms">What it goes by.</param>
    /// <param name="number">The number of the first version's series, under which it is stored: that does not hang on settings.</param>
    /// <param name="family">The series that share the false-alarm rate, where that is not a matter of its versions; null: those of each version, and it.</param>
    public AcrossVersionsMonitor(string model, View view, ModelTerms terms, int number, AlarmFamily? family)
    {
        Number = number;
        (_terms, _key) = (terms, new SeriesKey(model, "", null, view));
        _family = family ?? new AlarmFamily();
        if (family is not null) Share(family);
        var windows = terms.Windows;
        _across = new(() => new EsrDetector(terms.Watch.Drift, windows.Pane, windows.Maturity, windows.Origin, _family, leads: true, grid: windows.Grid));
        _policy = new RecalibrationPolicy(terms.Monitor.Source, _key, terms.Watch, _gate);
    }

    /// <summary>Takes note of a version.</summary>
    /// <param name="series">Its whole traffic.</param>
    /// <param name="gate">What lets its requests through.</param>
    /// <param name="family">The series that share its false-alarm rate; null: that is not a matter of its versions.</param>
    public void Add(SeriesMonitor series, RequestGate gate, AlarmFamily? family)
    {
        _versions.Add(series.Key.Version, (series, gate));
        _across.Add(series.Key.Version, (EsrDetector)series.Detector);
        series.Across = this;
        if (family is not null)
        {
            _family.Span(family);
            Share(family);
        }

        Reckon();
    }

    /// <summary>Takes a pane of a version, before that judges it itself.</summary>
    public void Take(string version, EventTime start, CalibrationSketch pane, ReferenceWindow? reference) =>
        _across.Take(version, start, pane, reference is { } gaps ? (gaps.Calibration, gaps.To) : null);

    /// <summary>A version had a prediction earlier than all that it had before.</summary>
    public void Reckon()
    {
        foreach (var (series, _) in _versions.Values) _across.Saw(series.Key.Version, series.FirstPrediction);
        if (_across.SharesSince is not { } since) return;
        foreach (var (family, member) in _shares) family.Saw(member, since);
    }

    /// <summary>Before the panes are judged that are mature at a watermark: whether there are two versions by now.</summary>
    public void Begin(EventTime watermark)
    {
        if (_across.HasBegun) return;
        EventTime? mature = null;
        foreach (var (series, _) in _versions.Values)
        {
            if (series.NextMature is { } next && !(mature <= next)) mature = next;
        }

        if (mature is not { } at || at > watermark) return;
        var end = at - _terms.Windows.Maturity;
        var start = end - _terms.Windows.Pane;
        if (start < NotBefore || _across.BeginsWith(start, end) is not { } version) return;
        // As small steps would have it.
        _versions[version].Series.JudgeTo(start);
        _across.Begin(version, start);
        Reckon();
    }

    /// <summary>Judges the panes that its versions have handed out; after them.</summary>
    public void AdvanceTo(EventTime watermark, List<(Finding Finding, AcrossVersionsMonitor Of)> findings)
    {
        _across.AdvanceTo(_terms.Windows.Pane, watermark - _terms.Windows.Maturity, _findings);
        foreach (var finding in _findings) findings.Add((finding.Kind == FindingKind.Drift ? finding with { Newest = Newest() } : finding, this));
        _findings.Clear();
        var mature = watermark - _terms.Windows.Maturity;
        if (_policy.ProofUntil is not { } until || until > mature || findings.Exists(one => one.Of == this && one.Finding.Kind == FindingKind.Overdue)) return;
        findings.Add((new Finding(FindingKind.Overdue, until + _terms.Windows.Maturity, _policy.FixedSince!.Value, until) { Detector = _across.Capture() }, this));
    }

    /// <summary>Acts on a finding of its own.</summary>
    public RecalibrationRequest? Apply(in Finding finding, EpisodeLog episodes)
    {
        var before = _policy.Episode;
        _gate.IsAskedFor = finding.Versions?.Names.Any(version => _versions[version].Series.Related is { Requested: true }) == true;
        var request = _policy.Apply(finding);
        Tell();
        if (_policy.Episode is { } episode) episodes.Note(before, episode);
        return request;
    }

    /// <summary>The running episode, or the newest ended one.</summary>
    public Episode? Episode => _policy.Episode;

    /// <summary>Takes an answer to its newest episode.</summary>
    public (AnswerResult Result, RecalibrationRequest? Told) Answer(RecalibrationAnswer answer, EventTime at, EpisodeLog episodes)
    {
        var before = _policy.Episode;
        var taken = _policy.Answer(answer, at);
        Tell();
        if (_policy.Episode is { } episode) episodes.Note(before, episode);
        if (_policy.FixedSince is { } since) _across.ProveFrom(since);
        return taken;
    }

    /// <summary>Its running episode; null: none runs.</summary>
    public RelatedEpisode? Related => _policy.Related;

    /// <summary>By model and view: an order that does not depend on who came first.</summary>
    public static int Compare(AcrossVersionsMonitor left, AcrossVersionsMonitor right) => string.CompareOrdinal(left._key.ToString(), right._key.ToString()) is not 0 and var order ? order : left._key.View.CompareTo(right._key.View);

    public string Model => _key.Model;

    /// <summary>Before then it does not begin: what a state from before there was such a thing goes on with is shown as it was. Null: nothing is waited for.</summary>
    public EventTime? NotBefore { get; set; }

    /// <summary>Under which it is stored.</summary>
    public int Number { get; }

    /// <summary>Null before a second version has come.</summary>
    public AcrossVersionsSnapshot? Capture() => _across.Capture() is not { } detector ? null : new()
    {
        View = _key.View,
        State = _policy.State,
        Detector = detector,
        InsufficientData = _policy.InsufficientData,
        Leader = _across.Leader,
        Episode = _policy.Running ? _policy.Episode : null,
        LastRequest = _policy.LastRequest,
        Requests = _policy.Requests,
        Suppressed = _policy.Suppressed.OrderBy(each => each.Key, StringComparer.Ordinal).ToDictionary(),
    };

    /// <summary>Rule and episode, as those of a series are kept.</summary>
    public void Exchange(StateExchange state)
    {
        state.Begin(ChunkFormat.Rule);
        state.Exchange(_policy);
        // The series of its versions say so.
        if (StoredSettings.Exchange(state, _terms.Fingerprint(StatePart.Rule, _key.View)).Count > 0)
        {
            _policy.BeginAnew();
            _across.BeginAnew();
            state.SkipRest();
            return;
        }

        state.Exchange(_across);
        if (!state.IsReading) return;
        Reckon();
        Tell();
    }

    private void Share(AlarmFamily family) => _shares.Add((family, family.JoinAcrossVersions()));

    /// <summary>Whose version is named stands back.</summary>
    private void Tell()
    {
        string? named = _policy is { HoldsGate: true, Episode: { } episode } ? episode.Series.Version : null;
        foreach (var (version, (_, gate)) in _versions) gate.IsAskedFor = version == named;
    }

    /// <summary>The version whose first prediction is the latest, of those that have traffic.</summary>
    private string Newest()
    {
        var seen = _versions.Values.Select(one => one.Series).Where(series => series.LastPane is not null).ToList();
        return (seen.Exists(series => series.Succession is null) ? seen.Where(series => series.Succession is null) : seen).MaxBy(series => (series.FirstPrediction.Milliseconds, series.Key.Version))!.Key.Version;
    }
}

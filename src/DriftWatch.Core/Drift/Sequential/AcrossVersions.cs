using System.Runtime.InteropServices;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>Judges a model over all its versions: a drift that no version lives long enough to show is seen by what they show one after the other.</summary>
/// <remarks>
/// <para>Of versions side by side one leads: its panes are judged, the others' are not. A challenger in the shadow may be asked about the very outcomes that the leader is judged by, and what happened once must not
/// count twice. The leader stays as long as no version has more than twice its predictions in a pane; then the newest of those that have at least half of the most leads.</para>
/// <para>It begins with the first pane by whose end a second version has had predictions, where the first one is then; so a model of one version costs nothing. Panes of a version that is in an episode of its own
/// are left out: that is known, and what the others do is asked.</para>
/// <para>What it finds is told of the model only where more than one version shows it: see <see cref="VersionShares"/>.</para>
/// <para>Which records came first changes nothing: all goes by event time. Belongs to the thread of the series.</para>
/// </remarks>
/// <param name="make">Makes the detector, which belongs to no version.</param>
public sealed class AcrossVersions(Func<EsrDetector> make) : IKeepsState
{
    private readonly SortedDictionary<string, Member> _versions = new(StringComparer.Ordinal);
    private readonly List<Taken> _taken = [];
    private readonly Stack<CalibrationSketch> _spare = [];
    private EsrDetector? _detector; // null as long as one version is all there is
    private EventTime? _began; // start of the panes with which it did
    private EventTime? _judged; // start of the newest pane that was judged
    private string _leader = "";

    /// <summary>Whether there have been two versions.</summary>
    public bool HasBegun => _detector is not null;

    /// <summary>The version whose panes are judged; null before the first.</summary>
    public string? Leader => _judged is null ? null : _leader;

    /// <summary>Whether an episode lasts.</summary>
    public bool Firing => _detector?.Firing == true;

    /// <summary>Since when there have been two versions: the second first prediction; null: there have not.</summary>
    public EventTime? Since
    {
        get
        {
            var firsts = _versions.Values.Select(one => one.First).Order().Skip(1).ToList();
            return firsts is [var second, ..] && second < EventTime.Latest ? second : null;
        }
    }

    /// <summary>Since when it has a share in the false-alarm rate: since there have been two versions, or since it began in a state from before there was such a thing; null: it has not begun.</summary>
    public EventTime? SharesSince => _began is { } began && Since is { } since ? EventTime.Max(began, since) : null;

    /// <summary>Takes note of a version.</summary>
    public void Add(string version, EsrDetector detector) => _versions.Add(version, new(version, detector));

    /// <summary>Says when a version had its first prediction.</summary>
    public void Saw(string version, EventTime first) => _versions[version].First = first;

    /// <summary>The version to go on from with the panes of this time; null: it has begun, or begins later.</summary>
    public string? BeginsWith(EventTime start, EventTime end)
    {
        if (_detector is not null || !(Since < end)) return null;
        return VersionHistories.Newest(_versions.Values.Select(one => (one.Version, one.Detector)), start)?.Version
            ?? _versions.Values.MinBy(one => (one.First.Milliseconds, one.Version))!.Version;
    }

    /// <summary>Begins where a version is: what it taught of claims and shocks is known, and the evidence that it has gathered counts, since until now it was the model.</summary>
    /// <param name="version">That of <see cref="BeginsWith"/>, advanced to the start of the panes that come.</param>
    /// <param name="start">When those start.</param>
    public void Begin(string version, EventTime start)
    {
        (_detector, _began) = (make(), start);
        var of = _versions[version];
        _detector.TakeOver(of.Detector);
        if (of.Detector.Firing) return;
        if (of.Detector.Held is not var (from, held)) return;
        of.Log(held.Grid).Add(from, held);
        of.JudgedTo = of.Detector.JudgedTo;
    }

    /// <summary>Takes a pane of a version, before the version's own detector judges it.</summary>
    /// <param name="version">Whose.</param>
    /// <param name="start">When it starts.</param>
    /// <param name="pane">What it holds.</param>
    /// <param name="reference">What "worse than it was" is measured against in the version, and from when on; of the model the first one stands.</param>
    public void Take(string version, EventTime start, CalibrationSketch pane, (CalibrationReference Gaps, EventTime From)? reference = null)
    {
        // As with a series: what comes to be behind a pane that had its turn is not handed out.
        if (_detector is null || start <= _judged) return;
        var of = _versions[version];
        if (of.Detector.Firing && !_detector.Firing) return;
        var sketch = _spare.TryPop(out var spare) ? spare : new CalibrationSketch(pane.Grid);
        sketch.Merge(pane);
        _taken.Add(new(start, of, sketch, reference));
    }

    /// <summary>Judges the panes that were taken.</summary>
    /// <param name="pane">Their width.</param>
    /// <param name="matureUntil">No pane that ends at or before it will come any more.</param>
    /// <param name="findings">What is found of the model; what is found and is one version's own affair is none.</param>
    public void AdvanceTo(TimeSpan pane, EventTime matureUntil, List<Finding> findings)
    {
        if (_detector is null) return;
        int from = findings.Count;
        bool firing = _detector.Firing;
        if (_taken.Count > 1) _taken.Sort(static (left, right) => left.Start.CompareTo(right.Start));
        for (int at = 0, end; at < _taken.Count; at = end)
        {
            for (end = at + 1; end < _taken.Count && _taken[end].Start == _taken[at].Start;) end++;
            Judge(Leading(CollectionsMarshal.AsSpan(_taken)[at..end]), pane, findings);
        }

        foreach (var one in _taken)
        {
            one.Sketch.Clear();
            _spare.Push(one.Sketch);
        }

        _taken.Clear();
        _detector.AdvanceTo(matureUntil, findings);
        for (int i = from; i < findings.Count; i++)
        {
            if (findings[i].Kind == FindingKind.Recovered) firing = false;
            if (findings[i].Kind != FindingKind.Drift) continue;
            findings[i] = Told(findings[i], isNew: !firing);
            firing = findings[i].Kind == FindingKind.Drift;
        }

        Forget();
    }

    /// <summary>Where it stands; null before it has begun.</summary>
    public DetectorSnapshot? Capture() => _detector?.Capture();

    /// <summary>A fix has to be proven by predictions from a moment on.</summary>
    public void ProveFrom(EventTime since) => _detector?.ProveFrom(since);

    /// <summary>Starts over, as if a second version had yet to come.</summary>
    public void BeginAnew()
    {
        (_detector, _began, _judged, _leader) = (null, null, null, "");
        foreach (var one in _versions.Values) one.Forget();
    }

    public void Exchange(StateExchange state)
    {
        state.Mark("across versions");
        state.Exchange(ref _detector, make);
        state.Exchange(ref _began);
        state.Exchange(ref _judged);
        state.ExchangeText(ref _leader);
        foreach (var one in _versions.Values) one.Exchange(state);
    }

    /// <summary>Which of the panes of one time is judged.</summary>
    private Taken Leading(ReadOnlySpan<Taken> panes)
    {
        long most = 0;
        foreach (ref readonly var one in panes) most = Math.Max(most, one.Sketch.Predictions);
        Taken? best = null;
        foreach (ref readonly var one in panes)
        {
            if (2 * one.Sketch.Predictions < most) continue;
            if (one.Of.Version == _leader) return one;
            if (best is not { } other || one.Of.First > other.Of.First || (one.Of.First == other.Of.First && string.CompareOrdinal(one.Of.Version, other.Of.Version) > 0)) best = one;
        }

        return best!.Value;
    }

    private void Judge(in Taken one, TimeSpan width, List<Finding> findings)
    {
        (_leader, _judged) = (one.Of.Version, one.Start);
        one.Of.Log(one.Sketch.Grid).Add(one.Start, one.Sketch);
        one.Of.JudgedTo = one.Start + width;
        if (one.Reference is var (gaps, since) && one.Start >= since) _detector!.SetReference(gaps, since);
        _detector!.Observe(one.Start, one.Sketch, findings);
    }

    private Finding Told(in Finding found, bool isNew)
    {
        List<(string Version, CalibrationSketch Data)> shares = [];
        foreach (var one in _versions.Values)
        {
            if (one.Since(found.Onset) is { Labeled: > 0 } data) shares.Add((one.Version, data));
        }

        if (!isNew || _detector!.Band is not { } band || VersionShares.OfOne(shares, band) is null) return found with { Versions = new([.. shares.Select(one => one.Version)]) };
        _detector.EndEpisode();
        return new(FindingKind.Quiet, found.Decided, found.Onset, found.Until);
    }

    private void Forget()
    {
        var needed = _detector!.NeedsFrom;
        foreach (var one in _versions.Values) one.Forget(needed);
    }

    private readonly record struct Taken(EventTime Start, Member Of, CalibrationSketch Sketch, (CalibrationReference Gaps, EventTime From)? Reference);

    private sealed class Member(string version, EsrDetector detector) : IKeepsState
    {
        private EvidenceLog? _log; // of its panes that were judged

        public string Version => version;

        public EsrDetector Detector => detector;

        public EventTime First { get; set; } = EventTime.Latest;

        /// <summary>The end of the newest of its panes that were judged.</summary>
        public EventTime JudgedTo { get; set; }

        public EvidenceLog Log(Grid grid) => _log ??= new(grid);

        public CalibrationSketch? Since(EventTime onset) => JudgedTo > onset ? _log?.Since(onset)?.Sketch : null;

        public void Forget(EventTime? before = null)
        {
            if (before is { } time && JudgedTo > time) _log?.Forget(time);
            else (_log, JudgedTo) = (null, default);
        }

        public void Exchange(StateExchange state)
        {
            bool judged = state.Kept(_log is not null);
            if (state.IsReading) (_log, JudgedTo) = (null, default);
            if (!judged) return;
            JudgedTo = state.Kept(JudgedTo);
            Log(detector.Grid).Exchange(state);
        }
    }
}

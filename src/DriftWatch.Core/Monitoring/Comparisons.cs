using DriftWatch.Core.Comparison;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.Monitoring;

/// <summary>The versions that are compared on the requests that both have scored, as a whole and by slice.</summary>
internal sealed class Comparisons(MonitorOptions options, RouteTable routes, SeriesRegistry known) : IKeepsState
{
    private readonly List<Compared> _all = []; // in the order in which they began
    private readonly Dictionary<(int Series, int Current), VersionComparison> _byPair = [];
    private readonly Dictionary<(int Owner, int Other), bool?> _candidates = []; // whether the first is the candidate; null: they are not compared

    /// <summary>Whether anything is compared.</summary>
    public bool Any => _all.Count > 0;

    /// <summary>Counts what is new of requests that several versions have scored.</summary>
    public void Count(ReadOnlySpan<Encounter> encounters)
    {
        foreach (ref readonly var met in encounters)
        {
            var (one, other) = (routes[met.Route], routes[met.OtherRoute]);
            if (IsCandidate(one, other) is not { } first) continue;
            PairedClaim? claim = AskTheSame(one, other) ? first ? new(met.OtherConfidence, met.Confidence) : new(met.Confidence, met.OtherConfidence) : null;
            foreach (var comparison in first ? Of(one, other) : Of(other, one))
            {
                if (met.Kind == EncounterKind.Met) comparison.Meet(met.At, claim);
                else if (claim is { } both) comparison.Learn(met.At, met.Labeled, both, met.Outcome, met.Kind == EncounterKind.Learned ? 1 : -1);
            }
        }
    }

    /// <summary>When the next hour is mature; null: none waits.</summary>
    public EventTime? NextMature => _all.Count == 0 ? null : _all.Min(one => one.Comparison.NextMature);

    /// <summary>Judges what is mature, after the series have come as far: at each hour's end, so that a jump of event time finds φ where small steps do.</summary>
    public void AdvanceTo(EventTime watermark)
    {
        foreach (var one in _all) one.Comparison.AdvanceTo(watermark, () => Overdispersion(known.Series[one.WholeOfCurrent].Detector.Capture()));
    }

    /// <summary>φ of a series; null while it is being learned, and 1 under rules that know none.</summary>
    private static double? Overdispersion(DetectorSnapshot detector) => detector.WaitsFor is DetectorWait.LearningClaims or DetectorWait.LearningDependence ? null : detector.Overdispersion ?? 1;

    /// <summary>Tells of fixes that were answered for and are proven, to either side.</summary>
    /// <param name="take">Takes the series whose episode it is, and what was found.</param>
    public void Report(Action<SeriesMonitor, FixReport> take)
    {
        foreach (var one in _all)
        {
            if (one.Comparison.Verdict == ComparisonVerdict.Open) continue;
            var candidate = known.Series[one.Series].Key;
            if (known.Series.Find(series => series.Key == candidate with { Version = one.Current }) is not { Episode: { Recovered: null, Answer: { Standing: FixStanding.Open or FixStanding.Continues or FixStanding.Overdue } answer } } series) continue;
            if (!IsOf(answer.Said.Fix, one, candidate)) continue;
            var found = one.Comparison.Capture(null);
            bool better = found.Verdict == ComparisonVerdict.Better;
            var (from, until) = (found.Span!.Value.From, (better ? found.BetterAt : found.WorseAt)!.Value);
            take(series, new(better ? FixStanding.Better : FixStanding.Worse, EventTime.Max(until + MaturityOf(candidate.Model), answer.At), from, until)
            {
                Method = "paired",
                Compared = found.Labeled,
                Gain = found.LogLossOfCurrent - found.LogLossOfCandidate,
                GainAtAllTimes = found.Gain,
                LogEvidence = better ? found.LogBetter : found.LogWorse,
                LogThreshold = found.LogThreshold,
            });
        }
    }

    /// <summary>Tells of maps that labels have just shown to help: what nobody was told of the claims behind them is over.</summary>
    public void ReportMaps(Action<SeriesMonitor, EventTime, EventTime, string> take)
    {
        foreach (var one in _all)
        {
            var candidate = known.Series[one.Series].Key;
            if (!one.Comparison.IsNewlyBetter || ComparedVersions.BaseOf(candidate.Version) != one.Current) continue;
            if (known.Series.Find(series => series.Key == candidate with { Version = one.Current }) is { } series) take(series, one.Comparison.BetterAt!.Value + MaturityOf(candidate.Model), one.Comparison.BetterAt.Value, candidate.Version);
        }
    }

    /// <summary>Whether a map is in use behind a series' claims: of drift, one that was shown to help; of a fix under which drift continues, the one that is compared.</summary>
    public bool Maps(SeriesMonitor series, Finding finding)
    {
        foreach (var one in _all)
        {
            var candidate = known.Series[one.Series].Key;
            if (one.Current != series.Key.Version || candidate with { Version = one.Current } != series.Key || !one.Comparison.MetBefore(finding.Until)) continue;
            if (finding.Kind == FindingKind.Continues && series.Episode?.Answer is { } answer && IsOf(answer.Said.Fix, one, candidate)) return true;
            if (finding.Kind == FindingKind.Drift && ComparedVersions.BaseOf(candidate.Version) == one.Current && one.Comparison.IsBetterBy(finding.Decided - MaturityOf(candidate.Model))) return true;
        }

        return false;
    }

    private TimeSpan MaturityOf(string model) => options.WindowsOf(model).Maturity;

    /// <summary>Whether an answer names the candidate; one that names nothing means the only candidate that there is.</summary>
    private bool IsOf(FixName? fix, Compared one, SeriesKey candidate)
    {
        if (fix is { Revision: { } revision } && ComparedVersions.BaseOf(candidate.Version) == one.Current) return candidate.Version == ComparedVersions.OfMap(one.Current, revision);
        if (fix is { ModelVersion: { } version }) return candidate.Version == version;
        return fix?.Revision is null && _all.Count(other => other.Current == one.Current && known.Series[other.Series].Key with { Version = "" } == candidate with { Version = "" }) == 1;
    }

    public IReadOnlyList<VersionsCompared> Capture(EventTime? watermark) =>
    [
        .. from one in _all
           let key = known.Series[one.Series].Key
           where options.For(key.Model).Compare.Enabled
           orderby key.Model, key.Version, one.Current, key.Slice?.ToString()
           select new VersionsCompared(key.Model, one.Current, key.Version, key.Slice, one.Comparison.Capture(watermark)),
    ];

    public void Exchange(StateExchange state)
    {
        state.Mark("comparisons");
        int count = state.ExchangeCount(_all.Count);
        for (int i = 0; i < count; i++)
        {
            int series = state.KeptWithin(state.IsReading ? 0 : _all[i].Series, 0, known.Series.Count - 1, "the number of a series");
            int whole = state.KeptWithin(state.IsReading ? 0 : _all[i].WholeOfCurrent, 0, known.Series.Count - 1, "the number of a series");
            int owner = state.Kept(state.IsReading ? 0 : _all[i].Owner);
            string current = state.KeptText(state.IsReading ? "" : _all[i].Current);
            state.Exchange(state.IsReading ? Add(series, owner, current, whole) : _all[i].Comparison);
        }
    }

    /// <summary>Those of a candidate's whole traffic and of its slices.</summary>
    private IEnumerable<VersionComparison> Of(Route candidate, Route current)
    {
        foreach (int series in candidate.Series)
        {
            if (_byPair.TryGetValue((series, current.Owner), out var comparison)) yield return comparison;
            else if (known.Series[series].Key.View.IsMain()) yield return Add(series, current.Owner, current.Version, current.Series[0]);
        }
    }

    private VersionComparison Add(int series, int owner, string current, int whole)
    {
        string model = known.Series[series].Key.Model;
        var windows = options.WindowsOf(model);
        var comparison = new VersionComparison(options.For(model).Compare, WidthOf(windows), windows.Maturity, windows.Origin);
        _byPair.Add((series, owner), comparison);
        _all.Add(new(series, owner, current, whole, comparison));
        return comparison;
    }

    /// <summary>An hour, or the narrowest window that is shown where that is less; whole panes, so that a pane longer than an hour is one here.</summary>
    private static TimeSpan WidthOf(WindowOptions windows)
    {
        var most = windows.Windows.Append(TimeSpan.FromHours(1)).Min();
        return windows.Pane * Math.Max(1, most.Ticks / windows.Pane.Ticks);
    }

    private bool? IsCandidate(Route one, Route other)
    {
        if (_candidates.TryGetValue((one.Owner, other.Owner), out bool? known)) return known;
        bool compared = one.Model == other.Model && one.Version != RouteTable.Other && other.Version != RouteTable.Other;
        return _candidates[(one.Owner, other.Owner)] = compared && ComparedVersions.Compares(one.Version, other.Version, options.For(one.Model).Compare, out bool first) ? first : null;
    }

    private static bool AskTheSame(Route one, Route other) => one.View == other.View && one.PredictedClass == other.PredictedClass;

    private sealed record Compared(int Series, int Owner, string Current, int WholeOfCurrent, VersionComparison Comparison);
}

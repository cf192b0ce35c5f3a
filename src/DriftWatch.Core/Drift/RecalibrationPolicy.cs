using System.Diagnostics;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.Drift;

/// <summary>Turns the findings of one series into the states of an episode and at most one request each (statistics §6.12).</summary>
/// <remarks>
/// inactive → pending → firing → cooling → recovered → inactive; an answer (<see cref="Answer"/>) makes firing and cooling answered or dismissed, and a fix that has not helped ineffective or worsened. Firing becomes cooling when the request goes out; while the
/// cooldown of an earlier request lasts, or the <see cref="RequestGate"/> is shut, the episode waits in firing. Ids are derived from series, rule and onset, times are event
/// time: the same findings give the same requests, byte for byte.
/// </remarks>
public sealed partial class RecalibrationPolicy(string source, SeriesKey series, WatchOptions options, RequestGate gate) : IKeepsState
{
    private readonly Dictionary<string, long> _suppressed = [];
    private readonly HashSet<string> _suppressedHere = [];

    public EpisodeState State { get; private set; }

    /// <summary>The running episode, or the newest ended one.</summary>
    public Episode? Episode { get; private set; }

    public EventTime? LastRequest { get; private set; }

    public long Requests { get; private set; }

    /// <summary>Whether the newest finding was that there is too little to judge, or there was none yet.</summary>
    public bool InsufficientData { get; private set; } = true;

    /// <summary>Requests that were due and not sent, by reason; once per episode and reason.</summary>
    public IReadOnlyDictionary<string, long> Suppressed => _suppressed;

    /// <summary>Whether an episode lasts.</summary>
    public bool Running => State.Lasts();

    /// <summary>Whether it keeps others of its model version from asking.</summary>
    public bool HoldsGate => Running && State != EpisodeState.Firing;

    /// <summary>Takes one finding.</summary>
    /// <returns>What the world should be told, if anything.</returns>
    public RecalibrationRequest? Apply(in Finding finding)
    {
        InsufficientData = finding.Kind == FindingKind.Insufficient;
        switch (finding.Kind)
        {
            case FindingKind.Insufficient:
                // Too little data says nothing: it neither ends nor starts anything.
                if (State == EpisodeState.Pending) Suppress("insufficient_labels");
                return null;
            case FindingKind.Quiet:
                if (!Running) Rest();
                return null;
            case FindingKind.Gathering:
                if (!Running) State = EpisodeState.Pending;
                return null;
            case FindingKind.Drift:
                if (finding.IsMapped) return Running && State != EpisodeState.Firing ? null : Suppress("mapped");
                if (!Running) Open(finding);
                return State == EpisodeState.Firing ? Request(finding) : null;
            case FindingKind.Recovered:
                return Running ? Resolve(finding) : null;
            case FindingKind.Superseded:
                return Supersede(finding);
            case FindingKind.Continues when finding.IsMapped:
                return null;
            case FindingKind.Overdue when finding.IsMapped:
                return State == EpisodeState.Answered && finding.Onset == Episode!.Answer!.At ? Resolve(finding) : null;
            case FindingKind.Continues:
            case FindingKind.Overdue:
                return State == EpisodeState.Answered && finding.Onset == Episode!.Answer!.At ? Doubt(finding) : null;
            case FindingKind.Compared:
                return State is EpisodeState.Answered or EpisodeState.Ineffective && finding.Onset == Episode!.Answer!.At ? Compare(finding) : null;
            default:
                throw new UnreachableException();
        }
    }

    public void Exchange(StateExchange state)
    {
        state.Mark("policy");
        State = state.Kept(State);
        Episode = state.Kept(Episode, Episode.Exchange);
        LastRequest = state.Kept(LastRequest);
        Requests = state.Kept(Requests);
        InsufficientData = state.Kept(InsufficientData);
        state.Exchange(_suppressed, StringComparer.Ordinal, static (StateExchange each, ref string reason) => each.ExchangeText(ref reason), static (StateExchange each, ref long times) => each.Exchange(ref times));
        List<string> here = [.. _suppressedHere.Order(StringComparer.Ordinal)];
        state.Exchange(here, static (StateExchange each, ref string reason) => each.ExchangeText(ref reason));
        if (state.IsReading)
        {
            _suppressedHere.Clear();
            _suppressedHere.UnionWith(here);
            if (Running && Episode is null) throw new StateFormatException("An episode goes on that is not there.");
        }
    }

    /// <summary>The rule starts over, so its running episode is none any more. What was asked for, and when, stays: a cooldown lasts.</summary>
    public void BeginAnew()
    {
        Rest();
        (Episode, InsufficientData) = (null, true);
    }

    private void Rest()
    {
        State = EpisodeState.Inactive;
        _suppressedHere.Clear();
    }

    private void Open(in Finding finding)
    {
        State = EpisodeState.Firing;
        _suppressedHere.Clear();
        Episode = new Episode(
            finding.Newest is { } version ? series with { Version = version } : series, options.Rule.Name, finding.Onset, finding.Decided, null, finding.Direction, finding.Region,
            finding.Evidence?.Labeled ?? 0, finding.LogEvidence, null)
        {
            Question = finding.Question,
            Temperature = finding.Temperature,
            OnsetInterval = finding.OnsetInterval,
            Versions = finding.Versions,
        };
    }

    private RecalibrationRequest? Request(in Finding finding)
    {
        if (!options.Requests.Enabled) return Suppress("disabled");
        if (LastRequest is { } last && finding.Decided - last < options.Requests.Cooldown) return Suppress("cooldown");
        if (!gate.Admits(series)) return Suppress("covered");
        gate.Enter(series);
        // Which version that is may have changed since the episode began.
        if (finding.Newest is { } version) Episode = Episode! with { Series = series with { Version = version }, Versions = finding.Versions };
        State = EpisodeState.Cooling;
        var request = Tell(RequestKind.Requested, finding);
        Episode = Episode! with { RequestId = request.Id, Withheld = null };
        LastRequest = finding.Decided;
        Requests++;
        return request;
    }

    private RecalibrationRequest? Resolve(in Finding finding)
    {
        bool heard = IsHeard;
        gate.Leave(series);
        Episode = Episode! with { Recovered = finding.Decided, Answer = Resolved(finding) };
        State = EpisodeState.Recovered;
        return heard ? Tell(RequestKind.Resolved, finding) : null;
    }

    /// <summary>Nothing is said of the version that has gone but that; neither that it recovered.</summary>
    private RecalibrationRequest? Supersede(in Finding finding)
    {
        // Who was asked for a fix is told whether it helps; by a map behind the claims only an episode ends that nobody was told of.
        if (finding.IsMapped && (IsHeard || !Running)) return null;
        // What a rule found in a version that has gone names no successor.
        if (!Running) return finding.Successor is null ? Suppress("superseded") : null;
        bool heard = IsHeard;
        gate.Leave(series);
        Episode = Episode! with { Recovered = finding.Decided, SupersededBy = finding.Successor };
        Rest();
        InsufficientData = true;
        return heard ? Tell(RequestKind.Superseded, finding) with { SupersededBy = finding.Successor } : null;
    }

    /// <summary>The running episode, as others see it; null: none runs.</summary>
    public RelatedEpisode? Related => Running ? new(Episode!.Series, Episode.IdUnder(source), Episode.RequestId is not null, Episode.Versions) : null;

    /// <summary>Whether the world knows of the running episode.</summary>
    private bool IsHeard => Episode is { RequestId: not null } or { Answer: not null };

    /// <summary>An event of the episode, which counts it.</summary>
    private RecalibrationRequest Tell(RequestKind kind, in Finding finding)
    {
        var episode = Episode!;
        int sequence = kind == RequestKind.Requested ? 0 : Math.Max(1, episode.Events);
        Episode = episode with { Events = sequence + 1 };
        string[] name = episode.NameUnder(source);
        return new RecalibrationRequest
        {
            Id = DeterministicId.Of([.. name, sequence.ToString()]),
            EpisodeId = DeterministicId.Of(name),
            Kind = kind,
            State = State,
            Answer = episode.Answer,
            Series = episode.Series,
            Versions = episode.Versions,
            Rule = options.Rule,
            Decided = finding.Decided,
            Onset = episode.Onset,
            OnsetInterval = episode.OnsetInterval,
            Sequence = sequence,
            Direction = kind == RequestKind.Requested ? finding.Direction : episode.Direction,
            Threshold = options.Rule.Bound(options, kind, finding),
            Question = episode.Question,
            Region = finding.Region ?? episode.Region,
            Temperature = finding.Temperature ?? episode.Temperature,
            LogEvidence = finding.LogEvidence ?? episode.LogEvidence,
            LogThreshold = finding.LogThreshold,
            Detector = finding.Detector,
            GapAtAllTimes = finding.GapAtAllTimes,
            Guarantee = finding.Detector is { } detector ? options.Rule.Promise(options, detector) : null,
            Evidence = Snapshots.Of(finding.Evidence ?? new CalibrationSketch(), finding.Onset, finding.Until, mature: true, series.View),
        };
    }

    private RecalibrationRequest? Suppress(string reason)
    {
        if (Running) Episode = Episode! with { Withheld = reason };
        if (_suppressedHere.Add(reason)) _suppressed[reason] = _suppressed.GetValueOrDefault(reason) + 1;
        return null;
    }
}

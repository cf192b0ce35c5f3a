using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Comparison;

/// <summary>A candidate beside the current version of its model, on the requests that both scored: how far they are apart before labels are in, and which is better once they are.</summary>
/// <remarks>
/// A request belongs to the hour of the later of its two predictions. An hour is judged once, when its labels count as in; what a label says later is not looked at, as with the drift rule.
/// </remarks>
internal sealed class VersionComparison : IKeepsState
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly CompareOptions _options;
    private readonly TimeSpan _width;
    private readonly TimeSpan _maturity;
    private readonly EventTime _origin;
    private readonly SortedDictionary<EventTime, PairBlock> _blocks = []; // by start
    private readonly PairedTest _test = new();
    private EventTime _judgedTo = new(long.MinValue);
    private EventTime? _next;
    private EventTime? _from;
    private EventTime? _to;
    private EventTime? _betterAt;
    private EventTime? _worseAt;

    /// <param name="options">When it decides.</param>
    /// <param name="width">Width of the blocks that are judged: an hour, or less where shorter windows are shown.</param>
    /// <param name="maturity">Age at which the labels of an hour count as in.</param>
    /// <param name="origin">Where one starts.</param>
    public VersionComparison(CompareOptions options, TimeSpan width, TimeSpan maturity, EventTime origin)
    {
        (_options, _width, _maturity, _origin) = (options, width, maturity, origin);
    }

    /// <summary>Whether labels of data until then had shown that the candidate is better, and not worse since.</summary>
    public bool IsBetterBy(EventTime until) => ComparisonVerdicts.Of(_betterAt <= until ? _betterAt : null, _worseAt <= until ? _worseAt : null) == ComparisonVerdict.Better;

    /// <summary>Whether both scored any request of the day before.</summary>
    public bool MetBefore(EventTime until) => _blocks.Any(block => block.Key >= until - Day && block.Key < until && block.Value.Apart.Requests > 0);

    /// <summary>When the next hour with labels is mature; null: none waits.</summary>
    public EventTime? NextMature => _next;

    /// <summary>Whether the newest step has shown for the first time that the candidate is better.</summary>
    public bool IsNewlyBetter { get; private set; }

    /// <summary>When labels first showed that it is better; null: they have not.</summary>
    public EventTime? BetterAt => _betterAt;

    /// <summary>What labels have shown.</summary>
    public ComparisonVerdict Verdict => ComparisonVerdicts.Of(_betterAt, _worseAt);

    /// <summary>Counts a request that both have scored.</summary>
    /// <param name="at">The later of both predictions.</param>
    /// <param name="claim">What they claim; null: of different classes.</param>
    public void Meet(EventTime at, PairedClaim? claim) => BlockOf(at).Apart += Disagreement.Of(claim, _options.Distance);

    /// <summary>Counts, or with −1 takes back, what a label says of a request that both have scored.</summary>
    /// <param name="at">The later of both predictions.</param>
    /// <param name="labeled">The label's time; the later, where each has its own.</param>
    /// <param name="claim">What they claim.</param>
    /// <param name="outcome">Whether it came true.</param>
    /// <param name="by">1 or −1.</param>
    public void Learn(EventTime at, EventTime labeled, in PairedClaim claim, bool outcome, int by)
    {
        var start = at.FloorTo(_width, _origin);
        var mature = start + _width + _maturity;
        if (start < _judgedTo || labeled > mature) return;
        if (!(_next <= mature)) _next = mature;
        var one = PairedScores.Of(claim, outcome);
        var block = BlockOf(at);
        block.Scores = by > 0 ? block.Scores + one : block.Scores - one;
    }

    /// <summary>Judges the hours whose labels count as in, in order, once.</summary>
    /// <param name="watermark">How far event time has come.</param>
    /// <param name="overdispersion">φ, asked for where something is judged; null: not known yet, so what is mature waits.</param>
    public void AdvanceTo(EventTime watermark, Func<double?> overdispersion)
    {
        IsNewlyBetter = false;
        var judged = (watermark - _maturity).FloorTo(_width, _origin);
        if (judged > _judgedTo)
        {
            foreach (var (start, block) in _blocks)
            {
                if (start >= judged) break;
                if (start < _judgedTo || block.Scores.Count == 0) continue;
                // Taken as independent, one day's weather would prove a map.
                if (overdispersion() is not { } known) return;
                Judge(start, block, known);
            }

            _judgedTo = judged;
            FindNext();
        }

        while (_blocks.Count > 0 && _blocks.First().Key is var oldest && oldest + _width + Day <= EventTime.Min(watermark, _judgedTo)) _blocks.Remove(oldest);
    }

    public ComparisonSnapshot Capture(EventTime? watermark)
    {
        var apart = default(Disagreement);
        foreach (var (start, block) in _blocks)
        {
            if (watermark is not { } now || start + _width > now - Day) apart += block.Apart;
        }

        var total = _test.Total;
        bool any = total.Count > 0;
        return new()
        {
            LastDay = apart,
            DisagreesTooOften = apart.Share > _options.MostDisagreeing,
            Labeled = total.Count,
            Span = any ? (_from!.Value, _to!.Value) : null,
            LogLossOfCurrent = any ? total.LossOfCurrent / total.Count : null,
            LogLossOfCandidate = any ? total.LossOfCandidate / total.Count : null,
            Gain = _test.Gain(_options.Alpha),
            LogBetter = any ? _test.LogBetter : null,
            LogWorse = any ? _test.LogWorse : null,
            LogThreshold = -Math.Log(_options.Alpha),
            Overdispersion = any ? _test.Overdispersion : null,
            BetterAt = _betterAt,
            WorseAt = _worseAt,
        };
    }

    public void Exchange(StateExchange state)
    {
        state.Exchange(_test);
        state.Exchange(ref _judgedTo);
        state.Exchange(ref _from);
        state.Exchange(ref _to);
        state.Exchange(ref _betterAt);
        state.Exchange(ref _worseAt);
        List<(EventTime Start, PairBlock Block)> blocks = [.. _blocks.Select(each => (each.Key, each.Value))];
        state.Exchange(blocks, static (StateExchange each, ref (EventTime Start, PairBlock Block) one) =>
        {
            one = (each.Kept(one.Start), one.Block ?? new());
            each.Exchange(one.Block);
        });
        if (!state.IsReading) return;
        _blocks.Clear();
        foreach (var (start, block) in blocks) _blocks[start] = block;
        FindNext();
    }

    private void FindNext()
    {
        _next = null;
        foreach (var (start, block) in _blocks)
        {
            if (start < _judgedTo || block.Scores.Count == 0) continue;
            _next = start + _width + _maturity;
            return;
        }
    }

    private void Judge(EventTime start, PairBlock block, double overdispersion)
    {
        _test.Observe(block.Scores, overdispersion);
        var end = start + _width;
        (_from, _to) = (_from ?? start, end);
        if (end - _from.Value < _options.LeastSpan) return;
        double enough = -Math.Log(_options.Alpha);
        IsNewlyBetter |= _betterAt is null && _test.LogBetter >= enough;
        if (_test.LogBetter >= enough) _betterAt ??= end;
        if (_test.LogWorse >= enough) _worseAt ??= end;
    }

    private PairBlock BlockOf(EventTime at)
    {
        var start = at.FloorTo(_width, _origin);
        if (!_blocks.TryGetValue(start, out var block)) _blocks.Add(start, block = new());
        return block;
    }
}

using System.Diagnostics;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>Brings predictions and their late labels together, each pair once.</summary>
/// <remarks>
/// <para>With horizon H, lead E and the out-of-orderness allowance G, an id is kept for R = H + E + G. A prediction is accepted
/// iff its deadline t + R has not passed (deadline ≥ watermark), and kept, matched or not, until it has; a label, whose model nobody knows yet,
/// waits for the longest R and the longest E of all models.</para>
/// <para>The first accepted prediction owns the id. A label joins it iff −E ≤ label time − prediction time ≤ H; one outside
/// is orphaned and one that cannot be read is counted, and neither uses up the prediction. Of labels that wait for the same prediction
/// the first stands; if any model corrects, the one with the latest time, because whose label it is shows only when the
/// prediction comes.</para>
/// <para>What leaves, and when, is for <see cref="Departures"/> to say; what came of it all is in <see cref="JoinTally"/>.</para>
/// </remarks>
public sealed class PredictionJoiner
{
    private readonly RouteRules _rules;
    private readonly IJoinSink _sink;
    private readonly JoinTable _table;
    private readonly int _maxPending;
    private readonly JoinTally _tally = new();
    private readonly Departures _departures;
    private readonly HeldVectors _vectors;
    private int _spent; // a vector that nobody needs once the caller has counted it

    /// <param name="options">The models' rules, the out-of-orderness allowance, and the bound on entries.</param>
    /// <param name="routes">What the predictions' routes mean.</param>
    /// <param name="sink">Hears of what leaves the join.</param>
    public PredictionJoiner(JoinOptions options, RouteTable routes, IJoinSink sink)
        : this(options, routes, sink, wheelBits: null)
    {
    }

    internal PredictionJoiner(JoinOptions options, RouteTable routes, IJoinSink sink, int? wheelBits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxPending, 1, nameof(options.MaxPending));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxPending, JoinIndex.MaxEntries, nameof(options.MaxPending));
        _rules = new RouteRules(options, routes);
        _sink = sink;
        _maxPending = options.MaxPending;
        double buckets = 2 * _rules.LabelRetention / Math.Max(1, options.Bucket.TotalMilliseconds);
        int bits = wheelBits ?? (int)Math.Clamp(Math.Ceiling(Math.Log2(buckets + 1)), 4, 16);
        _vectors = routes.Vectors;
        _table = new JoinTable(_maxPending, _rules.AnyCorrections, options.Bucket, options.Origin, bits, _rules.AnyVectors ? _vectors : null);
        _departures = new Departures(_table, _rules, _tally, sink, _maxPending);
    }

    /// <summary>How far event time has come; null before it was told.</summary>
    public EventTime? Watermark => _departures.Watermark == Departures.NoWatermark ? null : new EventTime(_departures.Watermark);

    /// <summary>Entries in the table: pending, waiting, and matched ones that catch duplicates.</summary>
    public int Entries => _table.Count;

    /// <summary>Memory of the table in bytes.</summary>
    public long Bytes => _table.Bytes;

    /// <summary>Predictions of one route that wait for their label.</summary>
    public int Pending(int route) => _tally.Pending(route);

    public JoinCounts Counts => _tally.Capture();

    /// <summary>What has to be remembered of the newest record, so that reading it again does the same.</summary>
    public ReplayTrace Trace { get; private set; }

    /// <summary>How the newest record brought a label and a prediction of one id together.</summary>
    public Meeting Meeting { get; private set; } = Meeting.None;

    /// <summary>What the label of the newest match, or correction, says.</summary>
    public LabelValue Label { get; private set; }

    /// <summary>Takes one prediction.</summary>
    /// <returns><see cref="Arrival.Waiting"/>, <see cref="Arrival.Matched"/>, <see cref="Arrival.Duplicate"/> or <see cref="Arrival.Late"/>.</returns>
    public JoinResult Add(in Prediction prediction)
    {
        ReleaseSpent();
        var result = Take(prediction);
        AssertInvariants();
        GC.KeepAlive(this); // owns the memory that entries are read from
        return result;
    }

    /// <summary>Takes one prediction again that was read before a restart and not dropped then. Where its own time is over, it uses up the label that it had used up.</summary>
    public JoinResult AddAgain(in Prediction prediction)
    {
        var result = Add(prediction);
        if (result.Kind == Arrival.Late && FindLive(prediction.Id) is >= 0 and var entry && _table[entry].IsLabel)
        {
            _tally.WaitingLabels--;
            _table[entry].Become(EntryState.Gone);
            _table.Detach(entry);
        }

        GC.KeepAlive(this);
        return result;
    }

    /// <summary>Takes one label.</summary>
    /// <returns>Any <see cref="Arrival"/>. <see cref="Arrival.Duplicate"/> also where two labels wait for the same prediction: one of them is set aside.</returns>
    public JoinResult Add(in Label label) => Add(label, waits: true);

    /// <summary>Takes one label again that was read before a restart.</summary>
    /// <param name="label">The label.</param>
    /// <param name="waits">Whether it may wait for a prediction. One whose prediction was there when it first came must not, though the prediction is gone by now.</param>
    public JoinResult Add(in Label label, bool waits)
    {
        ReleaseSpent();
        Label = label.Value;
        var result = Take(label, waits);
        // A label's result has a route exactly where its prediction is known.
        Meeting = result.Route >= 0 ? new(result.Route, label.Time - result.PredictionTime, result.Kind) : Meeting.None;
        AssertInvariants();
        GC.KeepAlive(this);
        return result;
    }

    /// <summary>Discards the vector of a prediction that is not added.</summary>
    public void Discard(in Prediction prediction)
    {
        if (prediction.Vector > 0) _vectors.Release(prediction.Vector);
    }

    /// <summary>Tells how far event time has come. A watermark behind the current one changes nothing.</summary>
    /// <remarks>Afterwards every prediction and label whose deadline is before the watermark, rounded down to a bucket, has been handed to the sink.</remarks>
    public void AdvanceTo(EventTime watermark)
    {
        ReleaseSpent();
        if (watermark.Milliseconds <= _departures.Watermark) return;
        _departures.AdvanceTo(watermark.Milliseconds);
        AssertInvariants();
        GC.KeepAlive(this);
    }

    /// <summary>Hands out the rest of what is past its deadline: afterwards the counts are exact to the millisecond.</summary>
    /// <remarks>Costs a walk through one bucket. <see cref="AdvanceTo"/> alone lags by at most one bucket.</remarks>
    public void Settle()
    {
        _departures.Settle();
        AssertInvariants();
        GC.KeepAlive(this);
    }

    /// <summary>The counts, as a checkpoint keeps them. The table is not among them: see <see cref="JoinImage"/>.</summary>
    public IKeepsState Tally => _tally;

    /// <summary>The table, for a checkpoint to copy or to fill.</summary>
    internal JoinImage Image => new(_table, _rules, _departures, _tally);

    /// <summary>Hints that records with these ids come next, some tens at a time: their waits for memory then overlap.</summary>
    public void Prefetch(ReadOnlySpan<PredictionId> ids)
    {
        _table.Prefetch(ids);
        GC.KeepAlive(this);
    }

    /// <summary>What is wrong with the state; null if nothing is. Looks at everything, for tests.</summary>
    internal string? FindFault() => _tally.FindFault([.. _table.Entries().Select(e => _table[e])]) ?? _table.FindFault();

    private JoinResult Take(in Prediction prediction)
    {
        Trace = default;
        Meeting = Meeting.None;
        _tally.Predictions++;
        ref readonly var rule = ref _rules[prediction.Route];
        long time = prediction.Time.Milliseconds;
        if (time + rule.Retention < _departures.Watermark)
        {
            _tally.LatePredictions++;
            _spent = prediction.Vector;
            // It leaves alone the label that waits, which a prediction that was in time does not.
            Trace = new(ReplayTrace.NotNeeded, FindLive(prediction.Id) is >= 0 and var waiting && _table[waiting].IsLabel);
            return Of(Arrival.Late, prediction);
        }

        int entry = FindLive(prediction.Id);
        long deadline = time + rule.Retention;
        if (entry < 0)
        {
            Trace = new(deadline, false);
            return Wait(prediction, deadline);
        }

        ref var held = ref _table[entry];
        if (!held.IsLabel)
        {
            // A copy with a later deadline than the owner's: read again after the owner's, it would pass for an owner.
            Trace = new(ReplayTrace.NotNeeded, deadline > held.Time + _rules[held.Route].Retention);
            _tally.DuplicatePredictions++;
            _spent = prediction.Vector;
            return Of(Arrival.Duplicate, prediction);
        }

        long labelTime = held.Time;
        var value = held.Value;
        Label = value;
        // It uses up the label: for as long as the label would wait, it must be there to do so again.
        Trace = new(Math.Max(deadline, labelTime + _rules.LabelRetention), false);
        _tally.WaitingLabels--;
        Meeting = new(prediction.Route, TimeSpan.FromMilliseconds(labelTime - time), Arrival.Matched);
        if (!rule.Admits(labelTime - time))
        {
            Meeting = Meeting with { Label = Arrival.Orphaned };
            _tally.Orphaned++;
            _sink.Orphaned(prediction.Route, new EventTime(labelTime));
        }
        else if (!rule.TryRead(value, prediction.Confidence, out bool outcome))
        {
            Meeting = Meeting with { Label = Arrival.Unreadable };
            _tally.Unreadable++;
            _sink.Unreadable(prediction.Route, new EventTime(labelTime));
        }
        else
        {
            _tally.Matched++;
            held.BecomeMatched(prediction, outcome);
            if (_rules.AnyCorrections) _table.LabelTime(entry) = labelTime;
            if (prediction.Vector == 0) return Matched(held, outcome, labelTime);
            _table.SetVector(entry, prediction.Vector);
            return Matched(held, outcome, labelTime) with { Vector = Resolve(entry, rule, value) };
        }

        // The label may be in a later bucket than the prediction's deadline, so its entry cannot serve.
        held.Become(EntryState.Gone);
        _table.Detach(entry);
        return Wait(prediction, deadline);
    }

    private JoinResult Take(in Label label, bool waits)
    {
        Trace = default;
        _tally.Labels++;
        long time = label.Time.Milliseconds;
        if (time + _rules.LabelRetention < _departures.Watermark)
        {
            _tally.LateLabels++;
            return new(Arrival.Late);
        }

        int entry = FindLive(label.Id);
        if (entry < 0 && !waits)
        {
            _tally.LateLabels++;
            return new(Arrival.Late);
        }

        if (entry < 0) return Wait(label);

        ref var held = ref _table[entry];
        return held.IsLabel ? MeetLabel(ref held, label) : MeetPrediction(ref held, entry, label);
    }

    private JoinResult MeetLabel(ref JoinEntry held, in Label label)
    {
        _tally.DuplicateLabels++;
        if (_rules.AnyCorrections && label.Time.Milliseconds >= held.Time)
        {
            held.BecomeLabel(label);
            Trace = Waits(label);
        }

        return new(Arrival.Duplicate);
    }

    private JoinResult MeetPrediction(ref JoinEntry held, int entry, in Label label)
    {
        ref readonly var rule = ref _rules[held.Route];
        long time = label.Time.Milliseconds;
        if (!rule.Admits(time - held.Time))
        {
            _tally.Orphaned++;
            return Of(Arrival.Orphaned, held);
        }

        if (!rule.TryRead(label.Value, held.Confidence, out bool outcome))
        {
            _tally.Unreadable++;
            return Of(Arrival.Unreadable, held);
        }

        if (held.IsMatched) return MeetMatched(ref held, entry, rule, label, outcome);

        _tally.Matched++;
        _tally.Release(held.Route);
        held.BecomeMatched(outcome);
        if (_rules.AnyCorrections) _table.LabelTime(entry) = time;
        return Matched(held, outcome, time) with { Vector = Resolve(entry, rule, label.Value) };
    }

    private JoinResult MeetMatched(ref JoinEntry held, int entry, in RouteRules.Rule rule, in Label label, bool outcome)
    {
        long time = label.Time.Milliseconds;
        bool old = held.State == EntryState.MatchedTrue;
        if (!rule.Replaces || time < _table.LabelTime(entry) || (time == _table.LabelTime(entry) && outcome == old))
        {
            _tally.DuplicateLabels++;
            return Of(Arrival.Duplicate, held);
        }

        _tally.Corrected++;
        var oldDelay = TimeSpan.FromMilliseconds(_table.LabelTime(entry) - held.Time);
        held.BecomeMatched(outcome);
        _table.LabelTime(entry) = time;
        return Matched(held, outcome, time) with { Kind = Arrival.Corrected, OldOutcome = old, OldDelay = oldDelay, Vector = Resolve(entry, rule, label.Value) };
    }

    private JoinResult Wait(in Prediction prediction, long deadline)
    {
        _departures.MakeRoom();
        int entry = _table.Add(prediction.Id);
        _table[entry].BecomePending(prediction);
        _table.SetVector(entry, prediction.Vector);
        _table.Push(entry, deadline);
        _tally.Hold(prediction.Route);
        return Of(Arrival.Waiting, prediction);
    }

    private JoinResult Wait(in Label label)
    {
        _departures.MakeRoom();
        int entry = _table.Add(label.Id);
        _table[entry].BecomeLabel(label);

        // No later than the deadline of any prediction that the label can join: so a match may stay in its bucket.
        _table.Push(entry, label.Time.Milliseconds + _rules.EarliestAfterLabel);
        _tally.WaitingLabels++;
        Trace = Waits(label);
        return new(Arrival.Waiting);
    }

    private ReplayTrace Waits(in Label label) => new(label.Time.Milliseconds + _rules.LabelRetention, true);

    /// <summary>Tells a waiting vector its label. It waits on for a correction, or is spent.</summary>
    private int Resolve(int entry, in RouteRules.Rule rule, in LabelValue value)
    {
        int vector = _table.VectorOf(entry);
        if (vector == 0) return 0;
        ref var head = ref _vectors.Head(vector);
        // "Wrong" says that it was another class, but not which.
        (head.HasLabel, head.Label) = value.Kind == LabelKind.Class ? (true, value.Key) : (value.Key != 0, rule.TrueClass);
        if (rule.Replaces) return vector;
        _table.SetVector(entry, 0);
        return _spent = vector;
    }

    private void ReleaseSpent()
    {
        if (_spent == 0) return;
        _vectors.Release(_spent);
        _spent = 0;
    }

    private int FindLive(in PredictionId id)
    {
        int entry = _table.Find(id);
        if (entry < 0 || !_departures.IsPast(_table[entry])) return entry;
        _table.Detach(entry); // past its deadline: the sweep will hand it out
        return -1;
    }

    private static JoinResult Of(Arrival kind, in Prediction prediction) =>
        new(kind, prediction.Route, prediction.Time, prediction.Confidence);

    private static JoinResult Of(Arrival kind, in JoinEntry prediction) =>
        new(kind, prediction.Route, new EventTime(prediction.Time), prediction.Confidence);

    private static JoinResult Matched(in JoinEntry prediction, bool outcome, long labelTime) =>
        Of(Arrival.Matched, prediction) with { Outcome = outcome, Delay = TimeSpan.FromMilliseconds(labelTime - prediction.Time) };

    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(_table.Count <= _maxPending, "The table keeps to its bound.");
        _tally.AssertEveryFate(_table.Count);
    }
}

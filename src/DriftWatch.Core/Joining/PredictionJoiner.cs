using System.Diagnostics;
using System.Numerics;
using DriftWatch.Messages;
using DriftWatch.Series;

namespace DriftWatch.Joining;

/// <summary>Brings predictions and their late labels together, each pair once.</summary>
/// <remarks>
/// <para>With horizon H, lead E and the out-of-orderness allowance G, an id is kept for R = H + E + G. A prediction is accepted
/// iff its deadline t + R has not passed (deadline ≥ watermark), and kept, matched or not, until it has; a label, whose model nobody knows yet,
/// waits for the longest R and the longest E of all models. Expiry is logical: what is past its deadline is gone, whether swept or not.</para>
/// <para>The first accepted prediction owns the id. A label joins it iff −E ≤ label time − prediction time ≤ H; one outside
/// is orphaned and one that cannot be read is counted, and neither uses up the prediction. Of labels that wait for the same prediction
/// the first stands; if any model corrects, the one with the latest time, because whose label it is shows only when the
/// prediction comes.</para>
/// <para>Past its bound the table gives up what has the earliest deadline, to the width of a bucket; where deadlines lie further ahead than the
/// buckets reach, what came first. An evicted prediction does not count as expired, and copies of an evicted match are no longer recognised.</para>
/// <para>Every prediction ends in exactly one of matched, expired, evicted, duplicate, late, or is still pending.</para>
/// </remarks>
public sealed class PredictionJoiner
{
    // Before the first watermark nothing is past its deadline but what is marked as gone.
    private const long NoWatermark = long.MinValue + 1;

    private readonly RouteRules _rules;
    private readonly IJoinSink _sink;
    private readonly JoinTable _table;
    private readonly int _maxPending;
    private int[] _pending = [];
    private long _watermark = NoWatermark;

    private long _predictions;
    private long _labels;
    private long _matched;
    private long _expired;
    private long _orphaned;
    private long _unreadable;
    private long _duplicatePredictions;
    private long _duplicateLabels;
    private long _corrected;
    private long _latePredictions;
    private long _lateLabels;
    private long _evictedPredictions;
    private long _evictedLabels;
    private long _evictedMatched;
    private long _waitingPredictions;
    private long _waitingLabels;

    /// <param name="options">The models' rules, the out-of-orderness allowance, and the bound on entries.</param>
    /// <param name="routes">What the predictions' routes mean.</param>
    /// <param name="sink">Hears of what leaves the join.</param>
    /// <param name="bucket">How finely deadlines are swept; divides the pane. Null: the pane.</param>
    public PredictionJoiner(MonitorOptions options, RouteTable routes, IJoinSink sink, TimeSpan? bucket = null)
        : this(options, routes, sink, bucket ?? options.Pane, wheelBits: null)
    {
    }

    internal PredictionJoiner(MonitorOptions options, RouteTable routes, IJoinSink sink, TimeSpan bucket, int? wheelBits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxPending, 1, nameof(options.MaxPending));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MaxPending, JoinIndex.MaxEntries, nameof(options.MaxPending));
        _rules = new RouteRules(options, routes);
        _sink = sink;
        _maxPending = options.MaxPending;
        double buckets = 2 * _rules.LabelRetention / Math.Max(1, bucket.TotalMilliseconds);
        int bits = wheelBits ?? (int)Math.Clamp(Math.Ceiling(Math.Log2(buckets + 1)), 4, 16);
        _table = new JoinTable(_maxPending, _rules.AnyCorrections, bucket, options.Origin, bits);
    }

    /// <summary>How far event time has come; null before it was told.</summary>
    public EventTime? Watermark => _watermark == NoWatermark ? null : new EventTime(_watermark);

    /// <summary>Entries in the table: pending, waiting, and matched ones that catch duplicates.</summary>
    public int Entries => _table.Count;

    /// <summary>Memory of the table in bytes.</summary>
    public long Bytes => _table.Bytes;

    /// <summary>Predictions of one route that wait for their label.</summary>
    public int Pending(int route) => route < _pending.Length ? _pending[route] : 0;

    public JoinCounts Counts => new()
    {
        Predictions = _predictions,
        Labels = _labels,
        Matched = _matched,
        Expired = _expired,
        Orphaned = _orphaned,
        Unreadable = _unreadable,
        DuplicatePredictions = _duplicatePredictions,
        DuplicateLabels = _duplicateLabels,
        Corrected = _corrected,
        LatePredictions = _latePredictions,
        LateLabels = _lateLabels,
        Evicted = _evictedPredictions + _evictedLabels + _evictedMatched,
        EvictedPredictions = _evictedPredictions,
        EvictedLabels = _evictedLabels,
        Pending = _waitingPredictions,
        WaitingLabels = _waitingLabels,
    };

    /// <summary>Takes one prediction.</summary>
    /// <returns><see cref="Arrival.Waiting"/>, <see cref="Arrival.Matched"/>, <see cref="Arrival.Duplicate"/> or <see cref="Arrival.Late"/>.</returns>
    public JoinResult Add(in Prediction prediction)
    {
        var result = Take(prediction);
        AssertInvariants();
        GC.KeepAlive(this); // owns the memory that entries are read from
        return result;
    }

    /// <summary>Takes one label.</summary>
    /// <returns>Any <see cref="Arrival"/>. <see cref="Arrival.Duplicate"/> also where two labels wait for the same prediction: one of them is set aside.</returns>
    public JoinResult Add(in Label label)
    {
        var result = Take(label);
        AssertInvariants();
        GC.KeepAlive(this);
        return result;
    }

    /// <summary>Tells how far event time has come. A watermark behind the current one changes nothing.</summary>
    /// <remarks>Afterwards every prediction and label whose deadline is before the watermark, rounded down to a bucket, has been handed to the sink.</remarks>
    public void AdvanceTo(EventTime watermark)
    {
        if (watermark.Milliseconds <= _watermark) return;
        _watermark = watermark.Milliseconds;
        long bucket = _table.FirstBucket;
        for (int passed = _table.MoveTo(_watermark); passed > 0; passed--) Sweep(bucket++);
        AssertInvariants();
        GC.KeepAlive(this);
    }

    /// <summary>Hands out the rest of what is past its deadline: afterwards the counts are exact to the millisecond.</summary>
    /// <remarks>Costs a walk through one bucket. <see cref="AdvanceTo"/> alone lags by at most one bucket.</remarks>
    public void Settle()
    {
        if (_watermark != NoWatermark) Sweep(_table.FirstBucket);
        AssertInvariants();
        GC.KeepAlive(this);
    }

    /// <summary>Hints that records with these ids come next, some tens at a time: their waits for memory then overlap.</summary>
    public void Prefetch(ReadOnlySpan<PredictionId> ids)
    {
        _table.Prefetch(ids);
        GC.KeepAlive(this);
    }

    /// <summary>What is wrong with the state; null if nothing is. Looks at everything, for tests.</summary>
    internal string? FindFault()
    {
        var entries = _table.Entries().Select(e => _table[e]).ToList();
        if (entries.Count(e => e.State == EntryState.Pending) != _waitingPredictions) return "Pending predictions are counted.";
        if (entries.Count(e => e.IsLabel) != _waitingLabels) return "Waiting labels are counted.";
        for (int route = 0; route < _pending.Length; route++)
        {
            if (entries.Count(e => e.State == EntryState.Pending && e.Route == route) != _pending[route]) return "Pending predictions are counted by route.";
        }

        return _table.FindFault();
    }

    private JoinResult Take(in Prediction prediction)
    {
        _predictions++;
        ref readonly var rule = ref _rules[prediction.Route];
        long time = prediction.Time.Milliseconds;
        if (time + rule.Retention < _watermark)
        {
            _latePredictions++;
            return Of(Arrival.Late, prediction);
        }

        int entry = FindLive(prediction.Id);
        if (entry < 0) return Wait(prediction, time + rule.Retention);

        ref var held = ref _table[entry];
        if (!held.IsLabel)
        {
            _duplicatePredictions++;
            return Of(Arrival.Duplicate, prediction);
        }

        long labelTime = held.Time;
        _waitingLabels--;
        if (!rule.Admits(labelTime - time))
        {
            _orphaned++;
            _sink.Orphaned(prediction.Route, new EventTime(labelTime));
        }
        else if (!rule.TryRead(held.Value, prediction.Confidence, out bool outcome))
        {
            _unreadable++;
            _sink.Unreadable(prediction.Route, new EventTime(labelTime));
        }
        else
        {
            _matched++;
            held.BecomeMatched(prediction, outcome);
            if (_rules.AnyCorrections) _table.LabelTime(entry) = labelTime;
            return Matched(held, outcome, labelTime);
        }

        // The label may be in a later bucket than the prediction's deadline, so its entry cannot serve.
        held.Become(EntryState.Gone);
        _table.Detach(entry);
        return Wait(prediction, time + rule.Retention);
    }

    private JoinResult Take(in Label label)
    {
        _labels++;
        long time = label.Time.Milliseconds;
        if (time + _rules.LabelRetention < _watermark)
        {
            _lateLabels++;
            return new(Arrival.Late);
        }

        int entry = FindLive(label.Id);
        if (entry < 0) return Wait(label);

        ref var held = ref _table[entry];
        return held.IsLabel ? MeetLabel(ref held, label) : MeetPrediction(ref held, entry, label);
    }

    private JoinResult MeetLabel(ref JoinEntry held, in Label label)
    {
        _duplicateLabels++;
        if (_rules.AnyCorrections && label.Time.Milliseconds >= held.Time) held.BecomeLabel(label);
        return new(Arrival.Duplicate);
    }

    private JoinResult MeetPrediction(ref JoinEntry held, int entry, in Label label)
    {
        ref readonly var rule = ref _rules[held.Route];
        long time = label.Time.Milliseconds;
        if (!rule.Admits(time - held.Time))
        {
            _orphaned++;
            return Of(Arrival.Orphaned, held);
        }

        if (!rule.TryRead(label.Value, held.Confidence, out bool outcome))
        {
            _unreadable++;
            return Of(Arrival.Unreadable, held);
        }

        if (held.IsMatched) return MeetMatched(ref held, entry, rule.Replaces, time, outcome);

        _matched++;
        Release(held.Route);
        held.BecomeMatched(outcome);
        if (_rules.AnyCorrections) _table.LabelTime(entry) = time;
        return Matched(held, outcome, time);
    }

    private JoinResult MeetMatched(ref JoinEntry held, int entry, bool replaces, long time, bool outcome)
    {
        bool old = held.State == EntryState.MatchedTrue;
        if (!replaces || time < _table.LabelTime(entry) || (time == _table.LabelTime(entry) && outcome == old))
        {
            _duplicateLabels++;
            return Of(Arrival.Duplicate, held);
        }

        _corrected++;
        held.BecomeMatched(outcome);
        _table.LabelTime(entry) = time;
        return Matched(held, outcome, time) with { Kind = Arrival.Corrected, OldOutcome = old };
    }

    private JoinResult Wait(in Prediction prediction, long deadline)
    {
        MakeRoom();
        int entry = _table.Add(prediction.Id);
        _table[entry].BecomePending(prediction);
        _table.Push(entry, deadline);
        if (prediction.Route >= _pending.Length)
            Array.Resize(ref _pending, (int)BitOperations.RoundUpToPowerOf2((uint)prediction.Route + 16));
        _pending[prediction.Route]++;
        _waitingPredictions++;
        return Of(Arrival.Waiting, prediction);
    }

    private JoinResult Wait(in Label label)
    {
        MakeRoom();
        int entry = _table.Add(label.Id);
        _table[entry].BecomeLabel(label);

        // No later than the deadline of any prediction that the label can join: so a match may stay in its bucket.
        _table.Push(entry, label.Time.Milliseconds + _rules.EarliestAfterLabel);
        _waitingLabels++;
        return new(Arrival.Waiting);
    }

    private int FindLive(in PredictionId id)
    {
        int entry = _table.Find(id);
        if (entry < 0 || Deadline(_table[entry]) >= _watermark) return entry;
        _table.Detach(entry); // past its deadline: the sweep will hand it out
        return -1;
    }

    private void Sweep(long bucket)
    {
        Span<int> batch = stackalloc int[16];
        for (int entry = _table.Take(bucket); entry >= 0;)
        {
            int count = 0;
            for (; entry >= 0 && count < batch.Length; entry = _table.Next(entry)) batch[count++] = entry;
            _table.Prefetch(batch[..count]);
            foreach (int passed in batch[..count]) Pass(passed);
        }
    }

    private void Pass(int entry)
    {
        long deadline = Deadline(_table[entry]);
        if (deadline < _watermark) GiveUp(entry);
        else _table.Push(entry, deadline);
    }

    private void GiveUp(int entry)
    {
        ref var old = ref _table[entry];
        if (old.State == EntryState.Pending)
        {
            _expired++;
            Release(old.Route);
            _sink.Expired(old.Route, new EventTime(old.Time), old.Confidence);
        }
        else if (old.IsLabel)
        {
            _orphaned++;
            _waitingLabels--;
            _sink.Orphaned(-1, new EventTime(old.Time));
        }

        _table.Free(entry);
    }

    private void MakeRoom()
    {
        while (_table.Count >= _maxPending)
        {
            int entry = _table.Pop(out long bucket);
            long deadline = Deadline(_table[entry]);
            if (deadline < _watermark) GiveUp(entry);
            else if (_table.BelongsAfter(bucket, deadline)) _table.Push(entry, deadline);
            else Evict(entry);
        }
    }

    private void Evict(int entry)
    {
        ref var old = ref _table[entry];
        if (old.State == EntryState.Pending)
        {
            _evictedPredictions++;
            Release(old.Route);
            _sink.Evicted(old.Route, new EventTime(old.Time), old.Confidence);
        }
        else if (old.IsLabel)
        {
            _evictedLabels++;
            _waitingLabels--;
        }
        else
        {
            _evictedMatched++;
        }

        _table.Free(entry);
    }

    private void Release(int route)
    {
        _pending[route]--;
        _waitingPredictions--;
    }

    /// <summary>The last watermark at which the entry counts.</summary>
    private long Deadline(in JoinEntry entry) => entry.State switch
    {
        EntryState.Gone => long.MinValue,
        EntryState.LabelClass or EntryState.LabelCorrectness => entry.Time + _rules.LabelRetention,
        _ => entry.Time + _rules[entry.Route].Retention,
    };

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
        Debug.Assert(_waitingPredictions + _waitingLabels <= _table.Count, "What waits has an entry.");
        Debug.Assert(
            _predictions == _matched + _expired + _evictedPredictions + _duplicatePredictions + _latePredictions + _waitingPredictions,
            "Every prediction has exactly one fate.");
        Debug.Assert(
            _labels == _matched + _corrected + _duplicateLabels + _orphaned + _unreadable + _lateLabels + _evictedLabels + _waitingLabels,
            "Every label has exactly one fate.");
    }
}

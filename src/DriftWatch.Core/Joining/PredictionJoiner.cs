using System.Diagnostics;
using System.Runtime.InteropServices;
using DriftWatch.Core.Agreement;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>Brings predictions and their late labels together, each pair once.</summary>
/// <remarks>
/// <para>A prediction is an id, a model and a version: the first accepted of the three owns it. With horizon H, lead E and the out-of-orderness allowance G, it is kept for
/// R = H + E + G. It is accepted iff its deadline t + R has not passed (deadline ≥ watermark), and kept, matched or not, until it has; a label, whatever it has met,
/// for the longest R and the longest E of all models, since a further prediction that it addresses may still come.</para>
/// <para>A label joins every prediction of its id that it addresses with −E ≤ label time − prediction time ≤ H, each at most once: law, whichever of the two comes first, and whatever comes between.
/// One outside is orphaned and one that cannot be read is counted, and neither uses up the prediction. Of labels that contradict each other the first stands, or, where the model's are
/// corrected, the one with the latest time; before that, the one of the more trusted source where the model has any.</para>
/// <para>What becomes of a prediction is in <see cref="TakingPredictions"/>, of a label in <see cref="TakingLabels"/>, of both together in <see cref="Matching"/>; what leaves, and when, is for
/// <see cref="Departures"/> to say; what came of it all is in <see cref="JoinTally"/>.</para>
/// </remarks>
public sealed class PredictionJoiner : IJoin
{
    private readonly RouteRules _rules;
    private readonly JoinTable _table;
    private readonly int _maxPending;
    private readonly JoinTally _tally = new();
    private readonly HeldLabels _labels;
    private readonly Departures _departures;
    private readonly Encounters _encounters;
    private readonly Matching _matching;
    private readonly TakingPredictions _predictions;
    private readonly TakingLabels _takingLabels;
    private readonly HeldVectors _vectors;

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
        _maxPending = options.MaxPending;
        double buckets = 2 * _rules.LabelRetention / Math.Max(1, options.Bucket.TotalMilliseconds);
        int bits = wheelBits ?? (int)Math.Clamp(Math.Ceiling(Math.Log2(buckets + 1)), 4, 16);
        _vectors = routes.Vectors;
        _table = new JoinTable(_maxPending, _rules.MayReplace || _rules.AnyCompared, options.Bucket, options.Origin, bits, _rules.AnyVectors ? _vectors : null);
        _labels = new HeldLabels(_table, _rules, _tally);
        _departures = new Departures(_table, _rules, _labels, _tally, sink, _maxPending);
        _encounters = new Encounters(_table, _rules);
        _matching = new Matching(_table, _rules, _tally, _vectors, _encounters);
        var ids = new IdEntries(_table, _labels, _departures);
        var verdicts = new HeldVerdicts(_table, _rules, _labels);
        _predictions = new TakingPredictions(_table, _rules, _tally, _departures, _labels, ids, _matching, verdicts, _encounters);
        _takingLabels = new TakingLabels(_table, _rules, _tally, _departures, _labels, ids, _matching, verdicts, _encounters);
    }

    /// <summary>How far event time has come; null before it was told.</summary>
    public EventTime? Watermark => _departures.Watermark == Departures.NoWatermark ? null : new EventTime(_departures.Watermark);

    /// <summary>Entries in the table: predictions, matched or not, and labels.</summary>
    public int Entries => _table.Count;

    /// <summary>Memory of the table in bytes.</summary>
    public long Bytes => _table.Bytes;

    /// <summary>Predictions of one route that wait for their label.</summary>
    public int Pending(int route) => _tally.Pending(route);

    public JoinCounts Counts => _tally.Capture();

    /// <summary>How the newest record stood to each of its counterparts; valid until the next call.</summary>
    public ReadOnlySpan<Meeting> Meetings => _matching.Meetings.All;

    /// <summary>What the newest record changed of what sources say of predictions; valid until the next call.</summary>
    public ReadOnlySpan<VerdictChange> VerdictChanges => CollectionsMarshal.AsSpan(_matching.Changes);

    /// <summary>What the newest record says of requests that several versions of a model have scored; valid until the next call.</summary>
    public ReadOnlySpan<Encounter> Encounters => CollectionsMarshal.AsSpan(_encounters.Told);

    /// <summary>Whether the id alone makes a prediction. Set while records are read again that were read under another identity.</summary>
    public bool ById
    {
        get => _rules.ById;
        set => _rules.ById = value;
    }

    /// <summary>Whether any model keeps probability vectors until their labels come.</summary>
    public bool KeepsVectors => _rules.AnyVectors;

    /// <summary>Takes one prediction.</summary>
    /// <returns><see cref="Arrival.Waiting"/>, <see cref="Arrival.Matched"/>, <see cref="Arrival.Duplicate"/> or <see cref="Arrival.Late"/>.</returns>
    public JoinResult Add(in Prediction prediction)
    {
        var result = _predictions.Take(prediction);
        AssertInvariants();
        GC.KeepAlive(this); // owns the memory that entries are read from
        return result;
    }

    /// <summary>Takes one label.</summary>
    /// <returns>Any <see cref="Arrival"/>.</returns>
    public JoinResult Add(in Label label)
    {
        var result = _takingLabels.Take(label);
        AssertInvariants();
        GC.KeepAlive(this);
        return result;
    }

    /// <summary>Takes records again that were read before a restart.</summary>
    internal TakingAgain Again => new(_rules, _table, _labels, _predictions, _takingLabels);

    /// <summary>Discards the vector of a prediction that is not added.</summary>
    public void Discard(in Prediction prediction)
    {
        if (prediction.Vector > 0) _vectors.Release(prediction.Vector);
    }

    /// <summary>Tells how far event time has come. A watermark behind the current one changes nothing.</summary>
    /// <remarks>Afterwards every prediction and label whose deadline is before the watermark, rounded down to a bucket, has been handed to the sink.</remarks>
    public void AdvanceTo(EventTime watermark)
    {
        _matching.Begin();
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

    /// <summary>The counts that every version has had, in bytes.</summary>
    public byte[] Fates => StateExchange.Write(new FatesOf(_tally));

    /// <summary>The table, for a checkpoint to copy or to fill.</summary>
    internal JoinImage Image => new(_table, _rules, _departures, _labels, _tally);

    /// <summary>Hints that records with these ids come next, some tens at a time: their waits for memory then overlap.</summary>
    public void Prefetch(ReadOnlySpan<PredictionId> ids)
    {
        _table.Prefetch(ids);
        GC.KeepAlive(this);
    }

    /// <summary>What is wrong with the state; null if nothing is. Looks at everything, for tests.</summary>
    internal string? FindFault() => _tally.FindFault([.. _table.Entries().Select(e => _table[e])]) ?? _table.FindFault();

    [Conditional("DEBUG")]
    private void AssertInvariants()
    {
        Debug.Assert(_table.Count <= _maxPending, "The table keeps to its bound.");
        _tally.AssertEveryFate(_table.Count);
    }

    private sealed class FatesOf(JoinTally tally) : IKeepsState
    {
        public void Exchange(StateExchange state) => tally.ExchangeFates(state);
    }
}

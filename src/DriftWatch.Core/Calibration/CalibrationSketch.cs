using System.Runtime.CompilerServices;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Calibration;

/// <summary>Everything that calibration metrics need to know of any number of predictions, in at most 8 KiB; no predictions are kept.</summary>
/// <remarks>
/// Per fine bin: predictions, labeled predictions, positives and sum of confidences; over all: the sums behind Brier score, log loss and
/// Spiegelhalter's test. All integers and fixed point, therefore: any order of the same additions, any grouping of merges gives the same bits,
/// and <see cref="RemoveOutcome"/> undoes <see cref="AddOutcome"/> without a trace.
/// Only bins that were used take room, so a sketch of a dozen predictions takes about 1 KiB. Once the bins in use have room, nothing is allocated.
/// Confidences must lie in [0, 1]: that is checked where records are read.
/// </remarks>
public sealed partial class CalibrationSketch
{
    private const int FirstCapacity = 8;

    private readonly byte[] _slots; // per fine bin 1 + index into _cells, 0 while it has none
    private Cell[] _cells = [];
    private int _used;
    private ScoreSums _scores;

    public CalibrationSketch()
        : this(Grid.H188)
    {
    }

    public CalibrationSketch(Grid grid)
    {
        Grid = grid;
        _slots = new byte[grid.Count];
    }

    public Grid Grid { get; }

    /// <summary>Predictions, labeled or not.</summary>
    public long Predictions { get; private set; }

    /// <summary>Labeled predictions.</summary>
    public long Labeled { get; private set; }

    /// <summary>Labeled predictions whose outcome came true.</summary>
    public long Positives { get; private set; }

    /// <summary>Labeled predictions that gave what happened less than 2⁻⁵², which is what the log loss takes for them.</summary>
    public long Clipped { get; private set; }

    /// <summary>Exact sum of the confidences of labeled predictions, in units of 2⁻⁶³.</summary>
    public UInt128 ExactSumConfidence
    {
        get
        {
            UInt128 sum = 0;
            foreach (ref readonly var cell in _cells.AsSpan(0, _used)) sum += cell.SumConfidence;
            return sum;
        }
    }

    public double SumConfidence => FixedPoint.ToDouble(ExactSumConfidence);

    /// <summary>Sum of (confidence − outcome)²: Brier score times <see cref="Labeled"/>.</summary>
    public double SumSquaredError => FixedPoint.ToDouble(_scores.SquaredError);

    /// <summary>Sum of −ln of the probability given to what happened, in nats.</summary>
    public double SumLogLoss => FixedPoint.LogLossToDouble(_scores.LogLoss);

    /// <summary>Sum of p(1 − p): the variance that <see cref="Positives"/> would have if the model were calibrated.</summary>
    public double SumVariance => FixedPoint.ToDouble(_scores.Variance);

    /// <summary>Sum of (y − p)(1 − 2p): by how much the squared error exceeds what a calibrated model would have.</summary>
    /// <remarks>Needs no sum of its own: (y − p)(1 − 2p) = (p − y)² − p(1 − p) for y in {0, 1}.</remarks>
    public double SumSquaredErrorExcess => FixedPoint.ToDouble((Int128)_scores.SquaredError - (Int128)_scores.Variance);

    /// <summary>Sum of (1 − 2p)² p(1 − p): the variance of <see cref="SumSquaredErrorExcess"/> if the model were calibrated.</summary>
    public double SumSquaredErrorVariance => FixedPoint.ToDouble(_scores.SquaredErrorVariance);

    /// <summary>What is known of one fine bin.</summary>
    public SketchCell this[int bin] => _slots[bin] is not (> 0 and var slot) ? default : _sampled is null ? _cells[slot - 1].Read() : _cells[slot - 1].Read() with { Extra = SampledAt(bin).Extra };

    /// <summary>Adds up the fine bins into as many equal-width bins as <paramref name="into"/> has places; the number must divide 60.</summary>
    public void Coarsen(Span<SketchCell> into)
    {
        into.Clear();
        var coarse = Grid.CoarseTable(into.Length);
        for (int bin = 0; bin < _slots.Length; bin++)
        {
            if (_slots[bin] is > 0 and var slot) _cells[slot - 1].AddTo(ref into[coarse[bin]]);
        }

        if (!IsWeighted) return;
        for (int bin = 0; bin < _slots.Length; bin++) into[coarse[bin]] = into[coarse[bin]] with { Extra = into[coarse[bin]].Extra + SampledAt(bin).Extra };
    }

    /// <summary>Counts a prediction, before its outcome is known.</summary>
    /// <param name="confidence">What it claims.</param>
    /// <param name="weight">With what probability its label is asked for.</param>
    public void AddPrediction(double confidence, SamplingWeight weight = default) => AddPrediction(new Claim(Grid, confidence, weight));

    /// <summary>Adds an outcome to a prediction that was counted.</summary>
    /// <param name="confidence">What it claims.</param>
    /// <param name="outcome">Whether it came true.</param>
    /// <param name="choice">How it came to be labeled.</param>
    public void AddOutcome(double confidence, bool outcome, LabelChoice choice = default) => Add(new Contribution(Grid, confidence, outcome, choice));

    /// <summary>Takes back an <see cref="AddOutcome"/> with the same arguments, exactly.</summary>
    /// <exception cref="InvalidOperationException">There is no such outcome to take back.</exception>
    public void RemoveOutcome(double confidence, bool outcome, LabelChoice choice = default) => Remove(new Contribution(Grid, confidence, outcome, choice));

    internal void AddPrediction(in Claim one)
    {
        Predictions++;
        CellOf(one.Bin).Predictions++;
        if (one.Announced) Announce(one);
    }

    internal void Add(in Contribution one)
    {
        int positive = one.Positive ? 1 : 0;
        Labeled++;
        Positives += positive;
        Clipped += one.Clipped ? 1 : 0;
        _scores.Add(one);
        ref var cell = ref CellOf(one.Bin);
        cell.Labeled++;
        cell.Positives += positive;
        cell.SumConfidence += one.Confidence;
        if (one.IsSampled) AddSampled(one);
    }

    /// <summary>Counts so many labeled predictions with the same claim and outcome at once.</summary>
    public void AddLabeled(double confidence, bool outcome, long times) => AddRepeated(new Contribution(Grid, confidence, outcome), times);

    /// <summary>Counts so many predictions with the same outcome at once, the way of <see cref="AddPrediction(in Claim)"/> and <see cref="Add"/>.</summary>
    internal void AddRepeated(in Contribution one, long times)
    {
        var factor = (UInt128)(ulong)times;
        long positives = one.Positive ? times : 0;
        Predictions += times;
        Labeled += times;
        Positives += positives;
        Clipped += one.Clipped ? times : 0;
        _scores.AddRepeated(one, factor);
        ref var cell = ref CellOf(one.Bin);
        cell.Predictions += times;
        cell.Labeled += times;
        cell.Positives += positives;
        cell.SumConfidence += one.Confidence * factor;
    }

    internal void Remove(in Contribution one)
    {
        int positive = one.Positive ? 1 : 0;
        ref var cell = ref CellOf(one.Bin);
        if (cell.Labeled < 1 || cell.Positives < positive || cell.Labeled - cell.Positives < 1 - positive)
            throw new InvalidOperationException($"Bin {one.Bin} holds no such outcome to take back.");
        if (one.IsSampled) RemoveSampled(one);
        cell.Labeled--;
        cell.Positives -= positive;
        cell.SumConfidence -= one.Confidence;
        Labeled--;
        Positives -= positive;
        Clipped -= one.Clipped ? 1 : 0;
        _scores.Remove(one);
    }

    /// <summary>Adds all that <paramref name="other"/> holds. Exactly associative and commutative.</summary>
    public void Merge(CalibrationSketch other)
    {
        EnsureSameGrid(other);
        for (int bin = 0; bin < _slots.Length; bin++)
        {
            if (other._slots[bin] is > 0 and var slot) CellOf(bin).Add(other._cells[slot - 1]);
        }

        Predictions += other.Predictions;
        Labeled += other.Labeled;
        Positives += other.Positives;
        Clipped += other.Clipped;
        _scores += other._scores;
        MergeSampled(other);
    }

    /// <summary>Takes back a <see cref="Merge"/>, exactly.</summary>
    /// <exception cref="InvalidOperationException">It does not hold all that <paramref name="other"/> holds. Nothing was changed.</exception>
    public void Subtract(CalibrationSketch other)
    {
        EnsureSameGrid(other);
        for (int bin = 0; bin < _slots.Length; bin++)
        {
            if (!this[bin].Contains(other[bin])) throw new InvalidOperationException($"Bin {bin} holds less than is to be subtracted.");
        }

        for (int bin = 0; bin < _slots.Length; bin++)
        {
            if (other._slots[bin] is > 0 and var slot) CellOf(bin).Subtract(other._cells[slot - 1]);
        }

        Predictions -= other.Predictions;
        Labeled -= other.Labeled;
        Positives -= other.Positives;
        Clipped -= other.Clipped;
        _scores -= other._scores;
        SubtractSampled(other);
    }

    /// <summary>Makes it empty. The room it has taken stays, for its next use.</summary>
    public void Clear()
    {
        Array.Clear(_slots);
        Array.Clear(_cells, 0, _used);
        _sampled?.Clear();
        _used = 0;
        Predictions = Labeled = Positives = Clipped = 0;
        _scores = default;
    }

    /// <summary>A copy of its own, with no more room than it needs.</summary>
    public CalibrationSketch Clone()
    {
        var copy = new CalibrationSketch(Grid) { _cells = _cells[.._used], _used = _used, _sampled = _sampled?.Clone() };
        _slots.CopyTo(copy._slots, 0);
        (copy.Predictions, copy.Labeled, copy.Positives, copy.Clipped) = (Predictions, Labeled, Positives, Clipped);
        copy._scores = _scores;
        return copy;
    }

    /// <summary>Whether both hold the same, to the bit.</summary>
    public bool HoldsSameAs(CalibrationSketch other)
    {
        for (int bin = 0; bin < _slots.Length && bin < other._slots.Length; bin++)
        {
            if (this[bin] != other[bin]) return false;
        }

        return Grid.CutsAs(other.Grid)
            && (Predictions, Labeled, Positives, Clipped) == (other.Predictions, other.Labeled, other.Positives, other.Clipped)
            && _scores == other._scores
            && Totals == other.Totals;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref Cell CellOf(int bin)
    {
        int slot = _slots[bin];
        if (slot == 0) slot = Occupy(bin);
        return ref _cells[slot - 1];
    }

    private int Occupy(int bin)
    {
        if (_used == _cells.Length) Array.Resize(ref _cells, Math.Min(Math.Max(FirstCapacity, 2 * _used), _slots.Length));
        _slots[bin] = (byte)++_used;
        return _used;
    }

    private void EnsureSameGrid(CalibrationSketch other)
    {
        if (!Grid.CutsAs(other.Grid)) throw new ArgumentException("Sketches of different grids cannot be combined.", nameof(other));
    }
}

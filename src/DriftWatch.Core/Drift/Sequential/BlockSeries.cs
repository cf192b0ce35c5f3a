using System.Diagnostics.CodeAnalysis;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>Cuts a series into blocks of event time and knows how the blocks before spread (statistics §6.10).</summary>
/// <remarks>
/// A block is a base block or, where neighbours resemble each other (lag-1 autocorrelation of .3 or more), 2, 4 or 8 of them: the fewest that
/// no longer do, judged by at least <see cref="Enough"/> blocks. Scale and length of a block are settled before it begins.
/// </remarks>
internal sealed class BlockSeries(TimeSpan width, bool mayLengthen, EventTime origin) : IKeepsState
{
    /// <summary>Blocks of history before one is worth a bet.</summary>
    public const int Enough = 8;

    private const int BasesKept = 128;
    private const int BlocksUsed = 60;
    private const double Alike = 0.3;
    private static readonly int[] Lengths = [1, 2, 4, 8];

    private readonly List<Past> _past = new(BasesKept);
    private readonly BlockSums _base = new();
    private readonly BlockSums _block = new();
    private EventTime? _baseStart;
    private EventTime? _blockStart;
    private int _length = 1;
    private double? _centre;
    private readonly double?[] _scales = new double?[BlockSums.Functionals];

    /// <summary>Length of the blocks now.</summary>
    public TimeSpan Width => width * _length;

    /// <summary>Blocks of that length in the history.</summary>
    public int Count => Means(BlockFunctional.Shift, _length, _blockStart ?? EventTime.Latest).Count;

    /// <summary>Lag-1 autocorrelation of their mean residuals; null while there are too few.</summary>
    public double? Autocorrelation { get; private set; }

    /// <summary>Adds a pane.</summary>
    /// <param name="start">When it starts.</param>
    /// <param name="pane">What it holds.</param>
    /// <param name="band">The null hypothesis.</param>
    /// <param name="missing">What predictions without a label count as.</param>
    public void Add(EventTime start, CalibrationSketch pane, NullBand band, MissingLabels missing)
    {
        if (_baseStart is null) Open(start.FloorTo(width, origin));
        _base.Add(pane, band, missing, _centre ?? 0);
    }

    /// <summary>Closes the block if it ends at or before <paramref name="until"/>.</summary>
    /// <param name="until">No pane that starts before it is still to come.</param>
    /// <param name="mayChange">Whether the length of blocks may be chosen anew: not while evidence is under way.</param>
    /// <param name="closed">The block.</param>
    public bool TryClose(EventTime until, bool mayChange, [NotNullWhen(true)] out ClosedBlock? closed)
    {
        closed = null;
        if (_baseStart is { } start && start + width <= until) CloseBase(start);
        // The block ends with its last base, or before the next one that has data.
        if (_blockStart is not { } first || _baseStart is not null || first + Width > until) return false;
        closed = Close(first);
        _block.Clear();
        _blockStart = null;
        if (mayChange && mayLengthen) Choose();
        return closed is not null;
    }

    public void Exchange(StateExchange state)
    {
        int past = state.KeptWithin(_past.Count, 0, BasesKept, "base blocks of the past");
        if (state.IsReading) _past.Clear();
        for (int i = 0; i < past; i++)
        {
            var one = Past.Exchange(state, state.IsReading ? default : _past[i]);
            if (state.IsReading) _past.Add(one);
        }

        _base.Exchange(state);
        _block.Exchange(state);
        state.Exchange(ref _baseStart);
        state.Exchange(ref _blockStart);
        _length = Lengths[state.KeptWithin(Array.IndexOf(Lengths, _length), 0, Lengths.Length - 1, "a length of blocks")];
        state.Exchange(ref _centre);
        foreach (ref double? scale in _scales.AsSpan()) state.Exchange(ref scale);
        Autocorrelation = state.Kept(Autocorrelation);
    }

    private void Open(EventTime start)
    {
        _baseStart = start;
        _base.Clear();
        if (_blockStart is not null) return;
        _blockStart = start.FloorTo(Width, origin);
        (_scales[0], _scales[1]) = (Scale(BlockFunctional.Shift), Scale(BlockFunctional.Slope));
    }

    private void CloseBase(EventTime start)
    {
        // Slopes are told from the middle of the claims, settled by the first block; that block has no slope to tell.
        _past.Add(new(start, _base[0].Residual, _base[0].Labeled, _centre is null ? 0 : _base[1].Residual, _centre is null ? 0 : _base[1].Labeled));
        if (_past.Count > BasesKept) _past.RemoveAt(0);
        _centre ??= _base.Predictions > 0 ? _base.Logits / _base.Predictions : null;
        _block.Add(_base);
        _baseStart = null;
    }

    private ClosedBlock? Close(EventTime start) =>
        _block.Predictions == 0 ? null : new(start, start + Width, _block.Labeled, _block.Claims / _block.Predictions, Gap(0), Gap(1));

    private BlockGap Gap(int functional)
    {
        var sums = _block[functional];
        return sums.All > 0
            ? new(sums.Up / sums.All, sums.Down / sums.All, sums.ToleratedUp / sums.All, sums.ToleratedDown / sums.All, _scales[functional])
            : default;
    }

    private void Choose()
    {
        int before = _length;
        foreach (int length in Lengths)
        {
            _length = length;
            var means = Means(BlockFunctional.Shift, length, EventTime.Latest);
            // Too few to tell: blocks of this length wait until there are enough, rather than that shorter ones bet on what they have not shown.
            if (means.Count < Enough) return;
            Autocorrelation = Lag1(means);
            // Shorter again only where the resemblance is clearly gone, so that the length does not flap.
            if (Autocorrelation < (length < before ? Alike / 2 : Alike)) return;
        }
    }

    private double? Scale(BlockFunctional functional)
    {
        var means = Means(functional, _length, _blockStart!.Value);
        if (means.Count < Enough) return null;
        double median = Median(means);
        double scale = 1.4826 * Median([.. means.Select(x => Math.Abs(x - median))]);
        return scale > 0 ? scale : null;
    }

    /// <summary>Mean residuals of whole past blocks of a length, oldest first.</summary>
    private List<double> Means(BlockFunctional functional, int length, EventTime before)
    {
        List<double> means = [];
        for (int from = 0, to; from < _past.Count; from = to)
        {
            var block = _past[from].Start.FloorTo(width * length, origin);
            double residual = 0, weight = 0;
            for (to = from; to < _past.Count && _past[to].Start < block + (width * length); to++)
            {
                residual += functional == BlockFunctional.Shift ? _past[to].Shift : _past[to].Slope;
                weight += functional == BlockFunctional.Shift ? _past[to].ShiftWeight : _past[to].SlopeWeight;
            }

            if (weight > 0 && block + (width * length) <= before) means.Add(residual / weight);
        }

        if (means.Count > BlocksUsed) means.RemoveRange(0, means.Count - BlocksUsed);
        return means;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        int middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    private static double Lag1(List<double> values)
    {
        double mean = values.Average(), product = 0, square = 0;
        for (int i = 0; i < values.Count; i++)
        {
            square += (values[i] - mean) * (values[i] - mean);
            if (i > 0) product += (values[i] - mean) * (values[i - 1] - mean);
        }

        return square > 0 ? product / square : 0;
    }

    private readonly record struct Past(EventTime Start, double Shift, double ShiftWeight, double Slope, double SlopeWeight)
    {
        public static Past Exchange(StateExchange state, Past past) =>
            new(state.Kept(past.Start), state.Kept(past.Shift), state.Kept(past.ShiftWeight), state.Kept(past.Slope), state.Kept(past.SlopeWeight));
    }
}

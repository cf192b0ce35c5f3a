using System.Diagnostics.CodeAnalysis;
using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>Cuts a series into blocks of event time and knows what the blocks before say of shocks that all outcomes of a block share (statistics §6.10).</summary>
/// <remarks>
/// A block is a day, and its neighbours may resemble it: scale and tempers reckon with that. Where it was said how long a block is, blocks repeat without memory. What is reckoned with is settled
/// before a block begins, from blocks before the onset that the evidence points to: what is to be found must not be taken for noise.
/// </remarks>
/// <param name="width">Length of a block.</param>
/// <param name="repeats">Whether blocks are known to repeat without memory.</param>
/// <param name="origin">Where they start.</param>
/// <param name="weighs">Whether each label stands for the predictions that it was chosen among.</param>
internal sealed class BlockSeries(TimeSpan width, bool repeats, EventTime origin, bool weighs = false) : IKeepsState
{
    /// <summary>Blocks of history before memory is shown, and before one is bet on where they repeat.</summary>
    public const int Enough = 8;

    /// <summary>Deviation of shocks that are plausible before anything was seen, in log-odds: of a shift, and of a slope.</summary>
    public const double PlausibleShift = 0.3;
    public const double PlausibleSlope = 0.1;

    private const int Kept = 60;
    private const int LevelsKept = 4;
    private const int Recent = 7;
    private const int MostBlocks = 1000; // after which nothing is remembered

    // For as many blocks the plausible shocks count, with a memory of one half, in the scale of the next block.
    private const int PseudoBlocks = 6;
    private const double PseudoMemory = 0.5;
    private const double MostMemory = 0.85;

    // u on the log-odds turns balanced claims by u² ÷ 5 a logit; of its variance in the long run a fiftieth of the square of the shift's is left.
    private const double TurnOfShift = 0.02;

    private readonly List<BlockPast> _past = new(Kept);
    private readonly List<EventTime> _levels = []; // where outcomes changed for good: begin and end of episodes
    private readonly List<ShockReading>[] _lent = [[], []]; // of another slice, for each functional: what shocks may be like before its own blocks say
    private readonly BlockSums _base = new();
    private readonly double?[] _scales = new double?[BlockSums.Functionals];
    private EventTime? _baseStart;
    private double? _centre;
    private (EventTime? Last, int Levels, List<(EventTime? Onset, double Shift, double Slope)> Known)? _shocks; // follows from what is kept; the onset that evidence points to comes and goes within a block

    /// <summary>Length of a block.</summary>
    public TimeSpan Width => width;

    /// <summary>Blocks in the history.</summary>
    public int Count => _past.Count;

    /// <summary>Lag-1 autocorrelation of their mean residuals; null while there are too few.</summary>
    public double? Autocorrelation => _past.Count < Enough ? null : BlockMeans.Lag1([.. _past.Where(one => one.Weight(0) > 0).Select(one => one.Residual(0) / one.Weight(0))]);

    /// <summary>Begins with the history of the version before.</summary>
    public void Inherit(BlockSeries before, EventTime until)
    {
        _past.AddRange(before.PastUntil(until));
        if (_past.Count > Kept) _past.RemoveRange(0, _past.Count - Kept);
        _levels.AddRange(before._levels);
        _centre = before._centre ?? before.Middle;
    }

    /// <summary>The newest block of those that end at or before a moment.</summary>
    public BlockPast? LastUntil(EventTime until) => PastUntil(until).Cast<BlockPast?>().LastOrDefault();

    /// <summary>What its newest blocks say of shocks, as so many pseudo-blocks of another slice; null: there are too few.</summary>
    /// <param name="functional">Of a shift, or of a slope.</param>
    /// <param name="until">Blocks that end at or before it count.</param>
    public IReadOnlyList<ShockReading>? Lend(int functional, EventTime until)
    {
        double centre = _centre ?? 0;
        var past = PastUntil(until).Where(one => one.InformationOf(functional, centre) > 0).TakeLast(PseudoBlocks).ToList();
        if (past.Count < PseudoBlocks) return null;
        return [.. past.Select((one, i) => new ShockReading(one.Residual(functional) / one.InformationOf(functional, centre), one.InformationOf(functional, centre), false, i + 1 < past.Count ? BlocksTo(past[i + 1], one) : MostBlocks))];
    }

    /// <summary>Begins with what another slice says of shocks: a slice's weather is like that of others, not like the whole's, which averages it. Its own blocks follow at a level of their own.</summary>
    public void Borrow(BlockSeries from, EventTime until)
    {
        for (int functional = 0; functional < _lent.Length; functional++) _lent[functional].AddRange(from.Lend(functional, until) ?? []);
    }

    /// <summary>What is known of blocks that end at or before a moment, the open one too if it does.</summary>
    public IEnumerable<BlockPast> PastUntil(EventTime until)
    {
        var past = _past.Where(one => one.Start + width <= until);
        return _baseStart is { } start && start + width <= until ? past.Append(Past(start)) : past;
    }

    private BlockPast Past(EventTime start) => new(start, _base, _centre is null ? Middle ?? 0 : 0);

    private double? Middle => _base.Predictions > 0 ? _base.Logits / _base.Predictions : null;

    /// <summary>Adds a pane.</summary>
    /// <param name="start">When it starts.</param>
    /// <param name="pane">What it holds.</param>
    /// <param name="band">The null hypothesis.</param>
    /// <param name="missing">What predictions without a label count as.</param>
    /// <param name="onset">The onset that the evidence of the blocks points to; null: to none.</param>
    /// <param name="scale">Where labels are weighed: what makes their weights add up to as many labels as they tell as much as.</param>
    public void Add(EventTime start, CalibrationSketch pane, NullBand band, MissingLabels missing, EventTime? onset, double? scale = null)
    {
        if (_baseStart is null)
        {
            _baseStart = start.FloorTo(width, origin);
            _base.Clear();
            (_scales[0], _scales[1]) = (Scale(0, onset), Scale(1, onset));
        }

        _base.Add(pane, band, missing, _centre ?? 0, scale);
    }

    /// <summary>Closes the block if it ends at or before <paramref name="until"/>.</summary>
    /// <param name="until">No pane that starts before it is still to come.</param>
    /// <param name="closed">The block.</param>
    public bool TryClose(EventTime until, [NotNullWhen(true)] out ClosedBlock? closed)
    {
        closed = null;
        if (_baseStart is not { } start || start + width > until) return false;
        // Slopes are told from the middle of the claims, settled by the first block.
        _past.Add(Past(start));
        if (_past.Count > Kept) _past.RemoveAt(0);
        _centre ??= Middle;
        _baseStart = null;
        if (_base.Predictions > 0) closed = new(start, start + width, _base.Labeled, _base.Claims / _base.Predictions, Gap(0), Gap(1));
        return closed is not null;
    }

    /// <summary>From here on outcomes are otherwise than before: an episode began, or is over.</summary>
    public void Change(EventTime at)
    {
        _levels.Add(at);
        if (_levels.Count > LevelsKept) _levels.RemoveAt(0);
    }

    /// <summary>What evidence of a stretch of this block is to be divided by; null while no block is over and nobody knows how much happens in one.</summary>
    /// <param name="onset">The onset that the evidence points to; null: to none.</param>
    public Tempers? TempersFrom(EventTime? onset)
    {
        if (_past.Count == 0) return null;
        var recent = _past.Skip(Math.Max(0, _past.Count - Recent)).ToList();
        var mean = new BlockInformation(recent.Average(one => one.Information.Even), recent.Average(one => one.Information.Slope), recent.Average(one => one.Information.Square));
        return TempersOf(mean.Even > _base.Information.Even ? mean : _base.Information, onset);
    }

    /// <summary>The same of all that is in the open block.</summary>
    public Tempers TempersOfOpen => TempersOf(_base.Information, null);

    private Tempers TempersOf(in BlockInformation information, EventTime? onset)
    {
        var (shift, slope) = Shocks(onset);
        double centre = _centre ?? 0;
        double alike = information.Slope, steep = information.Square - (centre * information.Slope);
        double even = 1 + (shift * information.Even);
        double sharp = information.Square > 0 ? 1 + (((shift * alike * alike) + (slope * steep * steep)) / information.Square) : even;
        return new(even, sharp, Math.Max(even, 1 + (slope * information.Around(centre))));
    }

    public void Exchange(StateExchange state)
    {
        if (state.Version < ChunkFormat.DetectorOfShocks)
        {
            FormerDependence.SkipBlocks(state);
            return;
        }

        int past = state.KeptWithin(_past.Count, 0, Kept, "blocks of the past");
        if (state.IsReading) _past.Clear();
        var before = origin;
        for (int i = 0; i < past; i++)
        {
            var one = state.IsReading ? default : _past[i];
            var start = state.Version >= ChunkFormat.CountedBlocks ? before + (state.Kept((one.Start - before).Ticks / width.Ticks) * width) : state.Kept(one.Start);
            one = BlockPast.Exchange(state, one, before = start);
            if (state.IsReading) _past.Add(one);
        }

        state.Exchange(_levels, static (StateExchange each, ref EventTime at) => each.Exchange(ref at));
        _base.Exchange(state);
        state.Exchange(ref _baseStart);
        state.Exchange(ref _centre);
        foreach (ref double? scale in _scales.AsSpan()) state.Exchange(ref scale);
        if (state.Version >= ChunkFormat.AcrossVersions) foreach (var lent in _lent) state.Exchange(lent, static (StateExchange each, ref ShockReading reading) => reading = ShockReading.Exchange(each, reading));
        if (state.IsReading) _shocks = null;
    }

    private (double Shift, double Slope) Shocks(EventTime? onset)
    {
        var block = onset?.FloorTo(width, origin);
        EventTime? last = _past.Count > 0 ? _past[^1].Start : null;
        if (_shocks is not { } memo || memo.Last != last || memo.Levels != _levels.Count) _shocks = memo = (last, _levels.Count, []);
        foreach (var (of, knownShift, knownSlope) in memo.Known)
        {
            if (of == block) return (knownShift, knownSlope);
        }

        double shift = ShockModel.Bound(Readings(0, block), 1, !repeats), slope = ShockModel.Bound(Readings(1, block), PlausibleSlope / PlausibleShift, !repeats);
        // A common shift also turns the claims of both ends towards the middle, by its square: what is rare and large among the blocks to come need not be among those of the past.
        slope = Math.Max(slope, Math.Min(TurnOfShift * shift * shift, PlausibleSlope * PlausibleSlope / (PlausibleShift * PlausibleShift) * shift));
        memo.Known.Add((block, shift, slope));
        return (shift, slope);
    }

    private ShockReading[] Readings(int functional, EventTime? onset)
    {
        List<ShockReading> readings = [.. _lent[functional]];
        int lent = readings.Count;
        EventTime before = new(long.MinValue);
        for (int i = 0; i < _past.Count; i++)
        {
            var one = _past[i];
            double information = one.InformationOf(functional, _centre ?? 0);
            if (information <= 0) continue;
            var end = one.Start + width;
            bool changes = (lent > 0 && readings.Count == lent) || Within(onset) || _levels.Exists(level => Within(level));
            int blocks = i + 1 < _past.Count ? BlocksTo(_past[i + 1], one) : 1;
            readings.Add(new(one.Residual(functional) / information, information, changes, blocks));
            before = end;

            bool Within(EventTime? at) => at is { } moment && moment >= before && moment < end;
        }

        return [.. readings];
    }

    private int BlocksTo(in BlockPast next, in BlockPast one) => (int)Math.Clamp((next.Start - one.Start).Ticks / width.Ticks, 1, MostBlocks);

    private BlockGap Gap(int functional)
    {
        var sums = _base[functional];
        // With weights it is not known which labels stay away, but how many do: each is worth 1 against either side, and labels beyond what was asked for are worth nothing.
        double away = weighs ? Math.Max(0, sums.All - sums.Labeled) : 0;
        return sums.All > 0
            ? new((sums.Up - away) / sums.All, (sums.Down - away) / sums.All, sums.ToleratedUp / sums.All, sums.ToleratedDown / sums.All, _scales[functional])
            : default;
    }

    /// <summary>By how much the mean residual of the next block may be off by chance and shocks, to be reckoned with.</summary>
    private double? Scale(int functional, EventTime? onset)
    {
        var blocks = _past.Where(one => one.Weight(functional) > 0 && !(!repeats && one.Start + width > onset)).ToList();
        if (!repeats)
        {
            // What an episode was like says nothing of how days differ without one, as soon as there are enough others.
            int since = _levels.Count == 0 ? 0 : blocks.Count(one => one.Start < _levels.Max());
            if (blocks.Count - since >= PseudoBlocks) blocks.RemoveRange(0, since);
            return Remembering(functional, blocks);
        }

        if (blocks.Count < Enough) return null;
        List<double> means = [.. blocks.Select(one => one.Residual(functional) / one.Weight(functional))];
        double median = BlockMeans.Median(means), scale = 1.4826 * BlockMeans.Median([.. means.Select(mean => Math.Abs(mean - median))]);
        return scale > 0 ? scale : null;
    }

    /// <summary>Their deviation about the median, with pseudo-blocks of plausible shocks, and widened by their memory at its upper end.</summary>
    private double? Remembering(int functional, List<BlockPast> blocks)
    {
        double weight = 0, information = 0;
        foreach (var one in _past)
        {
            weight += one.Weight(functional);
            information += one.InformationOf(functional, _centre ?? 0);
        }

        if (weight <= 0 || information <= 0) return null;
        double plausible = (functional == 0 ? PlausibleShift : PlausibleSlope) * information / weight;
        List<double> means = [.. blocks.Select(one => one.Residual(functional) / one.Weight(functional))];
        double median = means.Count == 0 ? 0 : BlockMeans.Median([.. means]), square = 0, product = 0;
        for (int i = 0; i < means.Count; i++)
        {
            square += (means[i] - median) * (means[i] - median);
            if (i > 0) product += (means[i] - median) * (means[i - 1] - median);
        }

        double prior = PseudoBlocks * plausible * plausible;
        double variance = (prior + square) / (PseudoBlocks + means.Count - 1);
        double memory = Math.Clamp(((product + (PseudoMemory * prior)) / (square + prior)) + (0.5 / Math.Sqrt(PseudoBlocks + means.Count)), 0, MostMemory);
        return Math.Sqrt(variance * (1 + memory) / (1 - memory));
    }
}

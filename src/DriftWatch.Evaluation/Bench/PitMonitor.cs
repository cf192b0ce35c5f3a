namespace DriftWatch.Evaluation.Bench;

/// <summary>PITMonitor: a mixture e-process against "what the model says is as right or wrong as it always was" (T. Farran, PITMonitor 0.4, <c>tristan-farran/pitmon</c>).</summary>
/// <remarks>
/// <para>A labeled prediction becomes its probability integral transform, randomised since outcomes are two: uniform on [0, 1 − p) where the event did not come, on [1 − p, 1) where it
/// did, so uniform for a calibrated model. Its rank among all so far, ties broken by chance, is p_t, uniform and independent of the past as long as the transforms are exchangeable. The bet is the density of the
/// earlier ranks, a histogram with a count of one in each bin: e_t. A change may begin at any t with weight w_t = 1/(t(t + 1)): M_t = e_t (M_(t−1) + w_t), and P(M ever ≥ 1/α) ≤ α.</para>
/// <para>Taken from the author's program: ranks, bets, weights, α = .05, 100 bins. Ours: the randomisation for two outcomes, and that transforms are told in 4096ths, so that a rank takes twelve steps and not a
/// sorted list of all; with ties broken by chance the ranks are uniform all the same. A model that was wrong from the start is as it always was: there it is silent by intent.</para>
/// </remarks>
internal sealed class PitMonitor(RuleSpec spec, int bins, ulong? seed = null) : Probe
{
    private const int Cells = 4096;

    private readonly int[] _tree = new int[Cells + 1]; // Fenwick's: counts of transforms below
    private readonly int[] _cells = new int[Cells];
    private readonly double[] _histogram = [.. Enumerable.Repeat(1.0, bins)];
    private BenchRandom? _random = seed is { } known ? new(known) : null;
    private long _seen;
    private double _evidence;

    public override IReadOnlyList<RuleSpec> Rules { get; } = [spec];

    public override double Statistic(int rule) => Math.Log(_evidence);

    public override bool Add(in Draw draw)
    {
        // Chance of its own for each stream, and the same one whenever it is played.
        _random ??= new(BitConverter.DoubleToUInt64Bits(draw.Z));
        double transform = draw.Y ? 1 - draw.P + (_random.Unit() * draw.P) : _random.Unit() * (1 - draw.P);
        double rank = Rank(Math.Min((int)(transform * Cells), Cells - 1));
        int bin = Math.Min((int)(rank * bins), bins - 1);
        double bet = _histogram[bin]++ * bins / (bins + _seen - 1);
        _evidence = Math.Min(1e300, bet * (_evidence + (1.0 / _seen / (_seen + 1))));
        return true;
    }

    private double Rank(int cell)
    {
        _seen++;
        int below = 0;
        for (int i = cell; i > 0; i -= i & -i) below += _tree[i];
        for (int i = cell + 1; i <= Cells; i += i & -i) _tree[i]++;
        return (below + (_random!.Unit() * ++_cells[cell])) / _seen;
    }
}

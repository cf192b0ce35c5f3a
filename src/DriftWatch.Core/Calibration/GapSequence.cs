using DriftWatch.Core.State;

namespace DriftWatch.Core.Calibration;

/// <summary>A confidence sequence for the gap: an interval that may be looked at after every pane, and holds at all of them together.</summary>
/// <remarks>
/// <para>The predictable plug-in empirical Bernstein sequence of Waudby-Smith and Ramdas (<c>confseq</c>), for x = (y − p + 1) ÷ 2, with
/// gap = 1 − 2 mean x. Panes are fed in order of event time, each once, by the series' one owner: unlike a sketch it cannot be merged.</para>
/// <para>A pane is fed whole: bet λ and centre m are fixed from the panes before it (and from how many predictions it holds), so its
/// predictions may stand in any order, and Σx and Σ(x − m)², which the sketch knows exactly, are all that is needed. With one prediction per pane
/// this is the original, but for m, which starts at ½ and not at 0: the middle for a calibrated model, and the same for both ends.</para>
/// <para>Where the gap changes over time, what is covered is its mean so far, weighted by the bets. It takes outcomes as no worse than their
/// probability given the past: shared shocks inside a pane make it too narrow.</para>
/// </remarks>
/// <param name="alpha">1 − level, inside (0, 1).</param>
public sealed class GapSequence(double alpha = 0.05) : IKeepsState
{
    private const double MostBet = 0.5;
    private readonly double _cost = Math.Log(2 / Checked(alpha));
    private double _count;
    private double _sum;
    private double _spread = 0.25; // ¼ + Σ(x − mean so far)²
    private double _betted; // Σλx
    private double _bets; // Σλ
    private double _paid; // Σ(x − m)² ψ(λ)
    private bool _isWeighted;

    /// <summary>Labeled predictions so far.</summary>
    public long Labeled => (long)_count;

    /// <summary>Where the gap is, whenever one looks; null before the first labeled prediction, and once labels were asked for by chance: what it knows of are labels of equal weight.</summary>
    public Interval? Current => MeanWithin() is { } mean ? new(Math.Max(-1, 1 - (2 * mean.Upper)), Math.Min(1, 1 - (2 * mean.Lower))) : null;

    /// <summary>The interval of the mean of x.</summary>
    /// <param name="overdispersion">φ, by which what a bet is worth is divided: what it must win is that much more.</param>
    internal Interval? MeanWithin(double overdispersion = 1)
    {
        if (_bets == 0 || _isWeighted) return null;
        double centre = _betted / _bets;
        double half = ((overdispersion * _cost) + _paid) / _bets;
        return new(centre - half, centre + half);
    }

    /// <summary>Takes the next pane. One without labeled predictions changes nothing.</summary>
    public void Observe(CalibrationSketch pane)
    {
        if (pane.Labeled == 0) return;
        _isWeighted |= pane.IsWeighted;
        double n = pane.Labeled;
        double excess = pane.Positives - pane.SumConfidence;
        double sum = (n + excess) / 2;
        Observe(n, sum, (n + (2 * excess) + pane.SumSquaredError) / 4);
    }

    /// <summary>Takes n values x in [0, 1] that are known by their sums.</summary>
    internal void Observe(double n, double sum, double squares)
    {
        double before = _count == 0 ? 0.5 : _sum / _count;
        double variance = _spread / (_count + 1);
        double after = _count + n;
        double bet = Math.Min(MostBet, Math.Sqrt(2 * _cost / (variance * after * Math.Log(1 + after))));
        _betted += bet * sum;
        _bets += bet * n;
        _paid += Around(n, sum, squares, before) * (-Math.Log(1 - bet) - bet);

        _count = after;
        _sum += sum;
        _spread += Around(n, sum, squares, (0.5 + _sum) / (_count + 1));
    }

    public void Exchange(StateExchange state)
    {
        state.Exchange(ref _count);
        state.Exchange(ref _sum);
        state.Exchange(ref _spread);
        state.Exchange(ref _betted);
        state.Exchange(ref _bets);
        state.Exchange(ref _paid);
        if (state.Version >= ChunkFormat.SampledLabels) state.Exchange(ref _isWeighted);
    }

    /// <summary>Σ(x − centre)².</summary>
    private static double Around(double n, double sum, double squares, double centre) =>
        Math.Max(0, squares - (2 * centre * sum) + (n * centre * centre));

    private static double Checked(double alpha) =>
        alpha is > 0 and < 1 ? alpha : throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Lies inside (0, 1).");
}

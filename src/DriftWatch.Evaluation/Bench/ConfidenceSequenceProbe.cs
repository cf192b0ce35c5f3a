namespace DriftWatch.Evaluation.Bench;

/// <summary>Change detection by confidence sequences that are begun again and again (Shekhar and Ramdas 2024, arXiv 2309.09111; with sequences that look back, 2023, arXiv 2302.02544).</summary>
/// <remarks>
/// <para>From every start on a confidence sequence for the mean of outcome − claim is kept; a change is where they no longer have a point in common. A calibrated model's mean is 0 and known before, so {0} is one of the sets, and a
/// change is the first sequence that loses 0. The mean run length is at least 1/α.</para>
/// <para>The sequences are those of betting (Waudby-Smith and Ramdas 2024): 0 is lost where the wealth of constant bets, ∏(1 + λ(y − p)), on average over twelve λ, is 1/α. With constant bets a stretch of the stream has the
/// same wealth read forwards and backwards, so sequences that look back are these too.</para>
/// <para>Starts are a stretch of <see cref="Stretch"/> predictions apart, and of those the newest <see cref="Kept"/> at multiples of each power of two remain: ages are a geometric grid, a start of any age is missed by a quarter of the age at most, and
/// a step costs 12 products and, every stretch, as many sums for each of some 4 + 2 log₂(n) starts. Fewer starts leave the guarantee and lose power.</para>
/// </remarks>
internal sealed class ConfidenceSequenceProbe(RuleSpec spec) : Probe
{
    /// <summary>Predictions between two looks, and between two starts.</summary>
    public const int Stretch = 32;

    /// <summary>Starts that are kept at multiples of each power of two.</summary>
    public const int Kept = 4;

    private const int Most = 24; // powers of two: 500 million predictions

    /// <summary>What is bet.</summary>
    public static readonly double[] Bets = [.02, .05, .1, .2, .4, .8, -.02, -.05, -.1, -.2, -.4, -.8];

    private readonly double[] _wealth = [.. Bets.Select(_ => 1.0)]; // of the stretch that is open
    private readonly double[] _logWealth = new double[Bets.Length]; // before it
    private readonly double[][] _starts = [.. Enumerable.Range(0, Most * Kept).Select(_ => new double[Bets.Length])];
    private int _open;
    private long _stretches;
    private double _statistic;

    public override IReadOnlyList<RuleSpec> Rules { get; } = [spec];

    /// <summary>ln 1/α of the level at which the first sequence loses 0.</summary>
    public override double Statistic(int rule) => _statistic;

    public override bool Add(in Draw draw)
    {
        double residual = (draw.Y ? 1 : 0) - draw.P;
        for (int i = 0; i < Bets.Length; i++) _wealth[i] *= 1 + (Bets[i] * residual);
        if (++_open < Stretch) return false;
        _open = 0;
        Keep();
        _stretches++;
        for (int i = 0; i < Bets.Length; i++)
        {
            _logWealth[i] += Math.Log(_wealth[i]);
            _wealth[i] = 1;
        }

        _statistic = Greatest();
        return true;
    }

    /// <summary>The stretch that ends was a start.</summary>
    private void Keep()
    {
        for (int power = 0; power < Most && _stretches % (1L << power) == 0; power++) _logWealth.CopyTo(At(power, _stretches >> power), 0);
    }

    private double Greatest()
    {
        double greatest = double.NegativeInfinity;
        for (int power = 0; power < Most; power++)
        {
            long newest = (_stretches - 1) >> power;
            for (long multiple = newest; multiple >= Math.Max(0, newest - Kept + 1); multiple--) greatest = Math.Max(greatest, Since(At(power, multiple), greatest));
            if (newest < Kept) break; // the first start of all was among them
        }

        return greatest;
    }

    private double[] At(int power, long multiple) => _starts[(power * Kept) + (int)(multiple % Kept)];

    /// <summary>Log of the mean wealth since a start; or something less than <paramref name="needed"/> where it is.</summary>
    private double Since(double[] start, double needed)
    {
        double most = double.NegativeInfinity;
        for (int i = 0; i < start.Length; i++) most = Math.Max(most, _logWealth[i] - start[i]);
        if (most <= needed) return most; // a mean is no greater than the greatest
        double sum = 0;
        for (int i = 0; i < start.Length; i++) sum += Math.Exp(_logWealth[i] - start[i] - most);
        return most + Math.Log(sum / start.Length);
    }
}

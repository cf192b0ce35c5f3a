using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Comparison;

/// <summary>Is the candidate better than the current version, or worse? A test that may be looked at after every block, and holds at all of them together.</summary>
/// <remarks>
/// <para>Two e-processes of Choe and Ramdas ("Comparing sequential forecasters", Operations Research 2023, §4): exp(λ Σd − ψ(λ) Σ(d − γ)²) with ψ(λ) = (−ln(1 − 2λ) − 2λ) ÷ 4, of bounded gains d in [−1, 1] (<see cref="PairedScores"/>), mixed over λ; one bets that the
/// candidate is better, the other that it is worse. The centre γ is fixed from the blocks before, so a block's requests may stand in any order. What is refuted is that the candidate's mean gain so far, given the past, is at most (at least) 0: requests
/// need not be alike, and the gain may change over time.</para>
/// <para>Their theorem takes each outcome as no worse than its probability given the past. Shared shocks of a day break that, so the exponent is divided by φ, as the drift rule divides its own; the statement then rests on φ, as the rule's does.</para>
/// </remarks>
internal sealed class PairedTest : IKeepsState
{
    private static readonly double[] Bets = [.005, .01, .02, .04, .08, .16, .3, .45];

    private readonly double[] _better = new double[Bets.Length]; // logarithms
    private readonly double[] _worse = new double[Bets.Length];
    private readonly GapSequence _gain = new();
    private PairedScores _total;
    private double _overdispersion = 1;

    /// <summary>What was judged, added up.</summary>
    public PairedScores Total => _total;

    /// <summary>φ of the newest block.</summary>
    public double Overdispersion => _overdispersion;

    /// <summary>ln of the evidence that the candidate is better.</summary>
    public double LogBetter => Mixed(_better);

    /// <summary>ln of the evidence that it is worse.</summary>
    public double LogWorse => Mixed(_worse);

    /// <summary>A confidence sequence at 95 % for the mean bounded gain in nats; null before the first request.</summary>
    public Interval? Gain => _gain.MeanWithin(_overdispersion) is { } x ? new((2 * x.Lower) - 1, (2 * x.Upper) - 1) : null;

    /// <summary>Takes the next block.</summary>
    /// <param name="block">Its labeled requests.</param>
    /// <param name="overdispersion">By how much outcomes vary more than independent ones (φ ≥ 1).</param>
    public void Observe(in PairedScores block, double overdispersion)
    {
        if (block.Count == 0) return;
        _overdispersion = Math.Max(1, overdispersion);
        double n = block.Count, centre = _total.Count == 0 ? 0 : _total.Sum / _total.Count;
        double spread = Math.Max(0, block.Squares - (2 * centre * block.Sum) + (n * centre * centre));
        for (int i = 0; i < Bets.Length; i++)
        {
            double cost = (-Math.Log(1 - (2 * Bets[i])) - (2 * Bets[i])) / 4 * spread;
            _better[i] += ((Bets[i] * block.Sum) - cost) / _overdispersion;
            _worse[i] += ((-Bets[i] * block.Sum) - cost) / _overdispersion;
        }

        // x = (d + 1) ÷ 2 lies in [0, 1].
        _gain.Observe(n, (n + block.Sum) / 2, (n + (2 * block.Sum) + block.Squares) / 4);
        _total += block;
    }

    public void Exchange(StateExchange state)
    {
        state.Exchange(_better.AsSpan());
        state.Exchange(_worse.AsSpan());
        state.Exchange(_gain);
        _total.Exchange(state);
        state.Exchange(ref _overdispersion);
    }

    private static double Mixed(double[] logs)
    {
        double most = logs.Max();
        return most + Math.Log(logs.Average(log => Math.Exp(log - most)));
    }
}

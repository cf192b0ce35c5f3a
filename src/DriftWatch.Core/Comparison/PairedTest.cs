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
    private PairedScores _total;
    private double _overdispersion = 1;
    private double _worth; // labeled requests, those of each block divided by its φ

    /// <summary>What was judged, added up.</summary>
    public PairedScores Total => _total;

    /// <summary>φ of the newest block.</summary>
    public double Overdispersion => _overdispersion;

    /// <summary>ln of the evidence that the candidate is better.</summary>
    public double LogBetter => Mixed(_better);

    /// <summary>ln of the evidence that it is worse.</summary>
    public double LogWorse => Mixed(_worse);

    /// <summary>A confidence sequence for the mean bounded gain in nats, made of the same evidence: gains that the test refutes are outside, so that it excludes 0 where the candidate is better or worse, and only there. Null before the first request.</summary>
    /// <param name="alpha">The chance, at most, that the lower end is ever above the gain; and that the upper one is ever below it.</param>
    public Interval? Gain(double alpha) => _total.Count == 0 ? null : new(End(_better, -1, alpha), -End(_worse, -1, alpha));

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

        _worth += n / _overdispersion;
        _total += block;
    }

    public void Exchange(StateExchange state)
    {
        state.Exchange(_better.AsSpan());
        state.Exchange(_worse.AsSpan());
        if (state.Version < 2) state.Exchange(new GapSequence());
        _total.Exchange(state);
        state.Exchange(ref _overdispersion);
        if (state.Version < 2) _worth = _total.Count / _overdispersion;
        else state.Exchange(ref _worth);
    }

    /// <summary>The greatest mean gain that is refuted as too low, to a billionth; what is bet on is one side of it.</summary>
    private double End(double[] logs, double least, double alpha)
    {
        double enough = -Math.Log(alpha), low = least, high = 1;
        if (!(Against(least) >= enough)) return least;
        while (high - low > 1e-9)
        {
            double middle = (low + high) / 2;
            if (Against(middle) >= enough) low = middle;
            else high = middle;
        }

        return low;

        // The bet on λ d is one on λ (d − gain).
        double Against(double gain) => Mixed([.. logs.Select((log, i) => log - (Bets[i] * gain * _worth))]);
    }

    private static double Mixed(double[] logs)
    {
        double most = logs.Max();
        return most + Math.Log(logs.Average(log => Math.Exp(log - most)));
    }
}

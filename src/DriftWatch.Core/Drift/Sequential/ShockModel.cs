using System.Collections.Concurrent;
using System.Runtime.Intrinsics;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>How large the shocks may be that all outcomes of a block share, by what the blocks of the past say and what is plausible before they speak (statistics §6.10).</summary>
/// <remarks>
/// <para>A block's outcomes are off by a level, a shock and chance: d = level + shock + noise on the log-odds, the noise with variance 1 ÷ information, shocks normal with deviation κ and AR(1) memory ρ.
/// Over a grid of κ and ρ the likelihood of the past is exact (Kalman), and what it leaves open the prior decides: three models of five have no shocks, the others some of .05 to 1.5, most .2 to .5; memory from none to .9 a block.
/// What a block is worth less by is 1 + information · κ² (1 + ρ) ÷ (1 − ρ); taken is the value that is exceeded with probability <see cref="Doubt"/>. A few calm blocks are no proof: below what is plausible without any, the value is taken that
/// is exceeded with a quarter of that probability, until <see cref="Trusted"/> blocks are there. So few blocks give an upper bound, many the truth.</para>
/// <para>Where evidence or an episode begins, a new level begins: what is to be found must not be taken for shocks. A level enters the likelihood once, with a wide prior of its own.</para>
/// </remarks>
internal static class ShockModel
{
    /// <summary>How probable it is that shocks are larger than what is reckoned with.</summary>
    private const double Doubt = 0.2;

    /// <summary>How probable it may be where few blocks say that they are small.</summary>
    private const double DoubtOfFew = 0.05;

    /// <summary>How many blocks, less their levels, say it well enough.</summary>
    private const int Trusted = 20;

    /// <summary>The prior deviation of a level, in log-odds or a slope: hardly a bound, since a model that is grossly wrong is to be found too.</summary>
    private const double Level = 2;

    private static readonly (double Deviation, double Share)[] Deviations =
        [(0, .6), (.05, .029), (.1, .04), (.2, .069), (.3, .08), (.45, .069), (.7, .057), (1, .034), (1.5, .022)];

    private static readonly (double Memory, double Share)[] Memories = [(0, .35), (.4, .3), (.7, .25), (.9, .1)];

    /// <summary>The variance that shocks add in the long run, on the log-odds: its upper bound.</summary>
    /// <param name="past">Blocks, oldest first.</param>
    /// <param name="unit">How large plausible shocks are, by those of a shift.</param>
    /// <param name="remembers">Whether a block may resemble the one before; not where it was said how long blocks are.</param>
    public static double Bound(ReadOnlySpan<ShockReading> past, double unit, bool remembers)
    {
        var grid = Grids.GetOrAdd((unit, remembers), static one => new(one.Unit, one.Remembers));
        if (past.IsEmpty) return grid.Plausible;
        Span<double> probabilities = stackalloc double[grid.Count];
        grid.Weigh(past, probabilities);
        double bound = grid.Exceeded(probabilities, Doubt);
        int levels = 1;
        for (int i = 1; i < past.Length; i++) levels += past[i].NewLevel ? 1 : 0;
        double trust = Math.Clamp((double)(past.Length - levels) / Trusted, 0, 1);
        return bound >= grid.Plausible ? bound : Math.Max(bound, Math.Min(grid.Plausible, grid.Exceeded(probabilities, DoubtOfFew + (trust * (Doubt - DoubtOfFew)))));
    }

    private static readonly ConcurrentDictionary<(double Unit, bool Remembers), Grid> Grids = []; // four of them

    /// <summary>Points of shocks and memory, those with the largest variance in the long run first, filled up to whole vectors with points that nobody believes in.</summary>
    private sealed class Grid
    {
        private readonly double[] _variance, _memory, _prior, _longRun;

        public Grid(double unit, bool remembers)
        {
            var points = (from deviation in Deviations
                          from memory in remembers && deviation.Deviation > 0 ? Memories : [(Memory: 0, Share: 1)]
                          let variance = deviation.Deviation * unit * deviation.Deviation * unit
                          let longRun = variance * (1 + memory.Memory) / (1 - memory.Memory)
                          orderby longRun descending
                          select (Variance: variance, memory.Memory, Prior: Math.Log(deviation.Share * memory.Share), LongRun: longRun)).ToList();
            while (points.Count % Vector256<double>.Count > 0) points.Add((0, 0, double.NegativeInfinity, 0));
            (_variance, _memory, _prior, _longRun) = ([.. points.Select(one => one.Variance)], [.. points.Select(one => one.Memory)], [.. points.Select(one => one.Prior)], [.. points.Select(one => one.LongRun)]);
            Span<double> probabilities = stackalloc double[Count];
            Weigh([], probabilities);
            Plausible = Exceeded(probabilities, Doubt);
        }

        public int Count => _variance.Length;

        /// <summary>The bound before anything was seen.</summary>
        public double Plausible { get; }

        /// <summary>How probable each point is.</summary>
        public void Weigh(ReadOnlySpan<ShockReading> past, Span<double> probabilities)
        {
            double most = double.NegativeInfinity, sum = 0;
            for (int i = 0; i < Count; i += Vector256<double>.Count)
                (Vector256.Create(_prior, i) + Likelihood(past, Vector256.Create(_variance, i), Vector256.Create(_memory, i))).CopyTo(probabilities[i..]);
            foreach (double one in probabilities) most = Math.Max(most, one);
            foreach (ref double one in probabilities) sum += one = Math.Exp(one - most);
            foreach (ref double one in probabilities) one /= sum;
        }

        /// <summary>The largest variance that is reached with more than a probability.</summary>
        public double Exceeded(ReadOnlySpan<double> probabilities, double probability)
        {
            double above = 0;
            for (int i = 0; i < Count; i++)
            {
                above += probabilities[i];
                if (above > probability) return _longRun[i];
            }

            return 0;
        }
    }

    /// <summary>The logarithm of how probable the past is, up to what all share; a point of the grid a lane.</summary>
    private static Vector256<double> Likelihood(ReadOnlySpan<ShockReading> past, Vector256<double> variance, Vector256<double> memory)
    {
        var (none, one) = (Vector256<double>.Zero, Vector256<double>.One);
        var (shock, level, shockVariance, levelVariance, covariance) = (none, none, variance, none, none);
        var (squares, product, logs) = (none, one, none);
        for (int i = 0; i < past.Length; i++)
        {
            ref readonly var reading = ref past[i];
            if (i == 0 || reading.NewLevel) (level, levelVariance, covariance) = (none, Vector256.Create(Level * Level), none);
            var (before, levelBefore) = (shockVariance + covariance, levelVariance + covariance);
            var total = before + levelBefore + Vector256.Create(1 / reading.Information);
            var (error, weight) = (Vector256.Create(reading.Off) - shock - level, one / total);
            squares += error * error * weight;
            product *= total;
            // A logarithm for so many that their product stays far from the ends of a double.
            if (i % 4 == 3) (logs, product) = (logs + Vector256.Log(product), one);
            var (shockGain, levelGain) = (before * weight, levelBefore * weight);
            shock += shockGain * error;
            level += levelGain * error;
            shockVariance -= shockGain * before;
            levelVariance -= levelGain * levelBefore;
            covariance -= shockGain * levelBefore;
            var kept = reading.Blocks == 1 ? memory : Vector256.Create(Math.Pow(memory[0], reading.Blocks), Math.Pow(memory[1], reading.Blocks), Math.Pow(memory[2], reading.Blocks), Math.Pow(memory[3], reading.Blocks));
            shock *= kept;
            covariance *= kept;
            shockVariance = (kept * kept * shockVariance) + ((one - (kept * kept)) * variance);
        }

        return (logs + Vector256.Log(product) + squares) * -0.5;
    }
}

/// <summary>What one block says.</summary>
/// <param name="Off">By how much its outcomes were off, in log-odds.</param>
/// <param name="Information">Of its outcomes about that: 1 ÷ the variance that chance gives it.</param>
/// <param name="NewLevel">Whether with it outcomes may have changed for good.</param>
/// <param name="Blocks">How many blocks later the next one is; at least 1.</param>
internal readonly record struct ShockReading(double Off, double Information, bool NewLevel, int Blocks)
{
    public static ShockReading Exchange(StateExchange state, ShockReading reading) => new(state.Kept(reading.Off), state.Kept(reading.Information), state.Kept(reading.NewLevel), state.Kept(reading.Blocks));
}

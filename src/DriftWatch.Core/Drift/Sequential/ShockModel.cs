using System.Collections.Concurrent;
using DriftWatch.Core.Calibration;
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
        double plausible = Plausible.GetOrAdd((unit, remembers), static one => new Posterior(stackalloc (double, double)[Points], [], one.Unit, one.Remembers).Exceeded(Doubt));
        if (past.IsEmpty) return plausible;
        var seen = new Posterior(stackalloc (double, double)[Points], past, unit, remembers);
        double bound = seen.Exceeded(Doubt);
        int levels = 1;
        for (int i = 1; i < past.Length; i++) levels += past[i].NewLevel ? 1 : 0;
        double trust = Math.Clamp((double)(past.Length - levels) / Trusted, 0, 1);
        return bound >= plausible ? bound : Math.Max(bound, Math.Min(plausible, seen.Exceeded(DoubtOfFew + (trust * (Doubt - DoubtOfFew)))));
    }

    private const int Points = 36;

    private static readonly ConcurrentDictionary<(double Unit, bool Remembers), double> Plausible = []; // four of them

    /// <summary>How probable each point of the grid is.</summary>
    private readonly ref struct Posterior
    {
        private readonly Span<(double Variance, double Probability)> _points;

        public Posterior(Span<(double Variance, double Probability)> points, ReadOnlySpan<ShockReading> past, double unit, bool remembers)
        {
            int count = 0;
            double most = double.NegativeInfinity, sum = 0;
            foreach (var (deviation, share) in Deviations)
            {
                foreach (var (memory, memoryShare) in Memories)
                {
                    double variance = deviation * unit * deviation * unit;
                    bool single = !remembers || variance == 0;
                    double kept = single ? 0 : memory;
                    points[count++] = (variance * (1 + kept) / (1 - kept), Math.Log(single ? share : share * memoryShare) + Likelihood(past, variance, kept));
                    most = Math.Max(most, points[count - 1].Probability);
                    if (single) break;
                }
            }

            _points = points[..count];
            foreach (ref var point in _points) sum += point.Probability = Math.Exp(point.Probability - most);
            foreach (ref var point in _points) point.Probability /= sum;
            _points.Sort(static (left, right) => right.Variance.CompareTo(left.Variance));
        }

        /// <summary>The largest variance that is reached with more than a probability.</summary>
        public double Exceeded(double probability)
        {
            double above = 0;
            foreach (var (variance, share) in _points)
            {
                above += share;
                if (above > probability) return variance;
            }

            return 0;
        }
    }

    /// <summary>The logarithm of how probable the past is, up to what all share.</summary>
    private static double Likelihood(ReadOnlySpan<ShockReading> past, double variance, double memory)
    {
        double shock = 0, level = 0, shockVariance = variance, levelVariance = 0, covariance = 0, log = 0;
        for (int i = 0; i < past.Length; i++)
        {
            ref readonly var reading = ref past[i];
            if (i == 0 || reading.NewLevel) (level, levelVariance, covariance) = (0, Level * Level, 0);
            double total = shockVariance + levelVariance + (2 * covariance) + (1 / reading.Information), error = reading.Off - shock - level;
            log -= (Logarithm.Of(total) + (error * error / total)) / 2;
            double shockGain = (shockVariance + covariance) / total, levelGain = (levelVariance + covariance) / total;
            shock += shockGain * error;
            level += levelGain * error;
            double before = shockVariance + covariance, levelBefore = levelVariance + covariance;
            shockVariance -= shockGain * before;
            levelVariance -= levelGain * levelBefore;
            covariance -= shockGain * levelBefore;
            double kept = reading.Blocks == 1 ? memory : Math.Pow(memory, reading.Blocks);
            shock *= kept;
            covariance *= kept;
            shockVariance = (kept * kept * shockVariance) + ((1 - (kept * kept)) * variance);
        }

        return log;
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

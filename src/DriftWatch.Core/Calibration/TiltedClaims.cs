namespace DriftWatch.Core.Calibration;

/// <summary>How often outcomes would come true if all claims were wrong by the same log-odds θ: q(θ) = σ(logit p + θ). The number that comes true is then a sum of independent throws with known chances (Poisson-binomial).</summary>
/// <remarks>
/// The family is exponential in θ: every mean between 0 and n belongs to one θ. Its tails give an interval for the rate, with the claims as known, that holds for rare events, rare errors and no event at all
/// (<see cref="RateInterval"/>); the normal law of p − y covers .22 to .61 there instead of .95.
/// </remarks>
internal readonly ref struct TiltedClaims
{
    /// <summary>Below this variance the law of the sum is computed, beyond it its first three cumulants do: there the ends agree to some hundredths of the width, from a variance of 20 on to one.</summary>
    private const double SmallVariance = 8;

    private const double Furthest = 60;

    /// <summary>A claim of 0 or 1 is taken for one that the log loss too would take for it: 2⁻⁵² away.</summary>
    private const double Nearest = 2.220446049250313e-16;

    private readonly ReadOnlySpan<FineBin> _bins;
    private readonly double _count;
    private readonly double _positives;

    public TiltedClaims(ReadOnlySpan<FineBin> bins)
    {
        _bins = bins;
        foreach (ref readonly var bin in bins)
        {
            _count += bin.Labeled;
            _positives += bin.Positives;
        }
    }

    /// <summary>The rates of outcomes that what was seen does not speak against: those of the θ at which both mid-p tails, P(more) + ½ P(as many) and P(fewer) + ½ P(as many), are at least <paramref name="tail"/>.</summary>
    /// <param name="z">Normal quantile of the level.</param>
    /// <param name="tail">The chance beyond <paramref name="z"/>.</param>
    public Interval RateInterval(double z, double tail)
    {
        double half = Math.Min(0.5, _count / 2); // few large weights tell less than one label
        double centre = TiltOf(Math.Clamp(_positives, half, _count - half));
        var (_, variance, third) = At(centre);
        // Second order: the variance changes with the mean by third ÷ variance. Wilson's interval for equal claims, Poisson's for rare ones.
        double shift = ((2 * z * z) + 1) / 6 * (third / variance);
        half = z * Math.Sqrt(variance);
        double lower = Math.Clamp(_positives + shift - half, 0, _count), upper = Math.Clamp(_positives + shift + half, 0, _count);
        if (variance < SmallVariance)
        {
            lower = _positives == 0 ? 0 : MeanWhere(1 - tail, lower);
            upper = _positives == _count ? _count : MeanWhere(tail, upper);
        }

        return new(lower / _count, upper / _count);
    }

    /// <summary>The mean at which P(fewer than were seen) + ½ P(as many) is <paramref name="chance"/>; it falls as the mean rises.</summary>
    /// <remarks>By the Illinois rule on the log-odds of the chance, which are nearly straight: some five laws an end.</remarks>
    private double MeanWhere(double chance, double start)
    {
        double target = Math.Log(chance / (1 - chance));
        double least = Math.Min(0.01, _count / 4);
        double near = TiltOf(Math.Clamp(start, least, _count - least)), off = OddsOfFewer(near) - target;
        double step = off > 0 ? 0.25 : -0.25, far = near + step, beyond = OddsOfFewer(far) - target;
        while (beyond * off > 0 && Math.Abs(far) < Furthest)
        {
            (near, off) = (far, beyond);
            far += step *= 2;
            beyond = OddsOfFewer(far) - target;
        }

        for (int i = 0; i < 60 && Math.Abs(beyond) > 1e-7 && Math.Abs(far - near) > 1e-9; i++)
        {
            double next = far - (beyond * (far - near) / (beyond - off)), found = OddsOfFewer(next) - target;
            if (found * beyond < 0) (near, off) = (far, beyond);
            else off /= 2;
            (far, beyond) = (next, found);
        }

        return At(far).Mean;
    }

    private double OddsOfFewer(double tilt)
    {
        double chance = Math.Clamp(Fewer(tilt), 1e-300, 1 - 1e-16);
        return Math.Log(chance / (1 - chance));
    }

    /// <summary>Mean, variance and third cumulant of the number of outcomes that come true.</summary>
    private (double Mean, double Variance, double Third) At(double tilt)
    {
        double odds = Math.Exp(tilt);
        double mean = 0, variance = 0, third = 0;
        foreach (ref readonly var bin in _bins)
        {
            double q = Chance(bin, odds);
            double spread = bin.Labeled * q * (1 - q);
            mean += bin.Labeled * q;
            variance += spread;
            third += spread * (1 - (2 * q));
        }

        return (mean, variance, third);
    }

    /// <summary>The θ of a mean inside (0, n), by Newton's steps, halved where they leave what is left.</summary>
    private double TiltOf(double mean)
    {
        double low = -Furthest, high = Furthest, tilt = 0;
        for (int i = 0; i < 100; i++)
        {
            var (reached, variance, _) = At(tilt);
            double missing = mean - reached;
            if (Math.Abs(missing) <= 1e-9 * mean) break;
            if (missing > 0) low = tilt;
            else high = tilt;
            double next = tilt + (missing / variance);
            tilt = next > low && next < high ? next : (low + high) / 2;
        }

        return tilt;
    }

    /// <summary>P(fewer come true than were seen) + ½ P(as many). Of bins whose chance is above a half those that do not come true are counted, so that all sums are small.</summary>
    private double Fewer(double tilt)
    {
        const int Room = 128;
        Span<double> come = stackalloc double[Room], stay = stackalloc double[Room], one = stackalloc double[Room];
        come.Clear();
        stay.Clear();
        come[0] = stay[0] = 1;
        int mostCome = 0, mostStay = 0;
        double seen = _positives, odds = Math.Exp(tilt);
        foreach (ref readonly var bin in _bins)
        {
            double q = Chance(bin, odds);
            if (q <= 0.5)
            {
                mostCome = Convolve(come, mostCome, one[..Binomial(one, bin.Labeled, q)]);
                continue;
            }

            seen -= bin.Labeled;
            mostStay = Convolve(stay, mostStay, one[..Binomial(one, bin.Labeled, 1 - q)]);
        }

        double chance = 0, below = 0;
        int next = 0;
        for (int b = 0; b <= mostStay; b++)
        {
            // What comes must stay below seen + b; where weights make that no whole number, what lies between two is between theirs.
            double limit = seen + b, whole = Math.Floor(limit), part = limit - whole;
            while (next <= mostCome && next < whole) below += come[next++];
            double equal = AtPlace(come, mostCome, whole);
            chance += stay[b] * (below + (equal / 2));
            if (part > 0) chance += stay[b] * part * (equal + AtPlace(come, mostCome, whole + 1)) / 2;
        }

        return chance;

        static double AtPlace(ReadOnlySpan<double> law, int most, double place) => place >= 0 && place <= most ? law[(int)place] : 0;
    }

    private static double Chance(in FineBin bin, double odds)
    {
        double claimed = Math.Clamp(bin.Mean, Nearest, 1 - Nearest);
        return claimed * odds / (1 - claimed + (claimed * odds));
    }

    /// <summary>The law of n throws with a chance of at most a half, as far as it matters; gives how many places it takes.</summary>
    private static int Binomial(Span<double> law, double n, double q)
    {
        double mean = n * q, odds = q / (1 - q);
        law[0] = Math.Exp(n * double.LogP1(-q));
        int k = 1;
        for (; k < law.Length && k <= n; k++)
        {
            law[k] = law[k - 1] * odds * (n - k + 1) / k;
            if (k > mean && law[k] < 1e-14) break;
        }

        return Math.Min(k, law.Length);
    }

    /// <summary>Adds a further number to a sum, in place; gives the most that the sum can now be, as far as there is room.</summary>
    private static int Convolve(Span<double> sum, int most, ReadOnlySpan<double> further)
    {
        int reach = Math.Min(most + further.Length - 1, sum.Length - 1);
        for (int i = reach; i >= 0; i--)
        {
            double chance = 0;
            for (int j = Math.Max(0, i - most); j < further.Length && j <= i; j++) chance += further[j] * sum[i - j];
            sum[i] = chance;
        }

        while (reach > 0 && sum[reach] < 1e-14) sum[reach--] = 0;
        return reach;
    }
}

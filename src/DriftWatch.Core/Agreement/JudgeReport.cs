using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Agreement;

/// <summary>A number and its 95 % interval.</summary>
public readonly record struct Estimate(double Value, Interval Interval);

/// <summary>How good a judge is, as far as the truth is known, and what its word comes to where it is not. Null where nothing can be said.</summary>
/// <remarks>
/// The predictions of the table stand for all if whose truth is told does not depend on what the judge said: who checks only what the judge calls positive sees too high a true positive rate. Every pair counts as one, whatever
/// its sampling probability.
/// </remarks>
public sealed record JudgeReport(JudgeTable Table)
{
    /// <summary>Of what came true, the share that the judge says did.</summary>
    public Estimate? TruePositiveRate => Rate(Table.TruePositives, Table.TruePositives + Table.FalseNegatives);

    /// <summary>Of what did not come true, the share that the judge says did.</summary>
    public Estimate? FalsePositiveRate => Rate(Table.FalsePositives, Table.FalsePositives + Table.TrueNegatives);

    /// <summary>Of what the judge alone labeled, the share that it says came true.</summary>
    public Estimate? Observed => Rate(Table.AlonePositives, Table.Alone);

    /// <summary>Cohen's kappa: agreement beyond what two who know nothing of each other would have, and say "came true" as often.</summary>
    /// <remarks>
    /// Wilson's interval of the agreement, of as many predictions as kappa's variance (Fleiss, Cohen and Everitt 1969) is worth, at the chance agreement that was seen: unlike the normal interval it is no point where all agree.
    /// </remarks>
    public Estimate? Kappa
    {
        get
        {
            double n = Table.Count;
            if (n == 0) return null;
            double pp = Table.TruePositives / n, pn = Table.FalsePositives / n, np = Table.FalseNegatives / n, nn = Table.TrueNegatives / n;
            double said = pp + pn, came = pp + np, agreed = pp + nn;
            double chance = (said * came) + ((1 - said) * (1 - came));
            if (chance >= 1) return null; // both always say the same one thing
            double kappa = (agreed - chance) / (1 - chance);
            // In units of n (1 - chance)²; the first is what it would be were the chance agreement known.
            double known = agreed * (1 - agreed);
            double both = (pp * Square(1 - ((said + came) * (1 - kappa)))) + (nn * Square(1 - ((2 - said - came) * (1 - kappa))));
            double apart = Square(1 - kappa) * ((pn * Square(came + 1 - said)) + (np * Square(said + 1 - came)));
            double variance = both + apart - Square(kappa - (chance * (1 - kappa)));
            double worth = variance > known && known > 0 ? n * known / variance : n;
            var (low, high) = Intervals.Wilson(agreed * worth, worth);
            return new(kappa, new(Math.Max(-1, Beyond(low)), Math.Min(1, Beyond(high))));

            double Beyond(double agreement) => (agreement - chance) / (1 - chance);
        }
    }

    /// <summary>How often it came true where the judge alone says so, corrected for the judge: (observed − FPR) ÷ (TPR − FPR). Shown, and never fed to a detector.</summary>
    /// <remarks>
    /// Rogan and Gladen's estimate with Lang and Reiczigel's interval (2014): the delta method at shrunken rates. Null where the intervals of both rates overlap: such a judge may be none, and the correction would divide by nothing; and where no base rate gives what was seen.
    /// It takes the judge to err as often here as where the truth is known.
    /// </remarks>
    public Estimate? Corrected
    {
        get
        {
            if (Table.Alone == 0 || TruePositiveRate is not { } hit || FalsePositiveRate is not { } wrong || hit.Interval.Lower <= wrong.Interval.Upper) return null;
            double came = Table.TruePositives + Table.FalseNegatives, not = Table.FalsePositives + Table.TrueNegatives, alone = Table.Alone;
            double value = Math.Clamp((Observed!.Value.Value - wrong.Value) / (hit.Value - wrong.Value), 0, 1);

            const double z = Intervals.Z95;
            double seen = (Table.AlonePositives + (z * z / 2)) / (alone + (z * z));
            double positive = (Table.TruePositives + 1) / (came + 2), negative = (Table.TrueNegatives + 1) / (not + 2);
            double worth = positive + negative - 1;
            double rate = (seen + negative - 1) / worth;
            double ofPositive = positive * (1 - positive) / (came + 2), ofNegative = negative * (1 - negative) / (not + 2);
            double half = z / worth * Math.Sqrt((seen * (1 - seen) / (alone + (z * z))) + (rate * rate * ofPositive) + (Square(1 - rate) * ofNegative));
            double shift = 2 * z * z * ((rate * ofPositive) - ((1 - rate) * ofNegative));
            if (rate + shift + half <= 0 || rate + shift - half >= 1) return null; // no rate at all gives what was seen: the judge errs otherwise here
            double low = Math.Max(0, rate + shift - half), high = Math.Min(1, rate + shift + half);
            return new(value, new(Math.Min(low, value), Math.Max(high, value)));
        }
    }

    private static double Square(double x) => x * x;

    private static Estimate? Rate(long of, long count) => count == 0 ? null : new(of / (double)count, Intervals.Wilson(of, count));
}

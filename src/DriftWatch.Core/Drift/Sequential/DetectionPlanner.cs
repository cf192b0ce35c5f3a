using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>What drifts would be for claims like these, and what each gives any rule to gain (statistics §6.6).</summary>
/// <remarks>No rule with the same false-alarm rate can be faster than ln A ÷ <see cref="Information"/> in the long run (Lorden 1971).</remarks>
public sealed class DetectionPlanner
{
    private readonly NullBand _band;
    private readonly double[] _shares;
    private readonly double[] _claims;

    /// <param name="claims">Where the claims are: any sketch of predictions, labeled or not.</param>
    /// <param name="band">What is tolerated.</param>
    public DetectionPlanner(CalibrationSketch claims, NullBand band)
    {
        if (claims.Predictions == 0) throw new ArgumentException("A plan needs at least one claim.", nameof(claims));
        _band = band;
        _shares = [.. Enumerable.Range(0, claims.Grid.Count).Select(bin => (double)claims[bin].Predictions / claims.Predictions)];
        _claims = [.. claims.Grid.Midpoints];
    }

    /// <summary>The truth if claims were off in log-odds: slope ÷ temperature, then shifted.</summary>
    public static Func<double, double> Tilted(double temperature, double shift) => claim =>
    {
        double logit = Math.Log(claim / (1 - claim));
        return 1 / (1 + Math.Exp(-((logit / temperature) + shift)));
    };

    /// <summary>The truth if outcomes came more often than claimed by <paramref name="gap"/> on average, all log-odds moved alike.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The claims leave no room for such a gap.</exception>
    public Func<double, double> Gap(double gap)
    {
        double low = -30, high = 30;
        double Mean(double shift) => Expect((bin, claim) => Tilted(1, shift)(claim) - claim);
        if (Mean(low) > gap || Mean(high) < gap) throw new ArgumentOutOfRangeException(nameof(gap), gap, "The claims leave no room for such a gap.");
        for (int i = 0; i < 100; i++)
        {
            double middle = (low + high) / 2;
            if (Mean(middle) < gap) low = middle;
            else high = middle;
        }

        return Tilted(1, (low + high) / 2);
    }

    /// <summary>Nats a prediction that any rule with this tolerance can gain at most: the mean divergence of the truth from the nearest tolerated probability.</summary>
    public double Information(Func<double, double> truth) => Expect((bin, claim) =>
    {
        double real = truth(claim), null_ = Math.Clamp(real, _band.Lower(bin, claim), _band.Upper(bin, claim));
        return Divergence(real, null_);
    });

    private double Expect(Func<int, double, double> value)
    {
        double sum = 0;
        for (int bin = 0; bin < _shares.Length; bin++)
        {
            if (_shares[bin] > 0) sum += _shares[bin] * value(bin, _claims[bin]);
        }

        return sum;
    }

    private static double Divergence(double a, double b) =>
        (a > 0 ? a * Math.Log(a / b) : 0) + (a < 1 ? (1 - a) * Math.Log((1 - a) / (1 - b)) : 0);
}

namespace DriftWatch.Core.Recalibration;

/// <summary>One labeled prediction under one map.</summary>
/// <param name="Claim">What was claimed, of the positive class or of the top class.</param>
/// <param name="Outcome">Whether it came true.</param>
/// <param name="LogLoss">In nats; claims of what happened below 2⁻⁵² count as that.</param>
/// <param name="Brier">Squared error, over all classes where the claim is a vector.</param>
internal readonly record struct Look(double Claim, bool Outcome, double LogLoss, double Brier)
{
    private const double Clip = 1.0 / (1L << 52);

    public static Look Of(double claim, bool outcome)
    {
        double right = outcome ? claim : 1 - claim;
        return new(claim, outcome, LogLossOf(right), (1 - right) * (1 - right));
    }

    public static Look Of(ReadOnlySpan<double> claims, int actual)
    {
        int top = 0;
        double brier = 1 - (2 * claims[actual]);
        for (int i = 0; i < claims.Length; i++)
        {
            if (claims[i] > claims[top]) top = i;
            brier += claims[i] * claims[i];
        }

        return new(claims[top], top == actual, LogLossOf(claims[actual]), brier);
    }

    private static double LogLossOf(double right) => -Math.Log(Math.Max(right, Clip));
}

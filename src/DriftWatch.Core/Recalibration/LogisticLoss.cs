namespace DriftWatch.Core.Recalibration;

/// <summary>Log loss of σ(offset + Σ parameter × column) over points, for <see cref="Newton"/>.</summary>
internal static class LogisticLoss
{
    /// <param name="positive">Weight of what came true, point by point; also in parts, as Platt's targets are.</param>
    /// <param name="negative">Weight of what did not.</param>
    /// <param name="offset">What is added whatever the parameters are; null for nothing.</param>
    /// <param name="columns">One for each parameter.</param>
    public static Newton.Loss Of(double[] positive, double[] negative, double[]? offset, params double[][] columns) => (at, gradient, curvature) =>
    {
        Array.Clear(gradient);
        Array.Clear(curvature);
        double loss = 0;
        for (int i = 0; i < positive.Length; i++)
        {
            double logit = offset?[i] ?? 0;
            for (int j = 0; j < columns.Length; j++) logit += at[j] * columns[j][i];
            // ln(1 + e^−|η|), with the larger exponent taken out.
            double tail = Math.Exp(-Math.Abs(logit)), rest = Math.Log(1 + tail);
            loss += (positive[i] * (rest + Math.Max(0, -logit))) + (negative[i] * (rest + Math.Max(0, logit)));
            double claim = logit >= 0 ? 1 / (1 + tail) : tail / (1 + tail);
            double weight = positive[i] + negative[i];
            double slope = (weight * claim) - positive[i], bend = weight * claim * (1 - claim);
            for (int j = 0; j < columns.Length; j++)
            {
                double x = columns[j][i];
                gradient[j] += slope * x;
                for (int k = 0; k <= j; k++) curvature[j, k] += bend * x * columns[k][i];
            }
        }

        return loss;
    };

    /// <summary>Points as columns.</summary>
    public static double[] Column(FitPoints points, Func<ClaimPoint, double> value)
    {
        var column = new double[points.All.Length];
        for (int i = 0; i < column.Length; i++) column[i] = value(points.All[i]);
        return column;
    }
}

using System.Collections.Immutable;

namespace DriftWatch.Core.Recalibration;

/// <summary>Temperature from probability vectors: q ∝ p^(1/T). No logits are needed: a softmax forgets what they had in common.</summary>
public static class VectorTemperatureFit
{
    /// <returns>A map whose slopes are 1 ÷ T, and the standard error of that slope.</returns>
    public static Fitted Of(VectorSet set)
    {
        if (set.Refusal is { } refusal) return Fitted.Refused(refusal);
        int classes = set.Classes;
        double Loss(double[] at, double[] gradient, double[,] curvature)
        {
            Span<double> claims = classes <= 256 ? stackalloc double[classes] : new double[classes];
            double loss = 0, slope = 0, bend = 0;
            for (int row = 0; row < set.Rows.Count; row++)
            {
                var x = set.LogarithmsOf(row);
                double least = Softmax(x, at[0], claims), mean = 0, square = 0;
                for (int i = 0; i < classes; i++)
                {
                    mean += claims[i] * x[i];
                    square += claims[i] * x[i] * x[i];
                }

                var (actual, weight) = (set.Rows[row].Actual, set.Rows[row].Weight);
                loss += weight * (least - (at[0] * x[actual]));
                slope += weight * (mean - x[actual]);
                bend += weight * Math.Max(0, square - (mean * mean));
            }

            (gradient[0], curvature[0, 0]) = (slope, bend);
            return loss;
        }

        return Newton.Minimize(Loss, [1]) is { } least
            ? Fitted.Of(new VectorMap(MapMethod.Temperature, [.. Enumerable.Repeat(least.At[0], classes)], [.. new double[classes]]), least.Errors)
            : Fitted.Refused("the top class is always right (or never), or all vectors are level: no temperature fits best");
    }

    /// <summary>Fills <paramref name="claims"/> with what is ∝ e^(slope × x), and gives ln Σ e^(slope × x).</summary>
    private static double Softmax(ReadOnlySpan<double> x, double slope, Span<double> claims)
    {
        double largest = double.NegativeInfinity, sum = 0;
        for (int i = 0; i < x.Length; i++) largest = Math.Max(largest, slope * x[i]);
        for (int i = 0; i < x.Length; i++) sum += claims[i] = Math.Exp((slope * x[i]) - largest);
        for (int i = 0; i < x.Length; i++) claims[i] /= sum;
        return largest + Math.Log(sum);
    }
}

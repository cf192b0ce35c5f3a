namespace DriftWatch.Core.Recalibration;

/// <summary>Vector scaling: a slope and an intercept for each class, the last intercept being 0, for a softmax forgets what they have in common.</summary>
public static class VectorScalingFit
{
    /// <summary>The curvature has (2 C)² places, and every row touches half of them.</summary>
    public const int MostClasses = 64;

    public static Fitted Of(VectorSet set)
    {
        if (set.Refusal is { } refusal) return Fitted.Refused(refusal);
        int classes = set.Classes;
        if (classes > MostClasses) return Fitted.Refused($"{classes} classes are more than the {MostClasses} that vector scaling is fitted for");
        var came = new double[classes];
        foreach (var row in set.Rows) came[row.Actual] += row.Weight;
        int absent = Array.IndexOf(came, 0);
        if (absent >= 0) return Fitted.Refused($"class {absent} never came true: its intercept would fall without end");

        double Loss(double[] at, double[] gradient, double[,] curvature)
        {
            Array.Clear(gradient);
            Array.Clear(curvature);
            var claims = new double[classes];
            double loss = 0;
            for (int row = 0; row < set.Rows.Count; row++)
            {
                var x = set.LogarithmsOf(row);
                double largest = double.NegativeInfinity, sum = 0;
                for (int i = 0; i < classes; i++)
                {
                    claims[i] = (at[i] * x[i]) + (i < classes - 1 ? at[classes + i] : 0);
                    largest = Math.Max(largest, claims[i]);
                }

                var (actual, weight) = (set.Rows[row].Actual, set.Rows[row].Weight);
                loss -= weight * (claims[actual] - largest);
                for (int i = 0; i < classes; i++) sum += claims[i] = Math.Exp(claims[i] - largest);
                loss += weight * Math.Log(sum);
                for (int i = 0; i < classes; i++) claims[i] /= sum;
                AddRow(x, claims, actual, weight, gradient, curvature);
            }

            return loss;
        }

        double[] start = [.. Enumerable.Repeat(1.0, classes), .. new double[classes - 1]];
        return Newton.Minimize(Loss, start) is { } least
            ? Fitted.Of(new VectorMap(MapMethod.Vector, [.. least.At[..classes]], [.. least.At[classes..], 0]), least.Errors)
            : Fitted.Refused("no slopes and intercepts fit best: some classes are told apart without an error, or claims of a class never vary");
    }

    private static void AddRow(ReadOnlySpan<double> x, double[] claims, int actual, double weight, double[] gradient, double[,] curvature)
    {
        int classes = claims.Length;
        for (int i = 0; i < classes; i++)
        {
            double slope = weight * (claims[i] - (i == actual ? 1 : 0));
            gradient[i] += slope * x[i];
            if (i < classes - 1) gradient[classes + i] += slope;
            for (int j = 0; j < classes; j++)
            {
                double bend = weight * ((i == j ? claims[i] : 0) - (claims[i] * claims[j]));
                if (j <= i) curvature[i, j] += bend * x[i] * x[j];
                if (i == classes - 1) continue;
                curvature[classes + i, j] += bend * x[j];
                if (j <= i) curvature[classes + i, classes + j] += bend;
            }
        }
    }
}

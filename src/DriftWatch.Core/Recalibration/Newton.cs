using MathNet.Numerics.LinearAlgebra;

namespace DriftWatch.Core.Recalibration;

/// <summary>Newton's method for convex losses: halves a step that would raise the loss, and stops where a step is below 1e-10.</summary>
internal static class Newton
{
    private const double SmallStep = 1e-10;
    private const double NoSmaller = 1e-6;
    private const int MostSteps = 50;
    private const int MostHalvings = 40;

    /// <summary>What a loss is at a place, its slope, and (lower half at least) how the slope changes.</summary>
    internal delegate double Loss(double[] at, double[] gradient, double[,] curvature);

    /// <summary>Where the loss is least; null if it is flat in some direction or ever falls further away. Tries again from 0, where no claim is certain, what does not arrive from <paramref name="start"/>.</summary>
    public static Minimum? Minimize(Loss loss, double[] start) => From(loss, start) ?? From(loss, new double[start.Length]);

    private static Minimum? From(Loss loss, double[] start)
    {
        int size = start.Length;
        var gradient = new double[size];
        var curvature = new double[size, size];
        var at = (double[])start.Clone();
        double value = loss(at, gradient, curvature), lastLength = double.PositiveInfinity;
        for (int taken = 0; taken < MostSteps; taken++)
        {
            if (StepOf(gradient, curvature) is not { } step) return null;
            var last = at;
            double before = value, length = 0;
            for (int halved = 0; halved < MostHalvings; halved++)
            {
                at = new double[size];
                for (int i = 0; i < size; i++) at[i] = last[i] - step[i];
                length = step.Max(Math.Abs);
                value = loss(at, gradient, curvature);
                // Near the least the loss no longer tells one place from another: a small step is taken as it is.
                if (value <= before || length < NoSmaller) break;
                for (int i = 0; i < size; i++) step[i] /= 2;
            }

            if (!double.IsFinite(value)) return null;
            // Where claims are nearly certain the loss hardly bends, and its rounded slope makes steps that no longer shrink.
            if (length < SmallStep || (length < NoSmaller && length > lastLength / 2)) return new(at, value, ErrorsOf(curvature));
            lastLength = length;
        }

        return null;
    }

    private static double[]? StepOf(double[] gradient, double[,] curvature)
    {
        if (Decompose(curvature) is not { } cholesky) return null;
        double[] step = [.. cholesky.Solve(Vector<double>.Build.Dense(gradient))];
        return Array.TrueForAll(step, double.IsFinite) ? step : null;
    }

    private static double[]? ErrorsOf(double[,] curvature) =>
        Decompose(curvature)?.Solve(Matrix<double>.Build.DenseIdentity(curvature.GetLength(0))).Diagonal().Select(Math.Sqrt).ToArray();

    private static MathNet.Numerics.LinearAlgebra.Factorization.Cholesky<double>? Decompose(double[,] curvature)
    {
        int size = curvature.GetLength(0);
        double largest = 0;
        for (int i = 0; i < size; i++)
        {
            largest = Math.Max(largest, curvature[i, i]);
            for (int j = i + 1; j < size; j++) curvature[i, j] = curvature[j, i];
        }

        if (!(largest > 0)) return null;
        try
        {
            var cholesky = Matrix<double>.Build.DenseOfArray(curvature).Cholesky();
            // A direction in which the loss does not bend, but for rounding.
            return cholesky.Factor.Diagonal().Minimum() <= 1e-10 * Math.Sqrt(largest) ? null : cholesky;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}

/// <summary>Where a loss is least.</summary>
internal sealed record Minimum(double[] At, double Loss, double[]? Errors);

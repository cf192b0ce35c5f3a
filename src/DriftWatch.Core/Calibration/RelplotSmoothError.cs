namespace DriftWatch.Core.Calibration;

/// <summary>SmoothECE of raw pairs as relplot computes it (Błasiok and Nakkiran, arXiv 2309.12236): no bins, a reflected Gaussian kernel instead.</summary>
/// <remarks>Its grids and its ten bisections are part of the number: other ways to integrate agree to three digits only. Some milliseconds per bandwidth.</remarks>
public sealed class RelplotSmoothError
{
    private const double SmallestBandwidth = 0.001;
    private const int Bisections = 10;
    private const int Points = 200;
    private const double DensityFloor = 1e-4;

    /// <summary>What a normal density has beyond this many standard deviations is lost in the rounding of the sums: 1e-18 of its peak.</summary>
    private const double Reach = 9;

    private readonly double[] _confidences;
    private readonly double[] _residuals;
    private readonly double[]? _counts; // null: one prediction each

    public RelplotSmoothError(IReadOnlyList<double> confidences, IReadOnlyList<bool> outcomes)
    {
        if (confidences.Count == 0) throw new ArgumentException("There is no SmoothECE of nothing.", nameof(confidences));
        _confidences = [.. confidences];
        _residuals = [.. confidences.Select((p, i) => p - (outcomes[i] ? 1 : 0))];
    }

    /// <summary>Of points that stand for several predictions each: where, how many, and Σ(p − y) of them.</summary>
    internal RelplotSmoothError(double[] confidences, double[] counts, double[] residuals)
    {
        _confidences = confidences;
        _counts = counts;
        _residuals = residuals;
    }

    /// <summary>At the bandwidth that equals the error itself, to 2⁻¹⁰.</summary>
    public double Value => At(Bandwidth());

    /// <summary>The bandwidth of <see cref="Value"/>.</summary>
    public double Bandwidth()
    {
        if (IsWideEnough(1)) return 1;
        double enough = 0, tooWide = 1;
        for (int i = 0; i < Bisections; i++)
        {
            double middle = (enough + tooWide) / 2;
            if (IsWideEnough(middle)) enough = middle;
            else tooWide = middle;
        }

        return tooWide;
    }

    /// <summary>At one bandwidth: the mean of |smoothed residual| under the smoothed density.</summary>
    public double At(double bandwidth)
    {
        int points = Math.Max((int)Math.Round(10 / bandwidth), Points);
        var residual = Smooth(_residuals, bandwidth, points);
        var density = Smooth(_counts, bandwidth, points);
        double error = 0, mass = 0;
        for (int i = 0; i < points; i++)
        {
            error += Math.Abs(residual[i]);
            mass += density[i] + DensityFloor;
        }

        return error / mass;
    }

    private bool IsWideEnough(double bandwidth) => bandwidth < SmallestBandwidth || bandwidth < At(bandwidth);

    /// <summary>Weights (null: ones) spread over a grid, smoothed, read at equally spaced points.</summary>
    private double[] Smooth(double[]? weights, double bandwidth, int points)
    {
        int size = (Math.Max(2000, (int)Math.Round(20 / bandwidth)) / 2) + 1;
        var (reflected, kernel) = (Reflect(Spread(weights, size)), Kernel(bandwidth, size));
        int reach = (int)Math.Min(size / 2, Math.Ceiling(Reach * bandwidth * (size - 1)) + 1);
        var read = new double[points];
        double width = 1.0 / (size - 1);
        for (int i = 0; i < points; i++)
        {
            double at = i == points - 1 ? 1 : i * (1.0 / (points - 1));
            int cell = Math.Clamp((int)(at * (size - 1)), 0, size - 2);
            double share = (at - (cell * width)) / width;
            read[i] = (Convolved(reflected, kernel, cell, reach) * (1 - share)) + (Convolved(reflected, kernel, cell + 1, reach) * share);
        }

        return read;
    }

    private double[] Spread(double[]? weights, int size)
    {
        var grid = new double[size];
        for (int i = 0; i < _confidences.Length; i++)
        {
            double place = _confidences[i] * (size - 1);
            int cell = Math.Clamp((int)place, 0, size - 2);
            double weight = weights?[i] ?? 1;
            grid[cell] += (1 - (place - cell)) * weight;
            grid[cell + 1] += (place - cell) * weight;
        }

        return grid;
    }

    private static double[] Kernel(double bandwidth, int size)
    {
        var kernel = new double[size];
        for (int i = 0; i < size; i++)
        {
            double distance = (i == size - 1 ? 1 : i * (1.0 / (size - 1))) - 0.5;
            kernel[i] = Math.Exp(-distance * distance / (2 * bandwidth * bandwidth)) / (Math.Sqrt(2 * Math.PI) * bandwidth);
        }

        return kernel;
    }

    /// <summary>Mirrored at both ends, the ends themselves once.</summary>
    private static double[] Reflect(double[] values)
    {
        int size = values.Length;
        var all = new double[(3 * size) - 2];
        values.CopyTo(all, size - 1);
        for (int i = 1; i < size; i++) (all[size - 1 - i], all[(2 * size) - 2 + i]) = (values[i], values[size - 1 - i]);
        return all;
    }

    /// <summary>One place of the convolution: only those that are read are computed.</summary>
    private static double Convolved(double[] reflected, double[] kernel, int place, int reach)
    {
        int size = kernel.Length;
        int from = (size / 2) - reach, to = Math.Min(size - 1, (size / 2) + reach);
        int last = place + (size / 2) + size - 1;
        double sum = 0;
        for (int k = from; k <= to; k++) sum += reflected[last - k] * kernel[k];
        return sum;
    }
}

namespace DriftWatch.Evaluation.Reference;

/// <summary>Edges of equal-width bins as numerical libraries compute them. They differ in the last bit, and that bit decides where 0.3 and 0.7 go.</summary>
internal static class EdgeRules
{
    /// <summary>i ÷ M, correctly rounded: DriftWatch and uncertainty-calibration.</summary>
    public static double[] Divided(int bins)
    {
        var edges = new double[bins + 1];
        for (int i = 0; i <= bins; i++) edges[i] = (double)i / bins;
        return edges;
    }

    /// <summary>i × (1 ÷ M), the last forced to 1: numpy.linspace(0, 1, M + 1).</summary>
    public static double[] Numpy(int bins)
    {
        double step = 1.0 / bins;
        var edges = new double[bins + 1];
        for (int i = 0; i < bins; i++) edges[i] = i * step;
        edges[bins] = 1;
        return edges;
    }

    /// <summary>step × i in the first half, 1 − step × (M − i) in the second: torch.linspace(0, 1, M + 1) on a CPU, float64.</summary>
    public static double[] Torch(int bins)
    {
        double step = 1.0 / bins;
        var edges = new double[bins + 1];
        for (int i = 0; i <= bins; i++) edges[i] = i < (bins + 1) / 2 ? step * i : 1 - (step * (bins - i));
        return edges;
    }

    /// <summary>The same in float32, which is what torch does unless told otherwise.</summary>
    public static double[] TorchSingle(int bins)
    {
        float step = 1f / bins;
        var edges = new double[bins + 1];
        for (int i = 0; i <= bins; i++) edges[i] = i < (bins + 1) / 2 ? step * i : 1f - (step * (bins - i));
        return edges;
    }

    /// <summary>How many edges are ≤ p: searchsorted(edges, p, side="right").</summary>
    public static int AtOrBelow(ReadOnlySpan<double> edges, double p)
    {
        int low = 0, high = edges.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (edges[middle] <= p) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>How many edges are &lt; p: searchsorted(edges, p, side="left").</summary>
    public static int Below(ReadOnlySpan<double> edges, double p)
    {
        int low = 0, high = edges.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (edges[middle] < p) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}

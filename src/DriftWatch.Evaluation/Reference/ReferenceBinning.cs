namespace DriftWatch.Evaluation.Reference;

/// <summary>How one library cuts [0, 1] into bins, to the last bit: for tests and <c>driftwatch replay --compare</c>; the stream has one convention and never comes here.</summary>
/// <remarks>
/// Libraries agree on what an ECE is and differ on where a confidence on an edge goes, what happens to 0 and 1, and how edges are rounded. Each member
/// was written from its project's source (docs/statistics.md, "Other libraries' numbers"). Works on raw pairs: memory and time grow with them.
/// </remarks>
public sealed class ReferenceBinning
{
    /// <summary>torchmetrics, binary task: [lo, hi), and 1 in a cell of its own past the last bin.</summary>
    public static readonly ReferenceBinning Torchmetrics = new(
        "torchmetrics", "torch.linspace, [lo, hi), 1 in an extra bin", 15, (p, bins) => Search(p, EdgeRules.Torch(bins), AtOrBelow));

    /// <summary>torchmetrics, multiclass task: the same in float32, sums too.</summary>
    public static readonly ReferenceBinning TorchmetricsMulticlass = new(
        "torchmetrics", "torch.linspace in float32, [lo, hi), 1 in an extra bin", 15, (p, bins) => Search(p, EdgeRules.TorchSingle(bins), AtOrBelow)) { Sums = ReferenceSums.Single };

    /// <summary>Guo et al. 2017, <c>temperature_scaling</c>: (lo, hi] in float32; 0 lies in no bin.</summary>
    public static readonly ReferenceBinning Guo = new(
        "guo", "torch.linspace in float32, (lo, hi], 0 in no bin", 15, (p, bins) => Search(p, EdgeRules.TorchSingle(bins), Below)) { Sums = ReferenceSums.SingleMeans };

    /// <summary>netcal: [lo, hi] as NumPy's histograms have it, after clipping to [ε, 1 − ε].</summary>
    public static readonly ReferenceBinning Netcal = new(
        "netcal", "numpy.linspace, [lo, hi), clipped to [eps, 1 - eps]", 10, (p, bins) => Search(p, EdgeRules.Numpy(bins), AtOrBelow)) { Clip = Math.Pow(2, -52) };

    /// <summary>uncertainty-calibration (Kumar et al. 2019) with equal-width bins: (lo, hi], 0 in the first.</summary>
    public static readonly ReferenceBinning Kumar = new(
        "kumar", "i/M, (lo, hi]", 15, (p, bins) => Search(p, EdgeRules.Divided(bins).AsSpan(1), static (edges, one) => EdgeRules.Below(edges, one)));

    /// <summary>uncertainty-calibration's default: equal mass, cut half-way between sorted neighbours.</summary>
    public static readonly ReferenceBinning KumarEqualMass = new(
        "kumar", "equal mass, (lo, hi], edges half-way between neighbours", 15, (p, bins) => Search(p, KumarEdges(p, bins), static (edges, one) => EdgeRules.Below(edges, one)));

    /// <summary>scikit-learn's <c>calibration_curve</c>, strategy uniform: (lo, hi], 0 in the first.</summary>
    public static readonly ReferenceBinning ScikitUniform = new(
        "sklearn", "numpy.linspace, (lo, hi]", 5, (p, bins) => Search(p, EdgeRules.Numpy(bins).AsSpan(1, bins - 1), static (edges, one) => EdgeRules.Below(edges, one)));

    /// <summary>scikit-learn's <c>calibration_curve</c>, strategy quantile: edges are linearly interpolated percentiles.</summary>
    public static readonly ReferenceBinning ScikitQuantile = new(
        "sklearn", "quantiles, (lo, hi]", 5, (p, bins) => Search(p, Percentiles(p, bins).AsSpan(1, bins - 1), static (edges, one) => EdgeRules.Below(edges, one)));

    /// <summary>TensorFlow Probability: ⌊M p⌋, 1 in the last bin.</summary>
    public static readonly ReferenceBinning Tfp = new("tfp", "floor(M p)", 15, (p, bins) => Each(p, one => Math.Min((int)Math.Floor(bins * one), bins - 1)));

    /// <summary>relplot's <c>binnedECE</c>: p ÷ (1 ÷ M) cut off, 1 in an extra bin.</summary>
    public static readonly ReferenceBinning Relplot = new("relplot", "trunc(p / (1/M)), 1 in an extra bin", 10, (p, bins) => Each(p, one => (int)(one / (1.0 / bins))));

    /// <summary>T-Cal: ⌊M p⌋, 1 in an extra bin.</summary>
    public static readonly ReferenceBinning Tcal = new("tcal", "floor(M p), 1 in an extra bin", 15, (p, bins) => Each(p, one => (int)Math.Floor(bins * one)));

    /// <summary>DriftWatch: i ÷ M by division, [lo, hi), the last bin closed.</summary>
    public static readonly ReferenceBinning DriftWatch = new(
        "driftwatch", "i/M, [lo, hi), last closed", 15, (p, bins) => Search(p, EdgeRules.Divided(bins).AsSpan(1, bins - 1), static (edges, one) => EdgeRules.AtOrBelow(edges, one)));

    private readonly Func<double[], int, int[]> _binsOf;

    private ReferenceBinning(string library, string rule, int defaultBins, Func<double[], int, int[]> binsOf) =>
        (Library, Rule, DefaultBins, _binsOf) = (library, rule, defaultBins, binsOf);

    /// <summary>Every convention.</summary>
    public static IReadOnlyList<ReferenceBinning> All { get; } =
    [
        Torchmetrics, TorchmetricsMulticlass, Guo, Netcal, Kumar, KumarEqualMass, ScikitUniform, ScikitQuantile, Tfp, Relplot, Tcal, DriftWatch,
    ];

    /// <summary>The library, by its short name.</summary>
    public string Library { get; }

    /// <summary>Edges and closure in a few words.</summary>
    public string Rule { get; }

    /// <summary>Bins that the library takes unless told otherwise; 15 where it has no default.</summary>
    public int DefaultBins { get; }

    private ReferenceSums Sums { get; init; }

    private double Clip { get; init; }

    /// <summary>Deals pairs out to bins.</summary>
    /// <param name="confidences">Confidences in [0, 1].</param>
    /// <param name="outcomes">Their outcomes.</param>
    /// <param name="bins">Number of bins M.</param>
    public ReferenceBins Bin(IReadOnlyList<double> confidences, IReadOnlyList<bool> outcomes, int bins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (confidences.Count != outcomes.Count) throw new ArgumentException("Confidences and outcomes must be equally many.", nameof(outcomes));
        double[] p = [.. confidences];
        for (int i = 0; i < p.Length; i++) p[i] = AsTaken(p[i]);
        return new ReferenceBins(p, outcomes, p.Length == 0 ? [] : _binsOf(p, bins), Sums);
    }

    public override string ToString() => $"{Library}: {Rule}";

    private double AsTaken(double p)
    {
        if (Sums != ReferenceSums.Double) p = (float)p;
        return Clip > 0 ? Math.Clamp(p, Clip, 1 - Clip) : p;
    }

    private static int AtOrBelow(ReadOnlySpan<double> edges, double p) => EdgeRules.AtOrBelow(edges, p) - 1;

    private static int Below(ReadOnlySpan<double> edges, double p) => EdgeRules.Below(edges, p) - 1;

    private static int[] Search(double[] confidences, ReadOnlySpan<double> edges, Func<ReadOnlySpan<double>, double, int> search)
    {
        var bins = new int[confidences.Length];
        for (int i = 0; i < bins.Length; i++) bins[i] = search(edges, confidences[i]);
        return bins;
    }

    private static int[] Each(double[] confidences, Func<double, int> bin) => Array.ConvertAll(confidences, one => bin(one));

    /// <summary>Upper edges: means of the neighbours where the sorted confidences are cut into nearly equal parts; equal ones merge.</summary>
    private static double[] KumarEdges(double[] confidences, int bins)
    {
        double[] sorted = [.. confidences.Order()];
        var edges = new SortedSet<double> { 1 };
        int parts = Math.Min(bins, sorted.Length);
        for (int part = 1; part < parts; part++)
        {
            // numpy.array_split: the first (n mod parts) parts are longer by one.
            int cut = (part * (sorted.Length / parts)) + Math.Min(part, sorted.Length % parts);
            edges.Add((sorted[cut - 1] + sorted[cut]) / 2);
        }

        return [.. edges];
    }

    /// <summary>numpy.percentile with linear interpolation at 0, 1/M … 1.</summary>
    private static double[] Percentiles(double[] confidences, int bins)
    {
        double[] sorted = [.. confidences.Order()];
        var quantiles = EdgeRules.Numpy(bins);
        var edges = new double[bins + 1];
        for (int i = 0; i <= bins; i++)
        {
            double place = quantiles[i] * (sorted.Length - 1);
            int below = (int)Math.Floor(place);
            int above = Math.Min(below + 1, sorted.Length - 1);
            double share = place - below;
            double step = sorted[above] - sorted[below];
            edges[i] = share >= 0.5 ? sorted[above] - (step * (1 - share)) : sorted[below] + (step * share);
        }

        return edges;
    }
}

using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace DriftWatch.Core.Calibration;

/// <summary>How confidences are cut into fine bins.</summary>
/// <remarks>
/// Bins are closed on the left, the last one on both sides: a confidence that equals an edge belongs to the bin above it, and 1 to the last.
/// Equal-width edges are made by division (i ÷ 60), which IEEE rounds correctly, so that a decimal such as 0.3 read from a record
/// equals its edge. Every equal-width binning whose count divides 60 is a union of fine bins; metrics over it are exact.
/// A grid also names the thresholds at which reliability is told: each is an edge, so that its sums are exact too (decision 9).
/// </remarks>
public sealed class Grid
{
    /// <summary>The bins that 60 equal-width bins and the logit steps σ(j ÷ 8), |j| ≤ 64, cut together: 188.</summary>
    public static readonly Grid H188 = new(EqualWidthAndLogit(8, 64), [0.5, 0.8, 0.9, 0.95]);

    /// <summary>A coarser one for thousands of small sketches: 60 equal-width bins and the logit steps σ(j ÷ 4), |j| ≤ 32; 124 bins.</summary>
    public static readonly Grid Compact = new(EqualWidthAndLogit(4, 32), [0.5, 0.8, 0.9, 0.95]);

    /// <summary><see cref="H188"/> with an edge at 0.99, the one of the usual thresholds that it lacks: 189 bins.</summary>
    public static readonly Grid Default = H188.WithThresholds([0.5, 0.8, 0.9, 0.95, 0.99]);

    /// <summary>Most bins of a grid: a sketch numbers those in use with one byte.</summary>
    public const int MostBins = 250;

    private const int StartsPerUnit = 4096;
    private const int Finest = 60;
    private const double SameEdge = 1e-9;

    private readonly double[] _upper; // the last is +∞: the search ends there, and 1 stays in the last bin
    private readonly byte[] _starts; // the bin that holds i / 4096, where the search begins
    private readonly byte[]?[] _coarse = new byte[Finest + 1][];

    private Grid(ImmutableArray<double> edges, ImmutableArray<double> thresholds)
    {
        Edges = edges;
        Thresholds = thresholds;
        Count = edges.Length - 1;
        Midpoints = [.. Enumerable.Range(0, Count).Select(bin => (edges[bin] + edges[bin + 1]) / 2)];
        _upper = [.. edges[1..^1], double.PositiveInfinity];
        _starts = [.. Enumerable.Range(0, StartsPerUnit + 1).Select(i => (byte)Search((double)i / StartsPerUnit))];
        for (int bins = 1; bins <= Finest; bins++)
        {
            int count = bins;
            if (Finest % bins == 0) _coarse[bins] = [.. Midpoints.Select(middle => (byte)(middle * count))];
        }
    }

    /// <summary>Number of fine bins.</summary>
    public int Count { get; }

    /// <summary>Their <see cref="Count"/> + 1 edges, from 0 to 1.</summary>
    public ImmutableArray<double> Edges { get; }

    public ImmutableArray<double> Midpoints { get; }

    /// <summary>Confidences from which on claims and outcomes are told, ascending; each is one of <see cref="Edges"/>.</summary>
    public ImmutableArray<double> Thresholds { get; }

    /// <summary>This grid with further edges where it has none at a threshold. A threshold within 1e-9 of an edge is that edge.</summary>
    /// <param name="thresholds">Inside (0, 1), in any order; these take the place of <see cref="Thresholds"/>.</param>
    /// <exception cref="ArgumentException">A threshold is not inside (0, 1), or there are so many that the grid would have more than <see cref="MostBins"/> bins.</exception>
    public Grid WithThresholds(IReadOnlyList<double> thresholds)
    {
        var edges = new SortedSet<double>(Edges);
        var told = new SortedSet<double>();
        foreach (double threshold in thresholds)
        {
            if (!(threshold > SameEdge && threshold < 1 - SameEdge)) throw new ArgumentException($"The threshold {threshold:R} is not inside (0, 1).", nameof(thresholds));
            var near = edges.GetViewBetween(threshold - SameEdge, threshold + SameEdge);
            double edge = near.Count > 0 ? near.MinBy(e => Math.Abs(e - threshold)) : threshold;
            edges.Add(edge);
            told.Add(edge);
        }

        if (edges.Count - 1 > MostBins) throw new ArgumentException($"{thresholds.Count} thresholds would make {edges.Count - 1} bins; {MostBins} are the most.", nameof(thresholds));
        return new Grid([.. edges], [.. told]);
    }

    /// <summary>Whether both cut alike: then their sketches can be combined.</summary>
    public bool CutsAs(Grid other) => ReferenceEquals(this, other) || Edges.AsSpan().SequenceEqual(other.Edges.AsSpan());

    /// <summary>The bin that holds <paramref name="confidence"/>, which must lie in [0, 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int BinOf(double confidence)
    {
        int bin = _starts[(int)(confidence * StartsPerUnit)];
        while (confidence >= _upper[bin]) bin++;
        return bin;
    }

    /// <summary>The one of <paramref name="bins"/> equal-width bins that a fine bin lies in.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bins"/> does not divide 60.</exception>
    public int CoarseOf(int bin, int bins) => CoarseTable(bins)[bin];

    /// <summary>For every fine bin, the one of <paramref name="bins"/> equal-width bins that it lies in.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bins"/> does not divide 60.</exception>
    public ReadOnlySpan<byte> CoarseTable(int bins) =>
        bins is > 0 and <= Finest && _coarse[bins] is { } table
            ? table
            : throw new ArgumentOutOfRangeException(nameof(bins), bins, "The number of equal-width bins must divide 60.");

    private int Search(double confidence)
    {
        int bin = 0;
        while (confidence >= _upper[bin]) bin++;
        return bin;
    }

    private static ImmutableArray<double> EqualWidthAndLogit(int stepsPerLogit, int steps)
    {
        var all = Enumerable.Range(0, Finest + 1).Select(i => (double)i / Finest)
            .Concat(Enumerable.Range(-steps, (2 * steps) + 1).Select(j => 1 / (1 + Math.Exp(-(double)j / stepsPerLogit))))
            .Order();
        List<double> edges = [];
        foreach (double edge in all)
        {
            if (edges.Count == 0 || edge - edges[^1] > SameEdge) edges.Add(edge);
        }

        return [.. edges];
    }
}

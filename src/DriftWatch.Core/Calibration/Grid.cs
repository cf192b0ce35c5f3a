using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace DriftWatch.Calibration;

/// <summary>How confidences are cut into fine bins.</summary>
/// <remarks>
/// Bins are closed on the left, the last one on both sides: a confidence that equals an edge belongs to the bin above it, and 1 to the last.
/// Equal-width edges are made by division (i ÷ 60), which IEEE rounds correctly, so that a decimal such as 0.3 read from a record
/// equals its edge. Every equal-width binning whose count divides 60 is a union of fine bins; metrics over it are exact.
/// </remarks>
public sealed class Grid
{
    /// <summary>The bins that 60 equal-width bins and the logit steps σ(j ÷ 8), |j| ≤ 64, cut together: 188.</summary>
    public static readonly Grid H188 = new(EqualWidthAndLogit(8, 64));

    private const int StartsPerUnit = 4096;
    private const int Finest = 60;
    private const double SameEdge = 1e-9;

    private readonly double[] _upper; // the last is +∞: the search ends there, and 1 stays in the last bin
    private readonly byte[] _starts; // the bin that holds i / 4096, where the search begins
    private readonly byte[]?[] _coarse = new byte[Finest + 1][];

    private Grid(ImmutableArray<double> edges)
    {
        Edges = edges;
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

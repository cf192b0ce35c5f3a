using System.Collections.Immutable;
using DriftWatch.Core.State;
using MathNet.Numerics.Distributions;

namespace DriftWatch.Core.Calibration;

/// <summary>How far outcomes were from the claims in a reference, region by region, and how well that is known: what "worse than it was" is measured against.</summary>
/// <remarks>
/// <para>The fine bins are gathered into at most ten regions of about equal numbers of labeled predictions. A fine bin is never split, so a
/// confidence that many predictions share makes a region of its own, and there are then fewer. Fine bins without a labeled prediction go with
/// the region below them; those below the first one with it.</para>
/// <para>Law: with probability 1 − level all regions' true mean gaps lie within ± <see cref="HalfWidths"/> of <see cref="Offsets"/>, if the outcomes are
/// independent (Wilson's intervals, Bonferroni over the regions). Inside a region the gap is taken as constant.</para>
/// </remarks>
public sealed class CalibrationReference
{
    public const int MostRegions = 10;

    private readonly double[] _offsets;
    private readonly double[] _halfWidths;
    private readonly double[] _labeledAtMost;
    private readonly byte[] _regionOf;

    private CalibrationReference(double[] offsets, double[] halfWidths, double[] labeledAtMost, byte[] regionOf, ImmutableArray<ReferenceRegion> regions, double level)
    {
        _offsets = offsets;
        _halfWidths = halfWidths;
        _labeledAtMost = labeledAtMost;
        _regionOf = regionOf;
        Regions = regions;
        Level = level;
    }

    /// <summary>For each fine bin: observed frequency − mean confidence of its region (positive where claims were too low). 0 where nothing is known.</summary>
    public ReadOnlySpan<double> Offsets => _offsets;

    /// <summary>For each fine bin: how far the true offset of its region may be from <see cref="Offsets"/>. 1 where nothing is known.</summary>
    public ReadOnlySpan<double> HalfWidths => _halfWidths;

    /// <summary>For each fine bin: the upper end of the share of its region's predictions that had their label. 1 where nothing is known.</summary>
    public ReadOnlySpan<double> LabeledAtMost => _labeledAtMost;

    /// <summary>For each fine bin: the index of its region.</summary>
    public ReadOnlySpan<byte> RegionOf => _regionOf;

    /// <summary>The regions, by confidence; none without labeled predictions.</summary>
    public ImmutableArray<ReferenceRegion> Regions { get; }

    /// <summary>The probability that any of the regions lies outside its interval.</summary>
    public double Level { get; }

    /// <summary>What the labeled predictions of <paramref name="sketch"/> say. The sketch is read, not kept.</summary>
    /// <param name="sketch">The reference; none labeled: nothing is known.</param>
    /// <param name="regions">Most regions, 1 to 188.</param>
    /// <param name="level">Probability, over references, that some region's truth lies outside; in (0, 1).</param>
    public static CalibrationReference Of(CalibrationSketch sketch, int regions = MostRegions, double level = 0.01)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(regions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(regions, sketch.Grid.Count);
        if (level is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(level), level, "A probability between 0 and 1 is needed.");
        byte[] regionOf = EqualMass.Regions(sketch, regions, cell => cell.Labeled, out int count);
        var cells = new SketchCell[Math.Max(1, count)];
        for (int bin = 0; bin < regionOf.Length; bin++) cells[regionOf[bin]] += sketch[bin];

        double z = Normal.InvCDF(0, 1, 1 - (level / Math.Max(1, count) / 2));
        var known = ImmutableArray.CreateBuilder<ReferenceRegion>(count);
        for (int region = 0; region < count; region++)
        {
            int first = Array.IndexOf(regionOf, (byte)region);
            int last = Array.LastIndexOf(regionOf, (byte)region);
            known.Add(ReferenceRegion.Of(sketch.Grid.Edges[first], sketch.Grid.Edges[last + 1], cells[region], z));
        }

        return Of(regionOf, known.MoveToImmutable(), level);
    }

    /// <remarks>Regions stand side by side: their edges tell which fine bins they hold.</remarks>
    internal static CalibrationReference Exchange(StateExchange state, CalibrationReference? reference, Grid grid)
    {
        var regions = state.Kept(reference?.Regions ?? [], grid.Count, ReferenceRegion.Exchange);
        double level = state.Kept(reference?.Level ?? 0);
        if (reference is not null) return reference;
        byte[] regionOf = new byte[grid.Count];
        byte region = 0;
        for (int bin = 0; bin < regionOf.Length; bin++)
        {
            if (region + 1 < regions.Length && grid.Edges[bin] >= regions[region].Upper) region++;
            regionOf[bin] = region;
        }

        return Of(regionOf, regions, level);
    }

    private static CalibrationReference Of(byte[] regionOf, ImmutableArray<ReferenceRegion> regions, double level) => new(
        [.. regionOf.Select(region => regions.IsEmpty ? 0 : regions[region].Offset)],
        [.. regionOf.Select(region => regions.IsEmpty ? 1 : regions[region].HalfWidth)],
        [.. regionOf.Select(region => regions.IsEmpty ? 1 : regions[region].LabeledAtMost(level / regions.Length))],
        regionOf,
        regions,
        level);
}

/// <summary>A region of confidences in a reference.</summary>
/// <param name="Lower">Lower edge, inside.</param>
/// <param name="Upper">Upper edge, outside but for the last.</param>
/// <param name="Labeled">Labeled predictions.</param>
/// <param name="Positives">Those whose outcome came true.</param>
/// <param name="MeanConfidence">Mean of their confidences.</param>
/// <param name="Offset">Observed frequency − mean confidence: the gap with its sign turned.</param>
/// <param name="HalfWidth">Distance from the offset to the farther end of Wilson's interval.</param>
/// <param name="Predictions">Predictions, labeled or not; 0 in a reference of a version that did not keep it.</param>
public readonly record struct ReferenceRegion(
    double Lower, double Upper, long Labeled, long Positives, double MeanConfidence, double Offset, double HalfWidth, long Predictions = 0)
{
    internal static ReferenceRegion Of(double lower, double upper, SketchCell cell, double z)
    {
        double observed = cell.ObservedFrequency;
        var wilson = Intervals.Wilson(cell.Positives, cell.Labeled, z);
        // Wilson's interval leans towards ½: the farther end, so that offset ± half-width holds all of it.
        double half = Math.Max(wilson.Upper - observed, observed - wilson.Lower);
        return new(lower, upper, cell.Labeled, cell.Positives, cell.MeanConfidence, -cell.Gap, half, cell.Predictions);
    }

    /// <summary>The upper end of Wilson's interval for the share that had their label.</summary>
    /// <param name="level">Probability that the truth is above.</param>
    internal double LabeledAtMost(double level) => Predictions == 0 ? 1 : Intervals.Wilson(Math.Min(Labeled, Predictions), Predictions, Normal.InvCDF(0, 1, 1 - level)).Upper;

    internal static ReferenceRegion Exchange(StateExchange state, ReferenceRegion region) => new(
        state.Kept(region.Lower), state.Kept(region.Upper), state.Kept(region.Labeled), state.Kept(region.Positives), state.Kept(region.MeanConfidence), state.Kept(region.Offset), state.Kept(region.HalfWidth), state.Version >= ChunkFormat.ReferenceCompleteness ? state.Kept(region.Predictions) : 0);
}

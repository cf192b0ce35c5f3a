using System.Diagnostics;
using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>How outcomes are off over the claims: a direction per fine bin, weighed by where the claims are.</summary>
internal sealed class DriftPattern
{
    /// <summary>From here on tilts that mostly point one way are a shift.</summary>
    private const double OneSided = 0.7;

    private const double Opposite = -0.5;
    private readonly double[] _tilts;
    private readonly double[] _weights;

    private DriftPattern(double[] tilts, CalibrationSketch claims)
    {
        _tilts = tilts;
        _weights = new double[tilts.Length];
        for (int bin = 0; bin < tilts.Length; bin++)
        {
            double middle = claims.Grid.Midpoints[bin];
            _weights[bin] = claims[bin].Predictions * middle * (1 - middle);
        }
    }

    /// <summary>Positive where outcomes come more often than claimed.</summary>
    public ReadOnlySpan<double> Tilts => _tilts;

    /// <summary>What a component of the mixture bets on.</summary>
    /// <param name="components">The bets.</param>
    /// <param name="component">Which.</param>
    /// <param name="claims">Where the claims are.</param>
    public static DriftPattern Of(TiltComponents components, int component, CalibrationSketch claims)
    {
        double amplitude = Math.Abs(components.Amplitude(component));
        return new([.. Enumerable.Range(0, components.Grid.Count).Select(bin => components.Tilt(component, bin) / amplitude)], claims);
    }

    /// <summary>What a component of the blocks bets on.</summary>
    /// <param name="functional">Shift or slope.</param>
    /// <param name="up">Which way.</param>
    /// <param name="claims">Where the claims are.</param>
    public static DriftPattern Of(BlockFunctional functional, bool up, CalibrationSketch claims)
    {
        var grid = claims.Grid;
        double sign = up ? 1 : -1;
        if (functional == BlockFunctional.Shift) return new([.. Enumerable.Repeat(sign, grid.Count)], claims);
        double total = 0, sum = 0;
        for (int bin = 0; bin < grid.Count; bin++)
        {
            total += claims[bin].Predictions;
            sum += claims[bin].Predictions * TiltComponents.Sharp(grid, 1, bin);
        }

        double centre = total > 0 ? sum / total : 0;
        return new([.. Enumerable.Range(0, grid.Count).Select(bin => sign * Math.Clamp(TiltComponents.Sharp(grid, 1, bin) - centre, -3, 3))], claims);
    }

    /// <summary>A shift where the tilts mostly point one way under the claims that come; else the slope.</summary>
    public Direction Direction
    {
        get
        {
            double signed = 0, total = 0, slope = 0, logits = 0, weights = 0;
            for (int bin = 0; bin < _tilts.Length; bin++)
            {
                signed += _weights[bin] * _tilts[bin];
                total += _weights[bin] * Math.Abs(_tilts[bin]);
                weights += _weights[bin];
            }

            if (total == 0 || Math.Abs(signed) >= OneSided * total) return signed >= 0 ? Direction.ShiftUp : Direction.ShiftDown;
            // By the covariance of tilt and claim: outcomes more frequent where claims are high means that claims are too tame.
            for (int bin = 0; bin < _tilts.Length; bin++) logits += _weights[bin] * bin;
            for (int bin = 0; bin < _tilts.Length; bin++) slope += _weights[bin] * _tilts[bin] * (bin - (logits / weights));
            return slope >= 0 ? Direction.Underconfident : Direction.Overconfident;
        }
    }

    /// <summary>The block functional that is nearest to it.</summary>
    public (BlockFunctional Functional, bool Up) Functional => Direction switch
    {
        Direction.ShiftUp => (BlockFunctional.Shift, true),
        Direction.ShiftDown => (BlockFunctional.Shift, false),
        Direction.Underconfident => (BlockFunctional.Slope, true),
        Direction.Overconfident => (BlockFunctional.Slope, false),
        _ => throw new UnreachableException(),
    };

    /// <summary>Whether most of what is off lies in one region.</summary>
    public static bool IsConfined(CalibrationSketch data, (double Low, double High) region)
    {
        double inside = 0, outside = 0;
        for (int bin = 0; bin < data.Grid.Count; bin++)
        {
            var cell = data[bin];
            if (cell.Labeled == 0) continue;
            double middle = data.Grid.Midpoints[bin];
            if (middle >= region.Low && middle < region.High) inside += cell.Gap * cell.Labeled;
            else outside += cell.Gap * cell.Labeled;
        }

        // The others cancel by chance alone: what is left of them must be small beside the region's.
        return Math.Abs(outside) <= 0.5 * Math.Abs(inside);
    }

    /// <summary>Whether another pattern says the contrary: tilts that point the other way, by weight.</summary>
    public bool IsContraryTo(DriftPattern other)
    {
        double product = 0, own = 0, others = 0;
        for (int bin = 0; bin < _tilts.Length; bin++)
        {
            product += _weights[bin] * _tilts[bin] * other._tilts[bin];
            own += _weights[bin] * _tilts[bin] * _tilts[bin];
            others += _weights[bin] * other._tilts[bin] * other._tilts[bin];
        }

        return own > 0 && others > 0 && product <= Opposite * Math.Sqrt(own * others);
    }
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>By how much smaller stakes are where labels stand for many predictions each: Σw ÷ Σw² of the labels before, by tenths of the claim.</summary>
/// <remarks>
/// What is staked on a prediction must not depend on its own probability of being labeled, nor on any in its pane: the choice may have looked at what decides the outcome. So it is told from the panes before, and the pane at
/// hand is noted when it has been bet on. A tenth with few labels is like the whole. It decides how much a bet can gain, not whether it holds.
/// </remarks>
internal sealed class StakeScale : IKeepsState
{
    private const int Tenths = 10;
    private const double OfTheWhole = 20; // labels that the whole counts as in each tenth
    private const double Enough = 20_000; // labels, after which what is older counts half

    private readonly double[] _weights = new double[Tenths];
    private readonly double[] _squares = new double[Tenths];
    private double _labels;

    /// <summary>Whether there was a label yet.</summary>
    public bool IsKnown => _labels > 0;

    /// <summary>The scale over all claims.</summary>
    public double Whole => Math.Min(1, _weights.Sum() / _squares.Sum());

    /// <summary>The scale for claims of a fine bin, from 0 to 1: the harmonic mean of the labels' probabilities.</summary>
    public double Of(Grid grid, int bin)
    {
        int tenth = TenthOf(grid, bin);
        double share = OfTheWhole / _labels;
        return Math.Min(1, (_weights[tenth] + (share * _weights.Sum())) / (_squares[tenth] + (share * _squares.Sum())));
    }

    /// <summary>Takes a pane that has been bet on.</summary>
    public void Note(CalibrationSketch pane)
    {
        if (pane.Labeled == 0) return;
        for (int bin = 0; bin < pane.Grid.Count; bin++)
        {
            if (pane[bin] is not { Labeled: > 0 } cell) continue;
            int tenth = TenthOf(pane.Grid, bin);
            _weights[tenth] += cell.Weight;
            _squares[tenth] += cell.SquaredWeight;
        }

        _labels += pane.Labeled;
        if (_labels < 2 * Enough) return;
        _labels /= 2;
        for (int tenth = 0; tenth < Tenths; tenth++) (_weights[tenth], _squares[tenth]) = (_weights[tenth] / 2, _squares[tenth] / 2);
    }

    public void Exchange(StateExchange state)
    {
        state.Exchange(ref _labels);
        state.Exchange(_weights.AsSpan());
        state.Exchange(_squares.AsSpan());
    }

    private static int TenthOf(Grid grid, int bin) => Math.Min(Tenths - 1, (int)(grid.Midpoints[bin] * Tenths));
}

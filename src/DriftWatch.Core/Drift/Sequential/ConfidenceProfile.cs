using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>What a model claims, before anything is bet: it settles the regions that are bet on, where they were left open.</summary>
/// <remarks>Only claims are looked at, not outcomes: what is chosen is known before any outcome has a say. So the pane that completes it is bet on, those before are not.</remarks>
public sealed class ConfidenceProfile
{
    /// <summary>Predictions that settle it.</summary>
    public const int Enough = 500;

    private const double Rare = 0.1;
    private CalibrationSketch? _claims;

    public long Predictions => _claims?.Predictions ?? 0;

    public bool IsComplete => Predictions >= Enough;

    /// <summary>What is tolerated under a policy that sets no absolute tolerance: the default band; or, where it sets one in log-odds, that on top of two points, of a fifth of one where positive outcomes are claimed to be rare.</summary>
    /// <param name="claims">Where the claims are.</param>
    /// <param name="logOddsTolerance">What the policy says of log-odds.</param>
    public static NullBand Band(CalibrationSketch claims, double? logOddsTolerance)
    {
        if (logOddsTolerance is not { } logOdds) return NullBand.Default;
        double sum = 0;
        for (int bin = 0; bin < claims.Grid.Count; bin++) sum += claims[bin].Predictions * claims.Grid.Midpoints[bin];
        return new(sum < Rare * claims.Predictions ? 0.002 : 0.02, logOdds);
    }

    internal NullBand Band(double? logOddsTolerance) => Band(_claims!, logOddsTolerance);

    public void Add(CalibrationSketch pane) => (_claims ??= new(pane.Grid)).Merge(pane);

    /// <summary>Takes over what the version before claimed.</summary>
    internal void Inherit(ConfidenceProfile before) => _claims = before._claims!.Clone();

    internal void Exchange(StateExchange state, Grid grid) => state.Exchange(ref _claims, () => new(grid));

    /// <summary>Bets over the tenths of [0, 1]; over regions of equal numbers of claims where one tenth has most of them.</summary>
    public TiltComponents Components(Grid grid)
    {
        Span<SketchCell> tenths = stackalloc SketchCell[TiltComponents.Regions];
        _claims!.Coarsen(tenths);
        foreach (var tenth in tenths)
        {
            if (2 * tenth.Predictions > Predictions) return TiltComponents.Of(grid, EqualMass.Regions(_claims, TiltComponents.Regions, cell => cell.Predictions, out _));
        }

        return TiltComponents.Of(grid);
    }
}

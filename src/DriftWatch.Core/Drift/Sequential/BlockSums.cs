using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>Which gap a block is asked for.</summary>
public enum BlockFunctional : byte
{
    /// <summary>The mean of y − p: all claims too low, or too high.</summary>
    Shift,

    /// <summary>The mean of y − p weighted by how extreme the claim is: claims too tame, or too extreme.</summary>
    Slope,
}

/// <summary>What a block of event time adds up: residuals to both sides, with what is missing counted against either.</summary>
internal sealed class BlockSums : IKeepsState
{
    public const int Functionals = 2;
    private const double SteepestLogit = 3;

    private readonly Sums[] _sums = new Sums[Functionals];

    public long Labeled { get; private set; }

    /// <summary>Sum of the claims of all predictions that count, and of their logits.</summary>
    public double Claims { get; private set; }

    public double Logits { get; private set; }

    public double Predictions { get; private set; }

    /// <summary>What the labeled ones can tell of the log-odds.</summary>
    public BlockInformation Information { get; private set; }

    public ref readonly Sums this[int functional] => ref _sums[functional];

    /// <param name="pane">What to add.</param>
    /// <param name="band">The null hypothesis: what of the residual is tolerated.</param>
    /// <param name="missing">What predictions without a label count as.</param>
    /// <param name="centre">The logit that counts as neither high nor low, for <see cref="BlockFunctional.Slope"/>.</param>
    /// <param name="scale">Labels stand for the predictions that they were chosen among, all weights made smaller by this; null: each for itself.</param>
    public void Add(CalibrationSketch pane, NullBand band, MissingLabels missing, double centre, double? scale = null)
    {
        var grid = pane.Grid;
        for (int bin = 0; bin < grid.Count; bin++)
        {
            if (!JudgedBin.TryOf(pane, bin, missing, out var judged)) continue;
            var (cell, unlabeled, claim) = judged;
            double labeled = cell.Labeled, all = cell.Labeled + unlabeled;
            double residual = cell.Labeled == 0 ? 0 : -cell.Gap * cell.Labeled;
            if (scale is { } each)
            {
                // Its residual is true on average over all predictions: those without a label are not reckoned with one by one.
                (labeled, all, residual, unlabeled) = (each * cell.Weight, each * all, each * (cell.WeightedPositives - cell.WeightedConfidence), 0);
                if (cell.Labeled > 0) claim = Math.Clamp(cell.WeightedMean, grid.Edges[bin], grid.Edges[bin + 1]);
            }

            double logit = TiltComponents.Sharp(grid, 1, bin);
            double upper = band.Upper(bin, claim) - claim, lower = claim - band.Lower(bin, claim);
            double worstUp = -unlabeled * grid.Edges[bin + 1], worstDown = -unlabeled * (1 - grid.Edges[bin]);
            Labeled += cell.Labeled;
            Information = Information.Plus(labeled * claim * (1 - claim), logit);
            Predictions += all;
            Claims += all * claim;
            Logits += all * logit;
            Add(ref _sums[0], 1, labeled, all, residual, upper, lower, worstUp, worstDown);
            double height = Math.Clamp(logit - centre, -SteepestLogit, SteepestLogit);
            if (height > 0) Add(ref _sums[1], height, labeled, all, residual, upper, lower, worstUp, worstDown);
            else if (height < 0) Add(ref _sums[1], -height, labeled, all, -residual, lower, upper, worstDown, worstUp);
        }
    }

    public void Clear()
    {
        Array.Clear(_sums);
        (Labeled, Claims, Logits, Predictions, Information) = (0, 0, 0, 0, default);
    }

    public void Exchange(StateExchange state)
    {
        Labeled = state.Kept(Labeled);
        Claims = state.Kept(Claims);
        Logits = state.Kept(Logits);
        Predictions = state.Kept(Predictions);
        Information = BlockInformation.Exchange(state, Information);
        for (int f = 0; f < Functionals; f++) _sums[f] = Sums.Exchange(state, _sums[f]);
    }

    private static void Add(ref Sums sums, double height, double labeled, double all, double residual, double upper, double lower, double worstUp, double worstDown)
    {
        sums = sums.Plus(new()
        {
            Residual = height * residual,
            Labeled = height * labeled,
            Up = height * (residual + worstUp),
            Down = height * (worstDown - residual),
            ToleratedUp = height * all * upper,
            ToleratedDown = height * all * lower,
            All = height * all,
        });
    }

    /// <summary>Weighted sums of one functional.</summary>
    internal readonly record struct Sums
    {
        /// <summary>Of y − p over labeled predictions, and their weights.</summary>
        public double Residual { get; init; }
        public double Labeled { get; init; }

        /// <summary>Of y − p (up) and p − y (down), what is missing counted against either.</summary>
        public double Up { get; init; }
        public double Down { get; init; }

        /// <summary>What of them the null allows, and the weights of all predictions.</summary>
        public double ToleratedUp { get; init; }
        public double ToleratedDown { get; init; }
        public double All { get; init; }

        public static Sums Exchange(StateExchange state, Sums sums) => new()
        {
            Residual = state.Kept(sums.Residual),
            Labeled = state.Kept(sums.Labeled),
            Up = state.Kept(sums.Up),
            Down = state.Kept(sums.Down),
            ToleratedUp = state.Kept(sums.ToleratedUp),
            ToleratedDown = state.Kept(sums.ToleratedDown),
            All = state.Kept(sums.All),
        };

        public Sums Plus(in Sums other) => new()
        {
            Residual = Residual + other.Residual,
            Labeled = Labeled + other.Labeled,
            Up = Up + other.Up,
            Down = Down + other.Down,
            ToleratedUp = ToleratedUp + other.ToleratedUp,
            ToleratedDown = ToleratedDown + other.ToleratedDown,
            All = All + other.All,
        };
    }
}

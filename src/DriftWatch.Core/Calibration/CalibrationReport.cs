namespace DriftWatch.Core.Calibration;

/// <summary>One bin of a reliability diagram.</summary>
/// <param name="Lower">Lower edge, inside the bin.</param>
/// <param name="Upper">Upper edge, outside the bin but for the last.</param>
/// <param name="Count">Labeled predictions whose confidence lies in the bin.</param>
/// <param name="Positives">Those whose outcome came true.</param>
/// <param name="SumConfidence">Sum of their confidences.</param>
public readonly record struct ReliabilityBin(double Lower, double Upper, long Count, long Positives, double SumConfidence);

/// <summary>The calibration metrics of one sketch. A metric that cannot be computed (no samples) is null, never NaN or 0.</summary>
/// <remarks>Gap: mean confidence − base rate; positive means that the claims are too high. Unless a name says otherwise, over 15 equal-width bins.</remarks>
public sealed record CalibrationReport
{
    public static readonly CalibrationReport Empty = new();

    public double? Ece { get; init; }

    /// <summary>ECE over 10 equal-width bins.</summary>
    public double? Ece10 { get; init; }

    /// <summary>What ECE a perfectly calibrated model would show on average with these confidences: the noise floor.</summary>
    public double? EceNull { get; init; }

    /// <summary>max(0, ECE − noise floor).</summary>
    public double? EceExcess { get; init; }

    /// <summary>Interval for the ECE, 95 %, valid at and away from zero.</summary>
    public double? EceLower { get; init; }
    public double? EceUpper { get; init; }

    /// <summary>Largest absolute gap of a bin with at least 30 labeled predictions.</summary>
    public double? Mce { get; init; }
    public double? Gap { get; init; }

    /// <summary>Normal 95 % interval for the gap.</summary>
    public double? GapLower { get; init; }
    public double? GapUpper { get; init; }
    public double? Rmsce { get; init; }

    /// <summary>Class-wise ECE: the mean of the ECEs of all watched classes, each against the rest. Null unless the series is that of a model version whose class-wise view is kept.</summary>
    public double? ClasswiseEce { get; init; }
    public double? Brier { get; init; }
    public double? LogLoss { get; init; }

    /// <summary>Share of right predictions: at threshold 0.5 for a binary view, of the top class otherwise.</summary>
    public double? Accuracy { get; init; }
    public double? BaseRate { get; init; }
    public double? MeanConfidence { get; init; }

    /// <summary>Labeled ÷ all predictions of the window.</summary>
    public double? Coverage { get; init; }

    /// <summary>(ECE − noise floor) ÷ the standard deviation of a calibrated model's ECE.</summary>
    public double? EceZ { get; init; }

    /// <summary>ECE less an estimate of what noise adds to it; can be below zero. See <see cref="CalibrationError.Debiased(CalibrationSketch, int)"/>.</summary>
    public double? DebiasedEce { get; init; }

    /// <summary>Root of the mean squared gap less what noise adds to it, 0 where that is below zero.</summary>
    public double? DebiasedL2 { get; init; }

    /// <summary>ECE over 15 bins of equally many labeled predictions.</summary>
    public double? EceEqualMass { get; init; }

    /// <summary>ECE over as many equal-mass bins as keep observed frequencies in order.</summary>
    public double? EceSweep { get; init; }

    /// <summary>ECE with bins weighted by all predictions, labeled or not.</summary>
    public double? EcePostStratified { get; init; }

    /// <summary>Unweighted mean of the bins' absolute gaps (netcal's ACE).</summary>
    public double? AverageGap { get; init; }

    /// <summary>How far the worst bin's gap surely is from 0, all bins considered; 0 where noise explains them all.</summary>
    public double? SignificantMce { get; init; }

    /// <summary>Murphy's parts of the Brier score; they add up to it.</summary>
    public BrierParts? BrierParts { get; init; }

    /// <summary>Spiegelhalter's Z: standard normal if the model is calibrated.</summary>
    public double? SpiegelhalterZ { get; init; }

    /// <summary>Over ten groups of about equally many labeled predictions.</summary>
    public HosmerLemeshow? HosmerLemeshow { get; init; }

    /// <summary>AUROC and the bounds that the fine bins leave for it; in a top-label view, of being right.</summary>
    public Discrimination? Discrimination { get; init; }

    /// <summary>Labeled predictions whose log loss was cut at 36.04 nats.</summary>
    public long Clipped { get; init; }
}

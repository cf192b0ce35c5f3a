namespace DriftWatch.Core.Calibration;

/// <summary>One bin of a reliability diagram.</summary>
/// <param name="Lower">Lower edge, inside the bin.</param>
/// <param name="Upper">Upper edge, outside the bin but for the last.</param>
/// <param name="Count">Labeled predictions whose confidence lies in the bin.</param>
/// <param name="Positives">Those whose outcome came true.</param>
/// <param name="SumConfidence">Sum of their confidences.</param>
/// <param name="Extra">By how much they count for more, where labels were asked for by chance.</param>
public readonly record struct ReliabilityBin(double Lower, double Upper, long Count, long Positives, double SumConfidence, ExtraWeight Extra = default)
{
    /// <summary>For how many predictions they stand.</summary>
    public double Weight => Count + Extra.SumWeight;

    public double WeightedPositives => Positives + Extra.SumPositives;

    public double WeightedConfidence => SumConfidence + FixedPoint.ToDouble(Extra.Confidence);

    /// <summary>Mean confidence; NaN without labeled predictions.</summary>
    public double Claimed => WeightedConfidence / Weight;

    /// <summary>Share that came true; NaN without labeled predictions.</summary>
    public double Observed => WeightedPositives / Weight;

    /// <summary>As how many labels of equal weight they tell.</summary>
    public double Effective => Extra.IsNone ? Count : Weight * Weight / (Count + Extra.SumSquares);

    /// <summary>Wilson's 95 % interval for what came true.</summary>
    public Interval ObservedInterval(double z = Intervals.Z95) => Intervals.Wilson(Extra.IsNone ? Positives : Observed * Effective, Effective, z);
}

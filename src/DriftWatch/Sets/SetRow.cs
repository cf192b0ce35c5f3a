using DriftWatch.Core.Input;
using DriftWatch.Core.Time;

namespace DriftWatch.Sets;

/// <summary>A labeled prediction of a calibration set.</summary>
/// <param name="Id">By which it met its label.</param>
/// <param name="Time">When the model gave it.</param>
/// <param name="Claim">What it claimed.</param>
/// <param name="Outcome">Whether that came true.</param>
/// <param name="Weight">How many predictions it stands for: 1 ÷ the probability that its label was asked for.</param>
internal readonly record struct SetRow(PredictionId Id, EventTime Time, double Claim, bool Outcome, double Weight = 1)
{
    /// <summary>Probabilities of all classes, in the set's order of classes; null where the set has none.</summary>
    public double[]? Vector { get; init; }

    /// <summary>Place of the class that came true among them.</summary>
    public int Actual { get; init; } = -1;

    /// <summary>In order of time; of one time by id, so that the order of partitions decides nothing.</summary>
    public static int InOrder(SetRow left, SetRow right)
    {
        int order = left.Time.CompareTo(right.Time);
        if (order == 0) order = left.Id.High.CompareTo(right.Id.High);
        return order == 0 ? left.Id.Low.CompareTo(right.Id.Low) : order;
    }
}

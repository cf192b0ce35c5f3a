using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>What is kept of a block that is over.</summary>
internal readonly record struct BlockPast
{
    private readonly double _shift;
    private readonly double _shiftWeight;
    private readonly double _slope;
    private readonly double _slopeWeight;

    /// <param name="start">When it started.</param>
    /// <param name="sums">What it added up.</param>
    /// <param name="centre">From where its slope is to be told, by where it was.</param>
    public BlockPast(EventTime start, BlockSums sums, double centre)
    {
        (Start, Information) = (start, sums.Information);
        (_shift, _shiftWeight) = (sums[0].Residual, sums[0].Labeled);
        (_slope, _slopeWeight) = (sums[1].Residual - (centre * sums[0].Residual), sums[1].Labeled);
    }

    private BlockPast(EventTime start, BlockInformation information, double shift, double shiftWeight, double slope, double slopeWeight) =>
        (Start, Information, _shift, _shiftWeight, _slope, _slopeWeight) = (start, information, shift, shiftWeight, slope, slopeWeight);

    public EventTime Start { get; }

    public BlockInformation Information { get; }

    /// <summary>Weighted sum of y − p.</summary>
    public double Residual(int functional) => functional == 0 ? _shift : _slope;

    /// <summary>The sum of its weights.</summary>
    public double Weight(int functional) => functional == 0 ? _shiftWeight : _slopeWeight;

    /// <summary>What it can tell of a shift, or of a slope from <paramref name="centre"/>.</summary>
    public double InformationOf(int functional, double centre) => Weight(functional) <= 0 ? 0 : functional == 0 ? Information.Even : Information.Around(centre);

    /// <summary>All but its start, which its place among the others tells.</summary>
    public static BlockPast Exchange(StateExchange state, BlockPast past, EventTime start) => new(
        start, BlockInformation.Exchange(state, past.Information), state.Kept(past._shift), state.Kept(past._shiftWeight), state.Kept(past._slope), state.Kept(past._slopeWeight));
}

/// <summary>What labeled predictions can tell of the log-odds: sums of p(1 − p), times the logit of the claim, and times its square.</summary>
internal readonly record struct BlockInformation(double Even, double Slope, double Square)
{
    /// <summary>The last, of logits from a centre.</summary>
    public double Around(double centre) => Math.Max(0, Square - (2 * centre * Slope) + (centre * centre * Even));

    public BlockInformation Plus(double weight, double logit) => new(Even + weight, Slope + (weight * logit), Square + (weight * logit * logit));

    public static BlockInformation Exchange(StateExchange state, BlockInformation sums) => new(state.Kept(sums.Even), state.Kept(sums.Slope), state.Kept(sums.Square));
}

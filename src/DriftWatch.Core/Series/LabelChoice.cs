namespace DriftWatch.Core.Series;

/// <summary>How a labeled prediction came to be labeled.</summary>
/// <param name="Weight">For how many predictions it stands.</param>
/// <param name="Announced">Whether the prediction itself said that its label would come with a probability below 1: then it was expected with that probability only, and its absence is no loss.</param>
public readonly record struct LabelChoice(SamplingWeight Weight, bool Announced);

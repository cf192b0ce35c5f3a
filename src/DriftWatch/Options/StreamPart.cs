namespace DriftWatch.Options;

/// <summary>The part a topic plays.</summary>
internal enum StreamPart
{
    Predictions,
    Labels,
}

namespace DriftWatch.Core.Joining;

/// <summary>How a label and a prediction of one id stood to each other when the newest record brought them together, whether or not they joined.</summary>
/// <param name="Route">The prediction's route; −1: nothing met.</param>
/// <param name="Delay">Event time from the prediction to the label; negative where the label's time is the earlier one.</param>
/// <param name="Label">What became of the label.</param>
public readonly record struct Meeting(int Route, TimeSpan Delay, Arrival Label)
{
    public static readonly Meeting None = new(-1, default, Arrival.Waiting);

    public bool Happened => Route >= 0;
}

using DriftWatch.Core.Input;

namespace DriftWatch.Core.Joining;

/// <summary>Takes records again that were read before a restart, in the order in which they were read then.</summary>
/// <remarks>
/// Event time is where the restart found it, so some of what they met is out of reach. Law: what is in the table afterwards is what was in it then. A prediction that is past its own time tells
/// the labels what it told them; what a label met when it came is in its notes (<see cref="ReplayTrace"/>).
/// </remarks>
internal sealed class TakingAgain(RouteRules rules, JoinTable table, HeldLabels labels, TakingPredictions predictions, TakingLabels takingLabels)
{
    /// <summary>Takes one prediction that was not dropped.</summary>
    public JoinResult Add(in Prediction prediction)
    {
        var result = predictions.Take(prediction);
        if (result.Kind == Arrival.Late) predictions.TellAgain(prediction);
        GC.KeepAlive(table);
        return result;
    }

    /// <summary>Takes one label.</summary>
    /// <param name="label">The label.</param>
    /// <param name="notes">How often it stands in the journal.</param>
    public JoinResult Add(in Label label, int notes)
    {
        var result = takingLabels.Take(label, waits: notes > 0);
        if (!rules.ById && takingLabels.Holder is >= 0 and var holder)
        {
            if (notes == 0) labels.Settle(holder);
            else if (notes == ReplayTrace.FoundOthers) labels.SeeOther(holder);
        }

        GC.KeepAlive(table);
        return result;
    }
}

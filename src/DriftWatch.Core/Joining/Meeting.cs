using System.Runtime.InteropServices;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>How a label and a prediction that it addresses stood to each other when the newer of the two came.</summary>
/// <param name="Route">The prediction's route.</param>
/// <param name="PredictionTime">The prediction's event time.</param>
/// <param name="Delay">Event time from the prediction to the label; negative where the label's time is the earlier one.</param>
/// <param name="Label">What the label was to the prediction: <see cref="Arrival.Matched"/>, <see cref="Arrival.Corrected"/>, <see cref="Arrival.Duplicate"/>, <see cref="Arrival.Orphaned"/> or <see cref="Arrival.Unreadable"/>.</param>
/// <param name="Confidence">For matched and corrected: the prediction's confidence.</param>
/// <param name="Outcome">For matched and corrected: the outcome that stands now.</param>
/// <param name="OldOutcome">For corrected: the outcome that stood before, to be subtracted.</param>
/// <param name="OldDelay">For corrected: the delay of the label that stood before.</param>
/// <param name="Vector">For matched and corrected: the prediction's vector, which knows the label; valid until the joiner's next call. 0 for none.</param>
/// <param name="Value">For matched and corrected: what the label says.</param>
/// <param name="Choice">For matched and corrected: how the prediction came to be labeled.</param>
/// <param name="OldChoice">For corrected: the same of the label that stood before.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Meeting(
    int Route,
    EventTime PredictionTime,
    TimeSpan Delay,
    Arrival Label,
    double Confidence = double.NaN,
    bool Outcome = false,
    bool OldOutcome = false,
    TimeSpan OldDelay = default,
    int Vector = 0,
    LabelValue Value = default,
    LabelChoice Choice = default,
    LabelChoice OldChoice = default);

using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>What the newest record says of a request that two versions of one model have scored.</summary>
/// <param name="Kind">What is new.</param>
/// <param name="Route">The route of one prediction.</param>
/// <param name="Time">Its event time.</param>
/// <param name="Confidence">Its confidence.</param>
/// <param name="OtherRoute">The route of the other.</param>
/// <param name="OtherTime">Its event time.</param>
/// <param name="OtherConfidence">Its confidence.</param>
/// <param name="Labeled">The later of the times of their labels, where the outcome is told or taken back.</param>
/// <param name="Outcome">The outcome.</param>
public readonly record struct Encounter(
    EncounterKind Kind, int Route, EventTime Time, double Confidence, int OtherRoute, EventTime OtherTime, double OtherConfidence, EventTime Labeled = default, bool Outcome = false)
{
    /// <summary>The later of both predictions.</summary>
    public EventTime At => EventTime.Max(Time, OtherTime);
}

/// <summary>What is new of a request that two versions have scored.</summary>
public enum EncounterKind
{
    /// <summary>Both have scored it now.</summary>
    Met,

    /// <summary>Both know its outcome now, and it is one.</summary>
    Learned,

    /// <summary>A correction takes an outcome back that both had.</summary>
    TakenBack,
}

using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift;

/// <summary>The answer that counts for an episode, and what has become of the fix since.</summary>
/// <param name="Said">What was answered.</param>
/// <param name="At">How far event time had come when it was read: predictions from then on are taken to be of the fix.</param>
/// <param name="Deadline">Predictions before this have to prove the fix; null where there is none to prove. Judged when they are mature.</param>
public sealed record EpisodeAnswer(RecalibrationAnswer Said, EventTime At, EventTime? Deadline)
{
    /// <summary>What is known of the fix; null: nothing yet, or there is none.</summary>
    public FixReport? Report { get; init; }

    /// <summary>How far it is known whether the fix has helped; null where there is none.</summary>
    public FixStanding? Standing => Said.BringsFix ? Report?.Standing ?? FixStanding.Open : null;

    internal static EpisodeAnswer Exchange(StateExchange state, EpisodeAnswer? answer) =>
        new(state.Kept(answer?.Said, RecalibrationAnswer.Exchange) ?? throw new StateFormatException("An answer is missing."), state.Kept(answer?.At ?? default), state.Kept(answer?.Deadline))
        {
            Report = state.Kept(answer?.Report, FixReport.Exchange),
        };
}

namespace DriftWatch.Core.Drift;

/// <summary>What somebody says to a request for recalibration.</summary>
public enum AnswerKind : byte
{
    /// <summary>It was worked on: with a fix that is in use now, or with the word that there is none (<see cref="RecalibrationAnswer.BringsFix"/>).</summary>
    Completed,

    /// <summary>Nothing will be done: the episode asks no more.</summary>
    Dismissed,
}

using System.Diagnostics;

namespace DriftWatch.Core.Recalibration;

/// <summary>What to do about a calibration.</summary>
public enum Verdict : byte
{
    /// <summary>Put the map in.</summary>
    Accept,

    /// <summary>The present map is good enough.</summary>
    Keep,

    /// <summary>No map helps: the model itself needs a look.</summary>
    Retrain,

    /// <summary>There is not enough to tell.</summary>
    Wait,
}

public static class Verdicts
{
    public static string Name(this Verdict verdict) => verdict switch
    {
        Verdict.Accept => "accept",
        Verdict.Keep => "keep",
        Verdict.Retrain => "retrain",
        Verdict.Wait => "wait",
        _ => throw new UnreachableException(),
    };
}

/// <summary>What a calibration set says: which map to put in, or why none.</summary>
/// <param name="Verdict">In a word.</param>
/// <param name="Reason">In a sentence without its full stop.</param>
/// <param name="Chosen">The map to put in; null unless the verdict is <see cref="Verdict.Accept"/>.</param>
/// <param name="Before">How good the claims are as they are; null without labeled predictions.</param>
/// <param name="Candidates">Everything that was tried, simplest first.</param>
/// <param name="Conditions">What was asked of the set itself.</param>
public sealed record Recommendation(
    Verdict Verdict, string Reason, Candidate? Chosen, HeldOutScores? Before, IReadOnlyList<Candidate> Candidates, IReadOnlyList<GateCondition> Conditions)
{
    /// <summary>How long its gain would have lasted on past data; null without a chosen map, or with too few blocks.</summary>
    public Lasting? Lasting { get; init; }

    /// <summary>Labeled predictions, and those that came true (or whose top class was right).</summary>
    public long Count { get; init; }

    public long Positives { get; init; }

    /// <summary>Days, or whatever outcomes share causes within. With fewer than <see cref="MeanEstimate.LeastBlocks"/> outcomes are taken as independent unless blocks differ beyond chance.</summary>
    public int Blocks { get; init; }
}

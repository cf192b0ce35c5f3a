using DriftWatch.Core.Events;
using DriftWatch.Core.Recalibration;
using DriftWatch.Core.Time;
using DriftWatch.Replay;
using DriftWatch.Sets;

namespace DriftWatch.Recalibrating;

/// <summary>What was decided on a request, and all that it was decided on. The same inputs give the same decision to the last bit.</summary>
internal sealed record Decision
{
    /// <summary>What is said where nothing could be fitted: no verdict on the model, but on the try.</summary>
    public const string Failed = "failed";

    public required RequestEnvelope Request { get; init; }

    /// <summary>Where the request lies, as <c>topic[partition]@offset</c>.</summary>
    public required string Place { get; init; }

    /// <summary>The evidence that it names; null where it names none that a set can be made of.</summary>
    public SetRequest? Asked { get; init; }

    /// <summary>Which time the episode is looked at; null of a record from when each was looked at once.</summary>
    public int? Attempt { get; init; } = 1;

    public required DecisionTerms Terms { get; init; }

    public required DecidedBy By { get; init; }

    /// <summary>The map before; null: this series has none.</summary>
    public MapParent? Parent { get; init; }

    /// <summary>The revision of the map that comes of it; null: that after <see cref="Parent"/>.</summary>
    public int? Revision { get; init; }

    /// <summary>Why nothing was fitted; null where something was.</summary>
    public string? Failure { get; init; }

    /// <summary>What the set says; null where there is none.</summary>
    public FittedSeries? Fitted { get; init; }

    /// <summary>A word of <see cref="Verdicts.Name"/>, or <see cref="Failed"/>.</summary>
    public string Verdict => Fitted?.Answer.Verdict.Name() ?? Failed;

    /// <summary>In a sentence.</summary>
    public string Reason => Fitted?.Answer.Reason ?? Failure!;

    /// <summary>The map to put in; null unless the verdict is <c>accept</c>.</summary>
    public DecidedMap? Map { get; init; }

    /// <summary>Whether more data may bring another verdict: not on the model, but on what is known of it.</summary>
    public bool IsOpen => Fitted?.Answer.Verdict == Core.Recalibration.Verdict.Wait;

    /// <summary>Fits a set and lets the gate decide.</summary>
    /// <param name="draft">Everything but what comes of the set.</param>
    /// <param name="setPath">The set's file.</param>
    /// <exception cref="SetException">It cannot be read, is not what its name says, or has nothing to fit.</exception>
    public static Decision Fit(Decision draft, string setPath)
    {
        var fitted = FittedSet.Of(setPath, draft.Terms.Methods, draft.Terms.Gate);
        var decided = draft with { Fitted = fitted, Asked = fitted.ReadOn is { } on ? ReadOn(draft.Asked!, fitted, on.To, on.Ranges) : draft.Asked };
        return fitted.Answer.Chosen is { } chosen ? decided with { Map = DecidedMap.Of(decided, fitted, chosen) } : decided;
    }

    /// <summary>The evidence of a set that was read on is what the set says: topics have grown since, and a second reading would be of more.</summary>
    private static SetRequest ReadOn(SetRequest asked, FittedSeries fitted, EventTime to, IReadOnlyList<DataRange> ranges)
    {
        // Of a sample about so many as it stands for: by that the next attempt reckons how much there is.
        var (labeled, positives) = fitted.Sampled < 1 ? ((long)Math.Round(fitted.Answer.Count / fitted.Sampled), (long)Math.Round(fitted.Answer.Positives / fitted.Sampled))
            : fitted.IsComplete ? (fitted.Answer.Count, fitted.Answer.Positives) : (asked.Labeled, asked.Positives);
        return asked with { To = to, Ranges = ranges, Labeled = labeled, Positives = positives };
    }
}

/// <summary>Which code decided.</summary>
/// <param name="Version">Of DriftWatch.</param>
/// <param name="Revision">The commit that it was built from; empty where that is not known.</param>
internal sealed record DecidedBy(string Version, string Revision)
{
    public static DecidedBy Us { get; } = new(BuildInfo.Version, BuildInfo.Revision);
}

/// <summary>The map before the one that is decided on.</summary>
/// <param name="Revision">Its number.</param>
/// <param name="Checksum">Its checksum.</param>
internal sealed record MapParent(int Revision, string Checksum);

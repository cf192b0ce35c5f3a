using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift;

/// <summary>Where a rule stands: an immutable picture. What a rule does not have is null.</summary>
public sealed record DetectorSnapshot
{
    /// <summary>The rule's name (<see cref="DriftRule.Name"/>).</summary>
    public required string Rule { get; init; }

    /// <summary>Whether it judges at all (<see cref="IDriftDetector.Judges"/>); not kept, as what does not finds nothing.</summary>
    public bool Judges { get; init; } = true;

    /// <summary>Of a rule with a chart: what it compares, and with what. Not kept, as no rule with a chart keeps its findings.</summary>
    public double? Statistic { get; init; }
    public double? Limit { get; init; }

    /// <summary>Natural logarithm of the evidence against the model; −∞ is null.</summary>
    public double? LogEvidence { get; init; }

    /// <summary>What <see cref="LogEvidence"/> must reach for an alarm.</summary>
    public double? LogThreshold { get; init; }

    /// <summary>The evidence if missing labels were like the others; null where none are missing.</summary>
    public double? LogEvidenceIgnoringMissing { get; init; }

    /// <summary>The evidence that the series became worse than its reference; null without one.</summary>
    public double? LogEvidenceRelative { get; init; }

    /// <summary>The evidence as an e-process over the life of the series, never restarted: what e-BH over many series takes (statistics §6.9).</summary>
    public double? LogEvidenceLifetime { get; init; }

    /// <summary>While an episode lasts: the evidence that it is over, and what it must reach.</summary>
    public double? LogRecovery { get; init; }
    public double? LogRecoveryThreshold { get; init; }

    /// <summary>What the strongest component says, during an episode or while evidence gathers.</summary>
    public Direction? Direction { get; init; }
    public (double Low, double High)? Region { get; init; }

    /// <summary>T of the strongest component where it is a slope: T &gt; 1 is overconfident.</summary>
    public double? Temperature { get; init; }

    /// <summary>Since when the strongest component has gathered.</summary>
    public EventTime? Onset { get; init; }

    /// <summary>A 95 % interval for it.</summary>
    public OnsetInterval? OnsetInterval { get; init; }

    /// <summary>By how much outcomes vary more than independent ones would (φ ≥ 1); evidence is divided by it. Null before it is known.</summary>
    public double? Overdispersion { get; init; }

    /// <summary>Length of the self-normalised blocks, how many there were, and their lag-1 autocorrelation.</summary>
    public TimeSpan? Block { get; init; }
    public int? Blocks { get; init; }
    public double? BlockAutocorrelation { get; init; }

    /// <summary>Tolerances in force.</summary>
    public double? Tolerance { get; init; }
    public double? LogOddsTolerance { get; init; }

    /// <summary>How the two make one band. Not kept: it follows from the policy.</summary>
    public ToleranceForm? ToleranceForm { get; init; }

    /// <summary>Of whom it asks that claims are true. Null of a rule that does not ask. Not kept: it follows from the policy.</summary>
    public NullHypothesis? NullHypothesis { get; init; }

    /// <summary>Labeled ÷ all predictions of what was judged in the newest panes.</summary>
    public double? Completeness { get; init; }

    /// <summary>Why no decision can fall yet, in one sentence for people; null where nothing is waited for.</summary>
    public string? Waiting { get; init; }

    /// <summary>The same for machines.</summary>
    public DetectorWait WaitsFor { get; init; }

    /// <summary>How many series share the false-alarm rate with it, itself among them; the threshold grows with them. Null where no rate is stated.</summary>
    public int? SharedBy { get; init; }

    /// <summary>Whether the model over all its versions is among those.</summary>
    public bool SharedAcrossVersions { get; init; }

    internal static DetectorSnapshot Exchange(StateExchange state, DetectorSnapshot? snapshot) => new()
    {
        Rule = state.KeptText(snapshot?.Rule),
        LogEvidence = state.Kept(snapshot?.LogEvidence),
        LogThreshold = state.Kept(snapshot?.LogThreshold),
        LogEvidenceIgnoringMissing = state.Kept(snapshot?.LogEvidenceIgnoringMissing),
        LogEvidenceRelative = state.Kept(snapshot?.LogEvidenceRelative),
        LogEvidenceLifetime = state.Kept(snapshot?.LogEvidenceLifetime),
        LogRecovery = state.Kept(snapshot?.LogRecovery),
        LogRecoveryThreshold = state.Kept(snapshot?.LogRecoveryThreshold),
        Direction = state.Kept(snapshot?.Direction),
        Region = state.KeptRegion(snapshot?.Region),
        Temperature = state.Kept(snapshot?.Temperature),
        Onset = state.Kept(snapshot?.Onset),
        Overdispersion = state.Kept(snapshot?.Overdispersion),
        Block = state.Kept(snapshot?.Block),
        Blocks = state.Kept(snapshot?.Blocks),
        BlockAutocorrelation = state.Kept(snapshot?.BlockAutocorrelation),
        Tolerance = state.Kept(snapshot?.Tolerance),
        LogOddsTolerance = state.Kept(snapshot?.LogOddsTolerance),
        Completeness = state.Kept(snapshot?.Completeness),
        Waiting = state.Kept(snapshot?.Waiting),
        WaitsFor = state.Kept(snapshot?.WaitsFor ?? default),
        SharedBy = state.Kept(snapshot?.SharedBy),
        OnsetInterval = Drift.OnsetInterval.Exchange(state, snapshot?.OnsetInterval),
        SharedAcrossVersions = state.Version >= ChunkFormat.AcrossVersions && state.Kept(snapshot?.SharedAcrossVersions ?? false),
    };
}

/// <summary>What a rule needs before a decision can fall.</summary>
public enum DetectorWait : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Predictions, to know where the claims are.</summary>
    LearningClaims,

    /// <summary>Time, to know how outcomes depend on each other.</summary>
    LearningDependence,

    /// <summary>Labels: those that are missing could explain what is seen.</summary>
    MissingLabels,
}

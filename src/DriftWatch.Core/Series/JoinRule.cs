namespace DriftWatch.Core.Series;

/// <summary>How predictions of one model meet their labels.</summary>
/// <remarks>A prediction with time t joins a label with time l iff −<see cref="Lead"/> ≤ l − t ≤ <see cref="Horizon"/>.</remarks>
public sealed record JoinRule
{
    /// <summary>Longest label delay (H).</summary>
    public TimeSpan Horizon { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How much earlier than its prediction a label may be (E).</summary>
    public TimeSpan Lead { get; init; }

    /// <summary>What becomes of a prediction whose label never came.</summary>
    public ExpiryRule OnExpiry { get; init; }

    /// <summary>What a second label for a joined prediction does.</summary>
    public CorrectionRule Corrections { get; init; }

    /// <summary>Who labels, the most trusted first: one before another replaces what that said, and not the other way round. Judges come behind all that are trusted. Empty: nobody asks.</summary>
    public IReadOnlyList<LabelSource> Sources { get; init; } = [];

    /// <summary>Whether a second label may take the place of the first.</summary>
    public bool MayReplace => Corrections == CorrectionRule.Replace || Sources.Count > 0;

    /// <summary>How long an id is kept: H + E + <paramref name="outOfOrderness"/> (R).</summary>
    public TimeSpan Retention(TimeSpan outOfOrderness) => Horizon + Lead + outOfOrderness;
}

public enum ExpiryRule : byte
{
    /// <summary>It leaves the calibration alone and counts as expired.</summary>
    Drop,

    /// <summary>It counts as a negative outcome: for labels that only ever arrive when positive (fraud, clicks).</summary>
    Negative,
}

public enum CorrectionRule : byte
{
    /// <summary>The first label stands.</summary>
    Ignore,

    /// <summary>The label with the latest event time stands (the later arrival on a tie); the old contribution is subtracted exactly.</summary>
    Replace,
}

namespace DriftWatch.Core.Drift.Rules;

/// <summary>Parameters of the classical rules; of these the chosen one counts.</summary>
public sealed record ClassicalOptions
{
    /// <summary>What of a labeled prediction the rule reads; null: <see cref="ChangeRules.UsualInput"/>.</summary>
    public RuleInput? Input { get; init; }

    public PageHinkleyOptions PageHinkley { get; init; } = new();

    public CusumOptions Cusum { get; init; } = new();

    public AdwinOptions Adwin { get; init; } = new();

    public DdmOptions Ddm { get; init; } = new();

    public EddmOptions Eddm { get; init; } = new();

    public HddmOptions HddmA { get; init; } = new();

    public HddmOptions HddmW { get; init; } = new();

    public KswinOptions Kswin { get; init; } = new();
}

/// <summary>What of a labeled prediction a classical rule reads.</summary>
public enum RuleInput : byte
{
    /// <summary>Outcome − confidence, from −1 to 1: moves with the gap, but not where gaps of both signs cancel.</summary>
    Residual,

    /// <summary>1 where the decision (at .5, or the predicted class) was wrong, else 0: moves with the traffic as much as with the model.</summary>
    Error,

    /// <summary>(confidence − outcome)², from 0 to 1: likewise.</summary>
    Brier,
}

using System.Diagnostics;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Drift.Rules;

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

public static class RuleInputs
{
    /// <summary>Any number will do; the residual is about calibration.</summary>
    public static readonly IReadOnlyList<RuleInput> All = Enum.GetValues<RuleInput>();

    /// <summary>For rules whose bounds are made for values from 0 to 1.</summary>
    public static readonly IReadOnlyList<RuleInput> FromZeroToOne = [RuleInput.Error, RuleInput.Brier];

    /// <summary>For rules that count errors.</summary>
    public static readonly IReadOnlyList<RuleInput> Errors = [RuleInput.Error];

    /// <summary>The name in configuration and on the command line.</summary>
    public static string Name(this RuleInput input) => input.ToString().ToLowerInvariant();

    /// <summary>What a rule reads of one labeled prediction.</summary>
    public static double Value(this RuleInput input, View view, double confidence, bool outcome)
    {
        double y = outcome ? 1 : 0;
        return input switch
        {
            RuleInput.Residual => y - confidence,
            RuleInput.Brier => (confidence - y) * (confidence - y),
            RuleInput.Error => (view.OutcomeIsRightness() || Views.ClaimsPositive(confidence)) == outcome ? 0 : 1,
            _ => throw new UnreachableException(),
        };
    }
}

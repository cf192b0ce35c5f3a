using System.Diagnostics;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>The classical rules by name, and what they read.</summary>
public static class ChangeRules
{
    public static readonly IReadOnlyList<RuleInput> Inputs = Enum.GetValues<RuleInput>();

    /// <summary>Whether a rule is one of these: it sees labeled predictions one by one.</summary>
    public static bool IsClassical(this DriftRule rule) => rule is not (DriftRule.ESr or DriftRule.Threshold);

    /// <exception cref="ArgumentOutOfRangeException">It is none of these.</exception>
    public static IChangeRule Create(DriftRule rule, ClassicalOptions options) => rule switch
    {
        DriftRule.PageHinkley => new PageHinkley(options.PageHinkley),
        DriftRule.Cusum => new Cusum(options.Cusum),
        DriftRule.Adwin => new Adwin(options.Adwin),
        DriftRule.Ddm => new Ddm(options.Ddm),
        DriftRule.Eddm => new Eddm(options.Eddm),
        DriftRule.HddmA => new HddmA(options.HddmA),
        DriftRule.HddmW => new HddmW(options.HddmW),
        DriftRule.Kswin => new Kswin(options.Kswin),
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "No classical rule."),
    };

    /// <summary>Errors for the rules that are made for zeros and ones; the residual, which is about calibration, for the others.</summary>
    public static RuleInput UsualInput(DriftRule rule) => Accepts(rule, RuleInput.Residual) ? RuleInput.Residual : RuleInput.Error;

    /// <summary>Whether a rule can make sense of an input: EDDM counts errors; DDM and HDDM need values from 0 to 1.</summary>
    public static bool Accepts(DriftRule rule, RuleInput input) => rule switch
    {
        DriftRule.Eddm => input == RuleInput.Error,
        DriftRule.Ddm or DriftRule.HddmA or DriftRule.HddmW => input != RuleInput.Residual,
        _ => true,
    };

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
            RuleInput.Error => (view.OutcomeIsRightness() || confidence >= 0.5) == outcome ? 0 : 1,
            _ => throw new UnreachableException(),
        };
    }
}

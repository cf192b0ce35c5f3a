using DriftWatch.Core.Series;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>A rule that reads one labeled prediction after another and says when it thinks that something has changed.</summary>
/// <remarks>It starts anew with the labeled prediction after a change.</remarks>
public interface IPairRule : IKeepsState
{
    /// <summary>What it compares after the newest labeled prediction, and with what; null where that is not worth showing.</summary>
    (double Statistic, double Limit)? Chart => null;

    /// <summary>Takes the next labeled prediction.</summary>
    RuleSignal Update(double confidence, bool outcome);
}

/// <summary>Lets a classical rule read one number of each labeled prediction.</summary>
public sealed class InputRule(IChangeRule rule, RuleInput input, View view) : IPairRule
{
    public RuleSignal Update(double confidence, bool outcome) => rule.Update(input.Value(view, confidence, outcome));

    public void Exchange(StateExchange state) => rule.Exchange(state);
}

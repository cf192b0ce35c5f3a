using DriftWatch.Core.State;

namespace DriftWatch.Core.Drift.Rules;

/// <summary>A classical change rule: it reads one number after another and says when it thinks they have changed.</summary>
/// <remarks>
/// The definitions are those of River (online-ml/river 0.26), so that what is known of these rules elsewhere holds here. A rule starts
/// anew with the value after a change. None of them states how often it is wrong; several ask whether a mean moved, which a calibrated
/// model's error rate may well do (statistics §6.1). With a threshold that is never reached a rule never starts anew, and one pass tells
/// when each threshold would have been exceeded for the first time.
/// </remarks>
public interface IChangeRule : IKeepsState
{
    /// <summary>How near it is: what is compared with the threshold after the newest value; 0 or less while nothing is compared.</summary>
    double Statistic { get; }

    /// <summary>Takes the next value.</summary>
    RuleSignal Update(double x);
}

/// <summary>What a rule makes of the newest value or labeled prediction.</summary>
public enum RuleSignal : byte
{
    None,

    /// <summary>Something is on its way; only DDM, EDDM and HDDM know this.</summary>
    Warning,

    /// <summary>The values have changed. The next one starts the rule anew.</summary>
    Change,
}

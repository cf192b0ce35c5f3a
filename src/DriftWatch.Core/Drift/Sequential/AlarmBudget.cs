using DriftWatch.Core.State;
using System.Diagnostics;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>How often a calibrated series may be accused: what each stretch of data may spend, and how much evidence an alarm needs (statistics §6.3).</summary>
/// <remarks>
/// Time: days spent, against the days between false alarms. Predictions: labeled predictions spent, against their number between false alarms. Lifetime: a
/// series that sums to less than 1, against 1 ÷ probability. Several series together share the rate: the threshold grows with their number.
/// </remarks>
/// <param name="options">The policy.</param>
public sealed class AlarmBudget(DriftOptions options) : IKeepsState
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // Σ 1 / ((t + 1) ln²(t + 1)) over t = 1, 2, …
    private const double LifetimeSum = 2.10974;

    private const double RecoveryShare = 20.0 / 365;

    private long _spent; // stretches so far, for Lifetime

    /// <summary>What the evidence must reach, for one series.</summary>
    public double Threshold => options.Guarantee switch
    {
        Guarantee.Time => options.FalseAlarmEvery / Day,
        Guarantee.Predictions => options.FalseAlarmEveryPredictions,
        Guarantee.Lifetime => 1 / options.FalseAlarmProbability,
        _ => throw new UnreachableException(),
    };

    /// <summary>What the evidence that an episode is over must reach: 20 where a false alarm a year is allowed. A premature end does less harm than a false alarm.</summary>
    public double RecoveryThreshold => options.Guarantee == Guarantee.Lifetime ? 20 : Math.Max(2, Threshold * RecoveryShare);

    /// <summary>What the next stretch may spend.</summary>
    /// <param name="width">How much event time it covers.</param>
    /// <param name="labeled">Its labeled predictions.</param>
    public double Spend(TimeSpan width, long labeled) => options.Guarantee switch
    {
        Guarantee.Time => width / Day,
        Guarantee.Predictions => labeled,
        Guarantee.Lifetime => Lifetime(++_spent),
        _ => throw new UnreachableException(),
    };

    public void Exchange(StateExchange state) => state.Exchange(ref _spent);

    private static double Lifetime(long t) => 1 / (LifetimeSum * (t + 1) * Math.Log(t + 1) * Math.Log(t + 1));
}

using System.Diagnostics;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;

namespace DriftWatch.Metrics;

/// <summary>How a model is watched for drift, and how often that may be wrong: the policy as series.</summary>
internal sealed class DriftPolicyFamilies(MetricsPage page)
{
    private readonly TaggedGauge _rule = page.Gauge("driftwatch_drift_rule_info", "The rule that watches a model.", "model", "rule");
    private readonly TaggedGauge _every = page.Gauge("driftwatch_drift_false_alarm_interval_seconds", "Event time that at most one false alarm is allowed in, over the group.", "model", "group");
    private readonly TaggedGauge _everyPredictions = page.Gauge("driftwatch_drift_false_alarm_interval_predictions", "Labeled predictions that at most one false alarm is allowed in, over the group.", "model", "group");
    private readonly TaggedGauge _probability = page.Gauge("driftwatch_drift_false_alarm_probability_ratio", "Probability that is allowed for any false alarm, ever, over the group.", "model", "group");

    public void Export(string model, ModelOptions policy)
    {
        _rule.Set(1, model, policy.Rule.Name);
        if (policy.Rule.FalseAlarms(policy.Watch) is not { } drift) return;
        string group = drift.Group.ToString().ToLowerInvariant();
        switch (drift.Guarantee)
        {
            case Guarantee.Time:
                _every.Set(drift.FalseAlarmEvery.TotalSeconds, model, group);
                break;
            case Guarantee.Predictions:
                _everyPredictions.Set(drift.FalseAlarmEveryPredictions, model, group);
                break;
            case Guarantee.Lifetime:
                _probability.Set(drift.FalseAlarmProbability, model, group);
                break;
            default:
                throw new UnreachableException();
        }
    }
}

using DriftWatch.Web;

namespace DriftWatch.Metrics;

public class DriftMetricsTests
{
    [Fact]
    public async Task ThePageSaysWhereTheDetectorStands()
    {
        await using var host = await WebHost.Start(SimulatedEvidence.Service);

        var page = new MetricsText(await host.Get("/metrics"));

        const string Firing = "{model=\"credit\",version=\"3\"}";
        var detector = SimulatedEvidence.Firing.Detector!;
        Assert.Equal(detector.LogEvidence, page["driftwatch_drift_log_evidence" + Firing]);
        Assert.Equal(detector.LogThreshold, page["driftwatch_drift_log_evidence_threshold" + Firing]);
        Assert.Equal(detector.LogEvidenceRelative, page["driftwatch_drift_log_evidence_relative" + Firing]);
        Assert.Equal(detector.LogEvidenceIgnoringMissing, page["driftwatch_drift_log_evidence_ignoring_missing" + Firing]);
        Assert.Equal(detector.LogRecovery, page["driftwatch_drift_log_recovery" + Firing]);
        Assert.Equal(detector.LogRecoveryThreshold, page["driftwatch_drift_log_recovery_threshold" + Firing]);
        Assert.Equal(detector.Onset!.Value.Milliseconds / 1000.0, page["driftwatch_drift_onset_timestamp_seconds" + Firing]);
        Assert.Equal(1.75, page["driftwatch_overdispersion_ratio" + Firing]);
        Assert.Equal(0.96875, page["driftwatch_label_completeness_ratio" + Firing]);
        Assert.Equal(0.02, page["driftwatch_drift_tolerance_ratio" + Firing]);
        Assert.Equal(0.25, page["driftwatch_drift_log_odds_tolerance" + Firing]);
        Assert.Equal(86_400, page["driftwatch_drift_block_seconds" + Firing]);
        Assert.Equal(5, page["driftwatch_drift_alarm_family_series" + Firing]);
        Assert.Equal(5.2, page["driftwatch_slice_drift_log_evidence{model=\"credit\",version=\"3\",slice=\"region=eu\"}"]);
        Assert.Equal(7.5, page["driftwatch_slice_drift_log_evidence_threshold{model=\"credit\",version=\"3\",slice=\"region=eu\"}"]);
        Assert.Equal(-1.25, page["driftwatch_view_drift_log_evidence{model=\"credit\",version=\"3\",view=\"folded\"}"]);
    }

    [Fact]
    public async Task WhatIsWaitedForIsOneAndTheRestIsZero()
    {
        await using var host = await WebHost.Start(SimulatedEvidence.Service);

        var page = new MetricsText(await host.Get("/metrics"));

        (string, double)[] Waits(string model) => [.. page.Of("driftwatch_drift_waiting").Where(s => s.Contains($"\"{model}\"", StringComparison.Ordinal)).Select(s => (s.Split("reason=\"")[1].Split('"')[0], page[s])).Order()];
        Assert.Equal([("learning_claims", 0), ("learning_dependence", 0), ("missing_labels", 1)], Waits("loans"));
        Assert.Equal([("learning_claims", 0), ("learning_dependence", 1), ("missing_labels", 0)], Waits("offers"));
        Assert.Equal([("learning_claims", 0), ("learning_dependence", 0), ("missing_labels", 0)], Waits("credit"));
        Assert.DoesNotContain("driftwatch_drift_log_evidence{model=\"offers\",version=\"9\"}", page.Samples.Keys);
    }

    [Fact]
    public async Task APolicyIsToldInTheUnitOfItsGuaranteeAndOthersHaveNone()
    {
        await using var host = await WebHost.Start(SimulatedEvidence.Service);

        var page = new MetricsText(await host.Get("/metrics"));

        Assert.Equal(365 * 86_400, page["driftwatch_drift_false_alarm_interval_seconds{model=\"credit\",group=\"model\"}"]);
        Assert.Equal(1e8, page["driftwatch_drift_false_alarm_interval_predictions{model=\"loans\",group=\"model\"}"]);
        Assert.Equal(0.01, page["driftwatch_drift_false_alarm_probability_ratio{model=\"offers\",group=\"model\"}"]);
        Assert.Equal(1, page["driftwatch_drift_rule_info{model=\"fraud\",rule=\"threshold\"}"]);
        Assert.DoesNotContain(page.Samples.Keys, s => s.StartsWith("driftwatch_drift_", StringComparison.Ordinal) && s.Contains("\"fraud\"", StringComparison.Ordinal) && !s.Contains("rule_info", StringComparison.Ordinal));
    }

    [Fact]
    public async Task PromtoolHasNothingToSay()
    {
        await using var host = await WebHost.Start(SimulatedEvidence.Service);

        var (status, said) = await Promtool.CheckMetrics(await host.Get("/metrics"));

        Assert.Equal((0, ""), (status, said.Trim()));
    }
}

namespace DriftWatch.Evaluation.Bench;

/// <summary>Peers are tuned on streams that nothing is measured on, and to what was asked.</summary>
public class TuningTests
{
    private static readonly BenchRequest Small = new() { Quick = true, Streams = 3, Calibrated = 20, StableLength = 2_500, Only = ["S1"] };

    [Fact]
    public void Thresholds_let_one_calibrated_stream_in_twenty_alarm_and_their_rate_is_measured_on_others()
    {
        var result = new BenchRunner(Small, new BenchJobs(_ => { }, TestContext.Current.CancellationToken)).Run();

        var calibration = Assert.Single(result.Calibration);
        Assert.Equal(20, calibration.Streams);
        int tuned = 0;
        foreach (var rule in calibration.Rules)
        {
            if (result.TunedLevel(ScoreLaw.D3, rule) is not { } level) continue;
            Assert.InRange(calibration.Fired(rule, level), 0, 1);
            if (level > 0) Assert.True(calibration.Fired(rule, level - 1) > 1, rule.Name);
            tuned++;
        }

        Assert.True(tuned > 40, $"{tuned}");
        var stable = result.Stable(ScoreLaw.D3)!;
        Assert.Equal(20, result.Achieved(ScoreLaw.D3, RuleSet.Esr0)!.Value.Streams);
        Assert.NotEqual(calibration.Firsts(RuleSet.AdwinResidual, 0), stable.Firsts(RuleSet.AdwinResidual, 0));
        // Of every family one setting is measured on the drift, and its rate too.
        foreach (var family in PeerFamily.All)
        {
            var chosen = result.Chosen[("S1 D3 T=1.5", family.Name)];
            Assert.Contains(chosen, family.Grid);
            Assert.True(result.Find("S1 D3 T=1.5")!.IndexOf(chosen.Rule) >= 0);
            Assert.NotNull(result.Achieved(ScoreLaw.D3, chosen.Rule));
        }
    }

    [Fact]
    public void Every_setting_that_is_tried_has_a_name_of_its_own() =>
        Assert.Equal(PeerFamily.Every.Count, PeerFamily.Every.Select(peer => peer.Rule.Name).Distinct().Count());
}

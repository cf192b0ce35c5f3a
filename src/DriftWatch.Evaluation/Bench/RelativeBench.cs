using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;

namespace DriftWatch.Evaluation.Bench;

/// <summary>S9: a model that was wrong from the start has not become worse: the relative evidence must stay silent.</summary>
internal static class RelativeBench
{
    private const int Reference = 20_000;
    private const int Length = 400_000;

    /// <returns>Whether it fired at A = 1e8.</returns>
    public static bool Play(ulong seed)
    {
        var random = new BenchRandom(seed);
        var drift = new Truth(1.5);
        var components = TiltComponents.Of(Grid.Default);
        var reference = new CalibrationSketch(Grid.Default);
        for (int i = 0; i < Reference; i++) Draw(reference);
        var band = new NullBand(0.02, 0, CalibrationReference.Of(reference));
        var mixture = new TiltMixture(components);
        double[] gains = new double[components.Count];
        var pane = new CalibrationSketch(Grid.Default);
        for (int panes = 0; panes < Length / PaneProbe.Pane; panes++)
        {
            for (int i = 0; i < PaneProbe.Pane; i++) Draw(pane);
            Array.Clear(gains);
            TiltEvidence.Add(pane, components, band, MissingLabels.Ignore, gains);
            mixture.Advance(new(panes * 1000L), gains, 1, PaneProbe.Pane);
            if (Math.Log(mixture.Evidence) >= RuleSet.Budgets[^1]) return true;
            pane.Clear();
        }

        return false;

        void Draw(CalibrationSketch into)
        {
            double z = ScoreLaw.D3.Draw(random), p = Truth.Sigma(z);
            into.AddPrediction(p);
            into.AddOutcome(p, random.Chance(drift.Of(z, p)));
        }
    }
}

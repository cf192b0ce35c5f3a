using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;

namespace DriftWatch.Evaluation.Bench;

/// <summary>S12: 2 000 slices of which 100 drift; the e-BH report on lifetime evidence, 2 000 predictions after the onset (statistics §6.9).</summary>
internal static class FleetBench
{
    public const int Series = 2000;
    public const int Drifting = 100;
    private const double Level = 0.05;
    private const double Tolerance = 0.01;
    private const int StablePanes = 2;
    private const int DriftPanes = 4;

    /// <returns>False discoveries, and all discoveries, of one report.</returns>
    public static (int False, int Found) Play(ulong seed)
    {
        var random = new BenchRandom(seed);
        var components = TiltComponents.Of(Grid.Default);
        var band = new NullBand(Tolerance);
        var options = new DriftOptions { Guarantee = Guarantee.Lifetime };
        double[] gains = new double[components.Count];
        var pane = new CalibrationSketch(Grid.Default);
        var mixture = new TiltMixture(components);
        double[] evidence = new double[Series];
        var drift = new Truth(1.5);
        for (int series = 0; series < Series; series++)
        {
            var budget = new AlarmBudget(options);
            mixture.Reset();
            for (int panes = 0; panes < StablePanes + DriftPanes; panes++)
            {
                var truth = series < Drifting && panes >= StablePanes ? drift : Truth.Calibrated;
                for (int i = 0; i < PaneProbe.Pane; i++)
                {
                    double z = ScoreLaw.D3.Draw(random), p = Truth.Sigma(z);
                    pane.AddPrediction(p);
                    pane.AddOutcome(p, random.Chance(truth.Of(z, p)));
                }

                Array.Clear(gains);
                TiltEvidence.Add(pane, components, band, MissingLabels.Ignore, gains);
                mixture.Advance(new(panes * 1000L), gains, 1, budget.Spend(TimeSpan.Zero, PaneProbe.Pane));
                pane.Clear();
            }

            evidence[series] = mixture.Evidence;
        }

        var reported = FalseDiscoveries.EBenjaminiHochberg([.. evidence.Select(value => Math.Log(value))], Level);
        return (reported.Count(series => series >= Drifting), reported.Count);
    }

    public static FleetResult Sum(IReadOnlyList<(int False, int Found)> reports) => new(
        reports.Count,
        Series,
        Drifting,
        reports.Average(report => report.Found == 0 ? 0 : (double)report.False / report.Found),
        reports.Average(report => (double)(report.Found - report.False) / Drifting));
}

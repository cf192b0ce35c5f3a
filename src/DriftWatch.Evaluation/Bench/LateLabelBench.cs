using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Rules;
using DriftWatch.Core.Drift.Sequential;

namespace DriftWatch.Evaluation.Bench;

/// <summary>S11: a calibrated model whose labels go missing by their outcome, or come by their outcome.</summary>
internal static class LateLabelBench
{
    private const double Tolerance = 0.01;
    private const double Lost = 0.1;

    private static readonly (string Name, Func<double, bool, bool> May)[] Missing =
    [
        ("1 of 10 positives missing", (_, y) => y),
        ("1 of 10 negatives missing", (_, y) => !y),
        ("1 of 10 missing at random", (_, _) => true),
        ("1 of 10 missing where the claim was right", (p, y) => p >= 0.5 == y),
        ("1 of 10 missing where the claim was wrong", (p, y) => p >= 0.5 != y),
    ];

    public static IEnumerable<string> Mechanisms => Missing.Select(one => one.Name);

    /// <summary>Whether the detector fires with missing labels at their worst, and with them ignored.</summary>
    public static (bool WorstCase, bool Ignored) Play(int mechanism, int length, ulong seed)
    {
        var random = new BenchRandom(seed);
        var components = TiltComponents.Of(Grid.Default);
        var band = new NullBand(Tolerance);
        TiltMixture[] mixtures = [new(components), new(components)];
        bool[] fired = [false, false];
        double[] gains = new double[components.Count];
        var pane = new CalibrationSketch(Grid.Default);
        for (int panes = 0; panes < length / PaneProbe.Pane; panes++)
        {
            for (int i = 0; i < PaneProbe.Pane; i++)
            {
                double p = Truth.Sigma(ScoreLaw.D1.Draw(random));
                bool y = random.Chance(p);
                pane.AddPrediction(p);
                if (!Missing[mechanism].May(p, y) || !random.Chance(Lost)) pane.AddOutcome(p, y);
            }

            for (int rule = 0; rule < 2; rule++)
            {
                Array.Clear(gains);
                TiltEvidence.Add(pane, components, band, rule == 0 ? MissingLabels.WorstCase : MissingLabels.Ignore, gains);
                mixtures[rule].Advance(new(panes * 1000L), gains, 1, PaneProbe.Pane);
                fired[rule] |= Math.Log(mixtures[rule].Evidence) >= RuleSet.Budgets[^1];
            }

            pane.Clear();
        }

        return (fired[0], fired[1]);
    }

    /// <summary>A new version whose negatives are answered three times as fast as its positives: which rules alarm when they are fed as labels come?</summary>
    public static List<(string Rule, bool Fired)> WarmUp(int length, ulong seed)
    {
        var random = new BenchRandom(seed);
        var pairs = new (double Arrived, double P, bool Y)[length];
        for (int i = 0; i < length; i++)
        {
            double p = Truth.Sigma(ScoreLaw.D1.Draw(random));
            bool y = random.Chance(p);
            pairs[i] = (i + ((y ? 6000 : 2000) * random.Exponential()), p, y);
        }

        var byPrediction = new SeriesDrive(SeriesDrive.Independent(Tolerance), PaneProbe.Pane, TimeSpan.FromSeconds(10));
        foreach (var (_, p, y) in pairs) byPrediction.Add(p, y); // what mature panes hold: every label
        Array.Sort(pairs, (left, right) => left.Arrived.CompareTo(right.Arrived));
        var byArrival = new SeriesDrive(SeriesDrive.Independent(Tolerance), PaneProbe.Pane, TimeSpan.FromSeconds(10));
        foreach (var (_, p, y) in pairs) byArrival.Add(p, y);
        List<(string, bool)> fired = [("e-SR ε=.01, mature panes", byPrediction.Episodes > 0), ("e-SR ε=.01, fed as labels come", byArrival.Episodes > 0)];
        foreach (var (name, make) in RuleSet.AtDefaults)
        {
            var rule = make();
            fired.Add((name, Array.Exists(pairs, pair => rule.Update(pair.P, pair.Y) == RuleSignal.Change)));
        }

        return fired;
    }
}

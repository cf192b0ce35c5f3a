using DriftWatch.Core.Calibration;
using DriftWatch.Core.Series;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;
using Xunit;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>Labels that are asked for by chance: what was never asked for is not reckoned with as missing, and whatever happens to the rest, no bet gains under the null.</summary>
public sealed class AnnouncedBinTests
{
    private static readonly TiltComponents Components = TiltComponents.Of(Grid.H188);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static double[] Gains(CalibrationSketch pane, NullBand band)
    {
        double[] gains = new double[Components.Count];
        TiltEvidence.Add(pane, Components, band, MissingLabels.WorstCase, gains);
        return gains;
    }

    [Theory]
    [InlineData("none")]
    [InlineData("some that came true")]
    [InlineData("some that did not")]
    [InlineData("all that did not")]
    public void The_expected_gain_is_at_most_one_whatever_stays_away(string lost)
    {
        const int Panes = 6_000;
        var band = new NullBand(.02);
        double[] claims = [.05, .3, .5, .9], chances = [.05, .2, .7, 1];
        foreach (bool upper in (bool[])[false, true])
        {
            var random = new SplitMix(upper ? 7UL : 8UL);
            double[] sum = new double[Components.Count], squares = new double[Components.Count];
            for (int pane = 0; pane < Panes; pane++)
            {
                var sketch = new CalibrationSketch();
                for (int i = 0; i < 60; i++)
                {
                    double claim = claims[random.Below(claims.Length)];
                    var weight = SamplingWeight.Of(chances[random.Below(chances.Length)]);
                    int bin = Grid.H188.BinOf(claim);
                    bool outcome = random.Chance(upper ? band.Upper(bin, claim) : band.Lower(bin, claim));
                    sketch.AddPrediction(claim, weight);
                    bool stays = lost switch { "some that came true" => outcome && random.Chance(.5), "some that did not" => !outcome && random.Chance(.5), "all that did not" => !outcome, _ => false };
                    if (random.Chance(weight.Probability) && !stays) sketch.AddOutcome(claim, outcome, new(weight, weight.IsMore));
                }

                double[] gains = Gains(sketch, band);
                for (int j = 0; j < gains.Length; j++)
                {
                    double gain = Math.Exp(gains[j]);
                    (sum[j], squares[j]) = (sum[j] + gain, squares[j] + (gain * gain));
                }
            }

            for (int j = 0; j < Components.Count; j++)
            {
                double mean = sum[j] / Panes, error = Math.Sqrt(Math.Max(0, (squares[j] / Panes) - (mean * mean)) / Panes);
                Assert.True(mean <= 1 + (4 * error) + 1e-9, $"component {j} ({Components.Family(j)} {Components.Amplitude(j)}), upper {upper}: {mean} ± {error}");
            }
        }
    }

    [Fact]
    public void No_label_that_is_taken_away_raises_a_gain()
    {
        var random = new SplitMix(3);
        var band = new NullBand(.01);
        var sketch = new CalibrationSketch();
        List<(double P, bool Y, LabelChoice Choice)> labeled = [];
        for (int i = 0; i < 400; i++)
        {
            double p = random.Unit();
            var weight = random.Chance(.5) ? SamplingWeight.Of(.3) : default;
            sketch.AddPrediction(p, weight);
            if (!random.Chance(weight.Probability)) continue;
            labeled.Add((p, random.Chance(p), new(weight, weight.IsMore)));
            sketch.AddOutcome(p, labeled[^1].Y, labeled[^1].Choice);
        }

        double[] before = Gains(sketch, band);
        foreach (var (p, y, choice) in labeled)
        {
            // One that is not announced counts as missing then, at its worst, as ever.
            sketch.RemoveOutcome(p, y, choice);
            double[] after = Gains(sketch, band);
            if (choice.Announced) Assert.All(after.Zip(before), pair => Assert.True(pair.First <= pair.Second + 1e-9));
            before = after;
        }
    }

    [Fact]
    public void The_detector_finds_drift_in_one_label_of_twenty_if_predictions_say_so_and_stays_silent_without_it()
    {
        var announced = Run(announce: true, slope: 1 / 2.0);
        Assert.Contains(announced.Findings, finding => finding.Kind == FindingKind.Drift);
        Assert.InRange(announced.Detector.Capture().Completeness!.Value, .95, 1);

        var silent = Run(announce: false, slope: 1 / 2.0);
        Assert.DoesNotContain(silent.Findings, finding => finding.Kind == FindingKind.Drift);
        Assert.Contains("Waits for labels", silent.Detector.Capture().Waiting, StringComparison.Ordinal);

        Assert.DoesNotContain(Run(announce: true, slope: 1).Findings, finding => finding.Kind == FindingKind.Drift);
    }

    private static (EsrDetector Detector, List<Finding> Findings) Run(bool announce, double slope)
    {
        var detector = new EsrDetector(new DriftOptions { Tolerance = .02, Dependence = Dependence.Independent, Guarantee = Guarantee.Predictions }, Minute, TimeSpan.Zero);
        List<Finding> findings = [];
        var random = new SplitMix(5);
        var weight = SamplingWeight.Of(.05);
        for (int pane = 0; pane < 100; pane++)
        {
            var sketch = new CalibrationSketch();
            for (int i = 0; i < 2000; i++)
            {
                double odds = 2 * random.Normal(), p = 1 / (1 + Math.Exp(-odds));
                sketch.AddPrediction(p, announce ? weight : default);
                if (random.Chance(.05)) sketch.AddOutcome(p, random.Chance(1 / (1 + Math.Exp(-slope * odds))), new(weight, announce));
            }

            detector.Observe(new EventTime(pane * 60_000L), sketch, findings);
        }

        return (detector, findings);
    }
}

using DriftWatch.Calibration;
using DriftWatch.Support;

namespace DriftWatch.Drift.ESr;

public sealed class TiltEvidenceTests
{
    private static readonly TiltComponents Components = TiltComponents.Of(Grid.H188);

    [Theory]
    [InlineData(TiltFamily.Shift, .2, 0, -3.262533452064332)]
    [InlineData(TiltFamily.Shift, .2, .02, -7.216513928652489)]
    [InlineData(TiltFamily.Shift, -.2, 0, -3.31568467390467)]
    [InlineData(TiltFamily.Shift, -.2, .02, -7.2699137155098015)]
    [InlineData(TiltFamily.Sharp, -.2, .02, -30.137844653010475)]
    [InlineData(TiltFamily.Sharp, .5, .02, 14.741572329724466)]
    public void Golden_vector_B_as_one_pane(TiltFamily family, double amplitude, double tolerance, double expected)
    {
        int component = Enumerable.Range(0, Components.Count).Single(j => Components.Family(j) == family && Components.Amplitude(j) == amplitude);

        Assert.Equal(expected, Gains(Pairs.B.Sketch(), new NullBand(tolerance))[component], 1e-9);
    }

    private static double[] Gains(CalibrationSketch pane, NullBand band, MissingLabels missing = MissingLabels.WorstCase)
    {
        double[] gains = new double[Components.Count];
        TiltEvidence.Add(pane, Components, band, missing, gains);
        return gains;
    }
}

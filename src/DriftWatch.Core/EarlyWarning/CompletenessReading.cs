using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;

namespace DriftWatch.Core.EarlyWarning;

/// <summary>Which share of a mature window's predictions got their label, against the reference.</summary>
/// <param name="Labeled">Labeled predictions.</param>
/// <param name="Predictions">All predictions.</param>
/// <param name="Interval">Wilson's interval for the share, 95 %.</param>
/// <param name="Reference">The share in the reference.</param>
/// <param name="Z">Standard deviations above the reference (negative: fewer), with what its windows varied allowed for.</param>
public readonly record struct CompletenessReading(long Labeled, long Predictions, Interval Interval, double Reference, double Z)
{
    public double Share => (double)Labeled / Predictions;

    /// <summary>How far it fell below the reference; negative if it rose.</summary>
    public double Drop => Reference - Share;

    /// <summary>Null without predictions.</summary>
    public static CompletenessReading? Of(CalibrationSketch window, ReferenceWindow reference)
    {
        if (window.Predictions == 0) return null;
        (double n, double m) = (window.Predictions, reference.Predictions);
        double share = window.Labeled / n;
        double pooled = (window.Labeled + reference.Labeled) / (n + m);
        double variance = (pooled * (1 - pooled) * ((1 / n) + (1 / m))) + reference.Dispersion.Completeness;
        double z = variance > 0 ? (share - reference.Completeness) / Math.Sqrt(variance) : 0;
        return new(window.Labeled, window.Predictions, Intervals.Wilson(window.Labeled, window.Predictions), reference.Completeness, z);
    }

    internal static CompletenessReading Exchange(StateExchange state, CompletenessReading reading) => new(
        state.Kept(reading.Labeled), state.Kept(reading.Predictions), Interval.Exchange(state, reading.Interval), state.Kept(reading.Reference), state.Kept(reading.Z));
}

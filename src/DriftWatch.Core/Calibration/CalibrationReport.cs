namespace DriftWatch.Core.Calibration;

/// <summary>The calibration metrics of one sketch: a number for each row of <see cref="WindowMetrics"/>. One that cannot be computed (no labeled predictions) is null, never NaN or 0.</summary>
/// <remarks>The named ones are those that code reads; all are there by their row.</remarks>
public sealed record CalibrationReport
{
    public static readonly CalibrationReport Empty = new(new double?[WindowMetrics.All.Count]);

    private readonly double?[] _values;

    internal CalibrationReport(double?[] values) => _values = values;

    public double? Ece => this[WindowMetrics.Ece];

    public double? EceNull => this[WindowMetrics.EceNull];

    public double? EceExcess => this[WindowMetrics.EceExcess];

    public double? EceLower => this[WindowMetrics.EceLower];

    public double? EceUpper => this[WindowMetrics.EceUpper];

    public double? Mce => this[WindowMetrics.Mce];

    public double? Gap => this[WindowMetrics.Gap];

    public double? GapLower => this[WindowMetrics.GapLower];

    public double? GapUpper => this[WindowMetrics.GapUpper];

    public double? ClasswiseEce => this[WindowMetrics.ClasswiseEce];

    public double? Brier => this[WindowMetrics.Brier];

    public double? LogLoss => this[WindowMetrics.LogLoss];

    public double? BaseRate => this[WindowMetrics.BaseRate];

    public double? MeanConfidence => this[WindowMetrics.MeanProbability];

    public double? Coverage => this[WindowMetrics.Coverage];

    public double? this[WindowMetric metric] => _values[metric.Place];

    /// <summary>The same report with another number for one metric.</summary>
    public CalibrationReport With(WindowMetric metric, double? value)
    {
        double?[] values = [.. _values];
        values[metric.Place] = value;
        return new(values);
    }

    public bool Equals(CalibrationReport? other) => other is not null && _values.AsSpan().SequenceEqual(other._values);

    public override int GetHashCode() => HashCode.Combine(Ece, Brier, Coverage);

    /// <summary>Every number, to the bit: two reports with the same text are the same.</summary>
    public override string ToString() => string.Join(' ', WindowMetrics.All.Select(metric => FormattableString.Invariant($"{metric.Name} {this[metric]:R}")));
}

namespace DriftWatch.Calibration;

/// <summary>A closed interval.</summary>
public readonly record struct Interval(double Lower, double Upper);

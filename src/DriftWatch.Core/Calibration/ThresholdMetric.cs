namespace DriftWatch.Core.Calibration;

/// <summary>A metric at a threshold: one number for each configured threshold of each window of each series.</summary>
public sealed record ThresholdMetric(string Name, string Title, string Meaning, Func<ThresholdReliability, double?> Of) : Metric(Name, Title, Meaning);

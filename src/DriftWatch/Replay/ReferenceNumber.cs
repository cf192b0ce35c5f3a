namespace DriftWatch.Replay;

/// <summary>One number as another library would print it.</summary>
/// <param name="Library">Short name.</param>
/// <param name="Measure">What is measured: ece, mce, rmsce, …</param>
/// <param name="Bins">Number of bins M; null where there are none.</param>
/// <param name="Rule">How bins are cut, or what is used in their place.</param>
/// <param name="Value">The number; null where there is nothing to measure.</param>
internal readonly record struct ReferenceNumber(string Library, string Measure, int? Bins, string Rule, double? Value);

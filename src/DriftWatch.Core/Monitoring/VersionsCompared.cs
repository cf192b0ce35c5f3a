using DriftWatch.Core.Comparison;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Monitoring;

/// <summary>Two versions of a model on the requests that both have scored.</summary>
/// <param name="Model">The model.</param>
/// <param name="Current">The version that serves.</param>
/// <param name="Candidate">The version that is compared with it.</param>
/// <param name="Slice">The part of the candidate's traffic; null: all of it.</param>
/// <param name="Found">What is known.</param>
public sealed record VersionsCompared(string Model, string Current, string Candidate, Slice? Slice, ComparisonSnapshot Found);

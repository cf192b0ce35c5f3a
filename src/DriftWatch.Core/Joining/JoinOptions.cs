using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>What the join goes by besides the rules of the models.</summary>
/// <param name="Routes">The models' rules.</param>
/// <param name="OutOfOrderness">By how much records of one source may be out of order (G).</param>
/// <param name="MaxPending">Most predictions and labels in the table; past it the oldest are evicted and counted.</param>
/// <param name="Bucket">How finely deadlines are swept; divides the pane.</param>
/// <param name="Origin">A moment at which buckets start.</param>
public sealed record JoinOptions(SeriesOptions Routes, TimeSpan OutOfOrderness, int MaxPending, TimeSpan Bucket, EventTime Origin);

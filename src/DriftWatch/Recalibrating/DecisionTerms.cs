using DriftWatch.Core.Recalibration;
using DriftWatch.Core.Time;
using DriftWatch.Options;

namespace DriftWatch.Recalibrating;

/// <summary>The settings that a decision depends on, as they were when it was made.</summary>
/// <param name="Methods">Maps to try.</param>
/// <param name="PartialSets">Whether what retention has left was fitted.</param>
/// <param name="MaxRecords">Most records of predictions that a request may name.</param>
/// <param name="MaxPairs">About how many pairs a set holds at most; null of a record from when nothing was drawn.</param>
/// <param name="Horizon">How long labels were waited for.</param>
/// <param name="Lead">How much earlier than its prediction a label may be.</param>
/// <param name="OutOfOrderness">By how much records may be out of order.</param>
/// <param name="Gate">What the gate asks for.</param>
internal sealed record DecisionTerms(IReadOnlyList<MapMethod> Methods, bool PartialSets, int MaxRecords, int? MaxPairs, TimeSpan Horizon, TimeSpan Lead, TimeSpan OutOfOrderness, RecalibrationTerms Gate)
{
    public static DecisionTerms Of(DriftWatchOptions options, string model)
    {
        var join = options.Monitor.For(model).Join;
        return new(options.Recalibration.Methods, options.Recalibration.PartialSets, options.Recalibration.MaxRecords, options.Recalibration.MaxPairs, join.Horizon, join.Lead, options.Monitor.OutOfOrderness, new());
    }

    /// <summary>What it is written as.</summary>
    public static string Write(TimeSpan duration) => Durations.Format(duration);
}

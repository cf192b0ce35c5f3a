using DriftWatch.Core.Calibration;

namespace DriftWatch.Core.Windowing;

/// <summary>The windows of one width.</summary>
/// <param name="Width">Their width.</param>
/// <param name="History">Windows with at least one prediction, oldest first: sealed ones (bounded), then mature, maturing and open ones. The last is provisional.</param>
/// <param name="NewestMature">The newest mature window of <paramref name="History"/>; null before the first.</param>
public sealed record WindowSeries(TimeSpan Width, IReadOnlyList<WindowSnapshot> History, WindowSnapshot? NewestMature)
{
    /// <summary>What <see cref="NewestMature"/> counts, for numbers that are too dear to compute always; a copy that nobody changes. Null for slices.</summary>
    public CalibrationSketch? Sketch { get; init; }
}

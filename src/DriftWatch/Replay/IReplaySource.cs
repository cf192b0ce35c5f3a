using DriftWatch.Core.Input;
using DriftWatch.Core.Series;

namespace DriftWatch.Replay;

/// <summary>Where a replay has its rows from: files, or topics. Predictions and labels are read by two threads at once.</summary>
internal interface IReplaySource
{
    /// <exception cref="ReplayException">They cannot be read at all.</exception>
    LoadedFile<Prediction> Predictions(RouteTable routes, ReplayMeter meter);

    /// <exception cref="ReplayException">They cannot be read at all.</exception>
    LoadedFile<Label> Labels(RouteTable routes, ReplayMeter meter);
}

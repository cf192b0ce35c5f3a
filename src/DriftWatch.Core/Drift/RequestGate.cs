using DriftWatch.Checkpoints;
using DriftWatch.Series;

namespace DriftWatch.Drift;

/// <summary>Lets one request at a time through for the slices and extra views of a model version: a pipeline recalibrates the model, not each of its slices.</summary>
/// <remarks>A slice or extra view stands back while an episode of the whole traffic or of another part has been requested; the whole traffic never does.</remarks>
public sealed class RequestGate : IKeepsState
{
    private readonly HashSet<SeriesKey> _requested = [];

    public bool Admits(SeriesKey series) => series.IsWhole || _requested.Count == 0;

    public void Enter(SeriesKey series) => _requested.Add(series);

    public void Leave(SeriesKey series) => _requested.Remove(series);

    /// <remarks>What is shared is kept once, by whoever made it.</remarks>
    public void Exchange(StateExchange state)
    {
        List<SeriesKey> requested = [.. _requested.Order(SeriesKey.ByParts)];
        state.Exchange(requested, static (StateExchange each, ref SeriesKey key) => key = SeriesKey.Exchange(each, key));
        if (!state.IsReading) return;
        _requested.Clear();
        _requested.UnionWith(requested);
    }
}

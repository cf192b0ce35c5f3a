using DriftWatch.Core.Series;

namespace DriftWatch.Core.Drift;

/// <summary>Lets one request at a time through for the slices and extra views of a model version: a pipeline recalibrates the model, not each of its slices.</summary>
/// <remarks>A slice or extra view stands back while an episode of the whole traffic or of another part has been requested; the whole traffic stands back only where <see cref="IsAskedFor"/>. Kept nowhere: who has entered follows from who is cooling.</remarks>
public sealed class RequestGate
{
    private readonly HashSet<SeriesKey> _requested = [];

    /// <summary>Whether this version has been asked for already, by an episode of the model over all its versions.</summary>
    public bool IsAskedFor { get; set; }

    public bool Admits(SeriesKey series) => !IsAskedFor && (series.IsWhole || _requested.Count == 0);

    public void Enter(SeriesKey series) => _requested.Add(series);

    public void Leave(SeriesKey series) => _requested.Remove(series);
}

using System.Diagnostics;
using DriftWatch.Core.Drift;
using DriftWatch.Core.EarlyWarning;
using DriftWatch.Core.Series;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Core.Monitoring;

/// <summary>What each room goes by for one model: made once for all its series, and its settings written out once for all times that state is written.</summary>
internal sealed class ModelTerms(string model, MonitorOptions options)
{
    private readonly Dictionary<(StatePart Part, View View), IReadOnlyList<KeyValuePair<string, string>>> _fingerprints = [];

    public MonitorOptions Monitor => options;

    public ModelOptions Model { get; } = options.For(model);

    public WindowOptions Windows { get; } = options.WindowsOf(model);

    public WatchOptions Watch { get; } = options.For(model).Watch;

    public EarlyWarningTerms EarlyWarning { get; } = options.EarlyWarningOf(model);

    /// <summary>The settings that a part of the state depends on, as they are stored beside it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fingerprint(StatePart part, View view)
    {
        if (_fingerprints.TryGetValue((part, view), out var known)) return known;
        var settings = part switch
        {
            StatePart.Rule => StateFingerprint.Rule,
            StatePart.EarlyWarning => StateFingerprint.EarlyWarning,
            StatePart.PredictionSets => StateFingerprint.PredictionSets,
            StatePart.Everything or StatePart.Routes => throw new UnreachableException($"{part} belongs to no series."),
            _ => throw new UnreachableException(),
        };
        return _fingerprints[(part, view)] = StateFingerprint.Values(settings, new SeriesPolicy(Model, options, view));
    }
}

using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;

namespace DriftWatch.Pipeline.Diagnosis;

/// <summary>All that a diagnosis is made of: pictures of what came lately, and the settings it was read with.</summary>
internal sealed record InputSigns
{
    public IReadOnlyList<TopicSnapshot> Topics { get; init; } = [];

    public IReadOnlyList<ModelPicture> Models { get; init; } = [];

    /// <summary>What has been counted of each model.</summary>
    public IReadOnlyList<ModelSnapshot> Counted { get; init; } = [];

    public MonitorOptions Options { get; init; } = new();

    /// <summary>From which event time on labels must meet predictions; null: not known yet.</summary>
    public EventTime? LabelsMeetFrom { get; init; }

    /// <summary>Predictions that gave up waiting for want of room.</summary>
    public long EvictedPredictions { get; init; }

    /// <summary>When a label's prediction must be known, if it is no older than the longest horizon: that much after the first window of predictions.</summary>
    /// <remarks>The end of the first window is never before the first prediction; the narrowest width tells it best.</remarks>
    public static EventTime? MeetFrom(MonitorSnapshot monitor, MonitorOptions options)
    {
        EventTime? first = monitor.Series.Where(series => series.Key.IsWhole).SelectMany(series => series.Windows)
            .Where(windows => windows.History.Count > 0).Min(windows => (EventTime?)windows.History[0].End);
        return first + options.Models.Values.Append(options.Default).Max(model => model.Join.Horizon);
    }
}

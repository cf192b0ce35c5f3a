using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Pipeline.Diagnosis;

/// <summary>What the reading thread notes of recent records, so that input that is wrong as a whole can be told from input that is fine.</summary>
/// <remarks>Law: it only looks. No record is treated otherwise for it, none of it is stored, and what is read again after a restart is not looked at again.</remarks>
internal sealed class InputWatch(RouteTable routes)
{
    private readonly Dictionary<string, ModelSigns> _models = [];
    private readonly List<ModelSigns> _modelOfRoute = [];
    private EventTime _clock;

    /// <summary>From which event time on a label's prediction is known if it is no older than the horizon; null: that is not known yet.</summary>
    public EventTime? LabelsMeetFrom { get; set; }

    public void Begin(TopicSigns topic, EventTime clock)
    {
        _clock = clock;
        topic.Turn(clock);
    }

    public void TakePrediction(TopicSigns topic, in Prediction prediction, in JoinResult result, CalibrationMonitor monitor)
    {
        topic.Accept(result.Met, inReach: false, Behind(prediction.Time, result.Kind, monitor));
        Note(monitor.Meetings);
    }

    public void TakeLabel(TopicSigns topic, in Label label, in JoinResult result, CalibrationMonitor monitor)
    {
        if (result.Kind == Arrival.Unreadable) topic.RejectMet(RejectReason.LabelValue);
        else topic.Accept(result.Met, label.Time >= LabelsMeetFrom, Behind(label.Time, result.Kind, monitor));
        if (result is { Kind: Arrival.Waiting, Trace.Notes: ReplayTrace.FoundOthers }) topic.Misaddressed();
        Note(monitor.Meetings);
    }

    public IReadOnlyList<ModelPicture> Capture(EventTime clock) => [.. _models.Values.Select(model => model.Capture(clock))];

    private void Note(ReadOnlySpan<Meeting> meetings)
    {
        foreach (ref readonly var meeting in meetings) Note(meeting);
    }

    private void Note(in Meeting meeting)
    {
        while (_modelOfRoute.Count <= meeting.Route)
        {
            string model = routes[_modelOfRoute.Count].Model;
            if (!_models.TryGetValue(model, out var signs)) _models.Add(model, signs = new ModelSigns(model));
            _modelOfRoute.Add(signs);
        }

        _modelOfRoute[meeting.Route].Take(meeting, _clock);
    }

    private static TimeSpan? Behind(EventTime time, Arrival arrival, CalibrationMonitor monitor) =>
        arrival == Arrival.Late && monitor.Watermark is { } watermark ? watermark - time : null;
}

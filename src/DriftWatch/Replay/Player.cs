using System.Runtime.CompilerServices;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;

namespace DriftWatch.Replay;

/// <summary>Plays predictions and labels to a monitor in the order that a live system would have seen them.</summary>
/// <remarks>
/// Predictions come at their time, labels at theirs, a prediction before a label of the same time. The watermark is the time of the
/// record: files are complete, so nothing has to be waited for and nothing is late.
/// </remarks>
/// <param name="monitor">Counts.</param>
/// <param name="pairs">Takes the pairs that match.</param>
/// <param name="addressees">Whom labels address, by the number that they were read with.</param>
internal sealed class Player(CalibrationMonitor monitor, Pairs pairs, int[] addressees)
{
    /// <summary>Unreadable labels that are told one by one.</summary>
    private const int Told = 5;

    private readonly List<RecalibrationRequest> _requests = [];
    private readonly List<(int Row, int Route)> _unreadable = [];
    private EventTime _now = new(long.MinValue);
    private EventTime _paneEnd = new(long.MinValue);
    private long _played;

    /// <summary>Decisions in order.</summary>
    public IReadOnlyList<RecalibrationRequest> Requests => _requests;

    /// <summary>The first labels that their prediction's view could not read, with the prediction's route.</summary>
    public IReadOnlyList<(int Row, int Route)> Unreadable => _unreadable;

    /// <summary>Records played so far; another thread may look.</summary>
    public long Played => Volatile.Read(ref _played);

    /// <summary>Plays all records.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // one long loop, called once
    public void Play(PlayCursor records)
    {
        while (records.MoveNext())
        {
            if (records.IsPrediction) Play(records.Prediction);
            else Play(records.Label, records.Row);
        }

        TakeRequests();
    }

    /// <summary>The label, with the addressee that the predictions know.</summary>
    public Label Addressed(Label label) => label.Addressee < addressees.Length ? label with { Addressee = addressees[label.Addressee] } : label;

    private void Play(in Prediction prediction)
    {
        AdvanceTo(prediction.Time);
        monitor.Add(prediction);
        Take(monitor.Meetings, prediction.Id);
        _played++;
    }

    private void Play(in Label label, int row)
    {
        AdvanceTo(label.Time);
        monitor.Add(Addressed(label));
        foreach (ref readonly var meeting in monitor.Meetings)
        {
            if (meeting.Label == Arrival.Matched) pairs.Add(meeting, label.Id);
            else if (meeting.Label == Arrival.Unreadable && _unreadable.Count < Told) _unreadable.Add((row, meeting.Route));
        }

        _played++;
    }

    private void Take(ReadOnlySpan<Meeting> meetings, PredictionId id)
    {
        foreach (ref readonly var meeting in meetings)
        {
            if (meeting.Label == Arrival.Matched) pairs.Add(meeting, id);
        }
    }

    private void AdvanceTo(EventTime time)
    {
        if (time == _now) return;
        _now = time;
        monitor.AdvanceTo(time);
        if (time < _paneEnd) return;
        _paneEnd = time.FloorTo(monitor.Options.Pane, monitor.Options.Origin) + monitor.Options.Pane;
        TakeRequests();
    }

    private void TakeRequests() => _requests.AddRange(monitor.TakeRequests());
}

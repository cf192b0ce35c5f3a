using DriftWatch.Core.Joining;
using DriftWatch.Core.Time;

namespace DriftWatch.Pipeline.Diagnosis;

/// <summary>How the recent labels of one model stood to their predictions in time. Belongs to the thread that reads.</summary>
internal sealed class ModelSigns(string model)
{
    private const int OffsetsKept = 128;
    private const int Met = 0, Early = 1, TooLate = 2;

    private readonly RecentCounts _counts = new(3);
    private readonly TimeSpan[] _offsets = new TimeSpan[OffsetsKept];
    private long _offsetCount;

    public void Take(in Meeting meeting, EventTime clock)
    {
        _counts.Turn(clock);
        _counts.Add(Met);
        if (meeting.Label != Arrival.Orphaned) return;
        _counts.Add(meeting.Delay < TimeSpan.Zero ? Early : TooLate);
        _offsets[_offsetCount++ % OffsetsKept] = meeting.Delay;
    }

    public ModelPicture Capture(EventTime clock)
    {
        _counts.Turn(clock);
        return new(model)
        {
            Met = _counts[Met],
            Early = _counts[Early],
            TooLate = _counts[TooLate],
            Offsets = [.. _offsets.Take((int)Math.Min(_offsetCount, OffsetsKept)).Order()],
        };
    }
}

/// <summary>What <see cref="ModelSigns"/> had counted when somebody looked.</summary>
internal sealed record ModelPicture(string Model)
{
    /// <summary>Labels that met the prediction of the same id.</summary>
    public long Met { get; init; }

    /// <summary>Those before it by more than the lead.</summary>
    public long Early { get; init; }

    /// <summary>Those after it by more than the horizon.</summary>
    public long TooLate { get; init; }

    /// <summary>Event time from prediction to label of the newest that were too early or too late, least first.</summary>
    public IReadOnlyList<TimeSpan> Offsets { get; init; } = [];
}

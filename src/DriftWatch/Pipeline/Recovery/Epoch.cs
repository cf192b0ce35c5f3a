using DriftWatch.Core.Checkpoints;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Time;

namespace DriftWatch.Pipeline.Recovery;

/// <summary>What belongs together between two commits: what was done, in order, and what is to be written for it.</summary>
/// <remarks>Law: all of it is committed in one transaction, with the positions at its end, or nothing.</remarks>
internal sealed class Epoch
{
    private readonly List<OutgoingRecord> _records = [];
    private long _clock = -1;

    public EpochEntry Entry { get; } = new();

    /// <summary>Events and dead letters, in order.</summary>
    public IReadOnlyList<OutgoingRecord> Records => _records;

    public void Send(OutgoingRecord record) => _records.Add(record);

    /// <summary>Notes which wall clock the reader was given.</summary>
    public void SetClock(EventTime now)
    {
        if (now.Milliseconds == _clock) return;
        _clock = now.Milliseconds;
        Entry.Steps.Add(new(StepKind.Clock, 0, _clock));
    }

    /// <summary>Notes that a partition was read up to an offset.</summary>
    public void Read(int partition, long position)
    {
        var step = new JournalStep(StepKind.Read, partition, position);
        var steps = Entry.Steps;
        if (steps.Count > 0 && steps[^1] is { Kind: StepKind.Read } last && last.Partition == partition) steps[^1] = step;
        else steps.Add(step);
    }

    /// <summary>Notes that event time was moved on.</summary>
    public void Advance(EventTime watermark) => Entry.Steps.Add(new(StepKind.Advance, 0, watermark.Milliseconds));

    /// <summary>Notes what a record of the topic of answers came to.</summary>
    public void Answer(byte[] taken) => Entry.Steps.Add(new(StepKind.Answer, 0, 0) { Answer = taken });

    /// <summary>Notes what has to be remembered of a row of a record.</summary>
    public void Note(int partition, long offset, int row, in ReplayTrace trace)
    {
        if (trace.NeededUntil > Entry.NeededUntil) Entry.NeededUntil = trace.NeededUntil;
        for (int note = 0; note < trace.Notes; note++) Entry.Exceptions.Add((partition, offset, row));
    }
}

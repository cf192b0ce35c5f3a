using System.Diagnostics;
using DriftWatch.Core.Hashing;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Checkpoints;

/// <summary>What was done in one epoch, in order: enough to do it again from the sources.</summary>
/// <remarks>The records themselves stay where they are; an entry says which were read when, and what cannot be seen from them.</remarks>
public sealed class EpochEntry
{
    private static readonly SipHash Chaining = new("driftwatch-chain"u8);

    /// <summary>Counts from 1, one more with each.</summary>
    public long Number { get; set; }

    /// <summary>What was done, in order.</summary>
    public List<JournalStep> Steps { get; } = [];

    /// <summary>Records whose effect cannot be derived again (<see cref="Joining.ReplayTrace.Notes"/>): offsets by partition, with the row of the record, in order, each as often as it has notes.</summary>
    public List<(int Partition, long Offset, int Row)> Exceptions { get; } = [];

    /// <summary>Class rosters that grew, and how many classes each had before.</summary>
    public List<RosterGrowth> Growths { get; } = [];

    /// <summary>The last watermark at which a restart must read the epoch's records again, in epoch milliseconds.</summary>
    public long NeededUntil { get; set; }

    /// <summary>A hash of the counts at its end: reading again must come to the same.</summary>
    public ulong Fingerprint { get; set; }

    /// <summary>A hash of this entry and all before it: two with the same chain tell the same story.</summary>
    public ulong Chain { get; private set; }

    /// <summary>Whether nothing was done.</summary>
    public bool IsEmpty => Steps.Count == 0;

    /// <summary>Writes the entry, or reads it, as the differences from the one before.</summary>
    internal void Exchange(StateExchange state, JournalContext context)
    {
        long number = Number, needed = NeededUntil - context.Watermark;
        state.Exchange(ref number);
        state.Exchange(ref needed);
        (Number, NeededUntil) = (number, needed + context.Watermark);
        state.Exchange(Steps, (StateExchange s, ref JournalStep step) => context.Exchange(s, ref step));
        long[] last = [.. context.Positions];
        state.Exchange(Exceptions, (StateExchange s, ref (int Partition, long Offset, int Row) one) =>
        {
            // The complement of a partition says that a row follows: most records are one, and are written as they were before there were rows.
            int partition = one.Row > 0 ? ~one.Partition : one.Partition;
            s.Exchange(ref partition);
            if (partition < 0) s.Exchange(ref one.Row);
            one.Partition = partition < 0 ? ~partition : partition;
            if ((uint)one.Partition >= (uint)last.Length) throw new StateFormatException($"Epoch {number} names a partition that was not read.");
            long back = one.Offset - last[one.Partition];
            s.Exchange(ref back);
            last[one.Partition] = one.Offset = last[one.Partition] + back;
        });
        state.Exchange(Growths, (StateExchange s, ref RosterGrowth growth) => RosterGrowth.Exchange(s, ref growth));
        ulong fingerprint = Fingerprint;
        state.Exchange(ref fingerprint);
        Fingerprint = fingerprint;
    }

    /// <summary>Links the entry to the one before.</summary>
    internal void Link(ulong before, ReadOnlySpan<byte> bytes) =>
        Chain = (ulong)Chaining.Of([.. BitConverter.GetBytes(before), .. bytes]);
}

/// <summary>One thing that was done.</summary>
/// <param name="Kind">What.</param>
/// <param name="Partition">For <see cref="StepKind.Read"/>: the index of the partition.</param>
/// <param name="Value">For <see cref="StepKind.Clock"/>: the wall clock that the reader is given from now on; for <see cref="StepKind.Read"/>: the offset before which reading stopped; for <see cref="StepKind.Advance"/>: the watermark. In epoch milliseconds. For <see cref="StepKind.Answer"/>: nothing.</param>
public readonly record struct JournalStep(StepKind Kind, int Partition, long Value)
{
    /// <summary>For <see cref="StepKind.Answer"/>: what it came to, as its taker writes it. It is here and not read again, so that a restart does not need the topic.</summary>
    public byte[]? Answer { get; init; }
}

public enum StepKind
{
    Clock,
    Advance,
    Read,

    /// <summary>A record of the topic of answers was taken.</summary>
    Answer,
}

/// <summary>Where the entry before ended: what differences are taken from.</summary>
internal sealed class JournalContext
{
    private const int AnswerMark = -1;

    public List<long> Positions { get; } = [];

    public long Clock { get; set; }

    public long Watermark { get; set; }

    public ulong Chain { get; set; }

    public void Exchange(StateExchange state)
    {
        long clock = Clock, watermark = Watermark;
        ulong chain = Chain;
        state.Exchange(Positions, (StateExchange s, ref long position) => s.Exchange(ref position));
        state.Exchange(ref clock);
        state.Exchange(ref watermark);
        state.Exchange(ref chain);
        (Clock, Watermark, Chain) = (clock, watermark, chain);
    }

    public void Exchange(StateExchange state, ref JournalStep step)
    {
        // 0 and 1 are clock and watermark; 2 and up are partitions; −1 is an answer.
        int what = step.Kind switch { StepKind.Read => 2 + step.Partition, StepKind.Answer => AnswerMark, StepKind.Clock or StepKind.Advance => (int)step.Kind, _ => throw new UnreachableException() };
        state.Exchange(ref what);
        if (what == AnswerMark)
        {
            byte[]? answer = step.Answer;
            state.Exchange(ref answer);
            step = new(StepKind.Answer, 0, 0) { Answer = answer };
            return;
        }

        var kind = what >= 2 ? StepKind.Read : (StepKind)what;
        int partition = Math.Max(0, what - 2);
        if (what < 0 || partition > Positions.Count + (1 << 20)) throw new StateFormatException($"A journal names partition {partition}.");
        while (kind == StepKind.Read && Positions.Count <= partition) Positions.Add(0);
        long before = kind switch { StepKind.Clock => Clock, StepKind.Advance => Watermark, StepKind.Read => Positions[partition], StepKind.Answer or _ => throw new UnreachableException() };
        long by = step.Value - before;
        state.Exchange(ref by);
        step = new(kind, partition, before + by);
        if (kind == StepKind.Clock) Clock = step.Value;
        else if (kind == StepKind.Advance) Watermark = step.Value;
        else Positions[partition] = step.Value;
    }
}

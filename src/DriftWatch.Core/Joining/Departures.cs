using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>How entries leave the join: past their deadline, bucket by bucket, or early for want of room.</summary>
/// <remarks>
/// <para>Expiry is logical: what is past its deadline is gone (<see cref="IsPast"/>), whether swept or not; sweeping hands it to the sink and frees
/// its room. The entry of a matched prediction that holds a label goes on as that label.</para>
/// <para>Past its bound the table gives up what has the earliest deadline, to the width of a bucket; where deadlines lie further ahead than the
/// buckets reach, what came first. An evicted prediction does not count as expired, and copies of an evicted match are no longer recognised.</para>
/// </remarks>
internal sealed class Departures(JoinTable table, RouteRules rules, HeldLabels labels, JoinTally tally, IJoinSink sink, int maxEntries)
{
    // Before the first watermark nothing is past its deadline but what is marked as gone.
    public const long NoWatermark = long.MinValue + 1;

    /// <summary>How far event time has come, in epoch milliseconds.</summary>
    public long Watermark { get; private set; } = NoWatermark;

    /// <summary>Moves event time on and sweeps the buckets that it leaves behind.</summary>
    public void AdvanceTo(long watermark)
    {
        Watermark = watermark;
        long bucket = table.FirstBucket;
        for (int passed = table.MoveTo(watermark); passed > 0; passed--) Sweep(bucket++);
    }

    /// <summary>Sweeps the bucket that the watermark is in.</summary>
    public void Settle()
    {
        if (Watermark != NoWatermark) Sweep(table.FirstBucket);
    }

    /// <summary>Whether the entry counts no more.</summary>
    public bool IsPast(in JoinEntry entry) => Deadline(entry) < Watermark;

    /// <summary>Gives up entries until there is room for one more.</summary>
    public void MakeRoom()
    {
        while (table.Count >= maxEntries)
        {
            int entry = table.Pop(out long bucket);
            if (IsPast(table[entry]) && !TryOutlive(entry)) GiveUp(entry);
            else if (Deadline(table[entry]) is var deadline && table.BelongsAfter(bucket, deadline)) table.Push(entry, deadline);
            else Evict(entry);
        }
    }

    /// <summary>Gives an entry up before its turn; it stays in its bucket as nothing.</summary>
    public void EvictEarly(int entry)
    {
        CountEvicted(table[entry]);
        Forget(entry);
    }

    /// <summary>Makes an entry nothing: nobody finds it, and the sweep frees its room.</summary>
    public void Forget(int entry)
    {
        table[entry].Become(EntryState.Gone);
        table.Detach(entry);
    }

    /// <summary>The last watermark at which the entry counts.</summary>
    public long Deadline(in JoinEntry entry) => entry.State switch
    {
        EntryState.Gone => long.MinValue,
        EntryState.LabelClass or EntryState.LabelCorrectness => entry.Time + rules.LabelRetention,
        _ => entry.Time + rules[entry.Route].Retention,
    };

    private void Sweep(long bucket)
    {
        Span<int> batch = stackalloc int[16];
        for (int entry = table.Take(bucket); entry >= 0;)
        {
            int count = 0;
            for (; entry >= 0 && count < batch.Length; entry = table.Next(entry)) batch[count++] = entry;
            table.Prefetch(batch[..count]);
            int leaving = 0;
            foreach (int passed in batch[..count])
            {
                if (Stays(passed, out long deadline)) table.Push(passed, deadline);
                else batch[leaving++] = passed;
            }

            table.PrefetchSlots(batch[..leaving]);
            foreach (int passed in batch[..leaving]) GiveUp(passed);
        }
    }

    /// <summary>Whether an entry whose bucket is swept counts on, and until when. A matched prediction that holds a label stays as it is: who looks for its id makes a label of it, and most leave without that.</summary>
    private bool Stays(int entry, out long deadline)
    {
        ref readonly var held = ref table[entry];
        if (held.IsMatched && table.Held(entry) is { IsHere: true } word && table.VectorOf(entry) == 0)
        {
            deadline = word.Time + rules.LabelRetention;
            return deadline >= Watermark;
        }

        bool stays = !IsPast(held) || TryOutlive(entry);
        deadline = Deadline(table[entry]);
        return stays;
    }

    private bool TryOutlive(int entry) => labels.TryOutlive(entry) && !IsPast(table[entry]);

    private void GiveUp(int entry)
    {
        ref var old = ref table[entry];
        if (old.State == EntryState.Pending)
        {
            tally.Expired++;
            tally.Release(old.Route);
            sink.Expired(old.Route, new EventTime(old.Time), old.Confidence, table.Side(entry).Own);
        }
        else if (old.IsLabel && !old.IsSettled)
        {
            tally.Orphaned++;
            tally.WaitingLabels--;
            sink.Orphaned(old.Addressee, new EventTime(old.Time), old.SawOther);
        }

        table.Free(entry);
    }

    private void Evict(int entry)
    {
        CountEvicted(table[entry]);
        table.Free(entry);
    }

    private void CountEvicted(in JoinEntry old)
    {
        if (old.State == EntryState.Pending)
        {
            tally.EvictedPredictions++;
            tally.Release(old.Route);
            sink.Evicted(old.Route, new EventTime(old.Time), old.Confidence);
        }
        else if (old.IsLabel && !old.IsSettled)
        {
            tally.EvictedLabels++;
            tally.WaitingLabels--;
        }
        else
        {
            tally.EvictedMatched++;
        }
    }
}

using System.Buffers;
using System.Runtime.InteropServices;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;

namespace DriftWatch.Core.Joining;

/// <summary>The entries of a join table on their way into bytes and back, in blocks: for checkpoints of small tables and for local snapshots of large ones.</summary>
/// <remarks>A block holds entries in use as they lie in memory (32 bytes each), then label times and vectors where they are kept. Which entry lies where is not kept: it decides nothing.</remarks>
internal sealed class JoinImage(JoinTable table, RouteRules rules, Departures departures, JoinTally tally)
{
    /// <summary>Entries of a block: a block stays below the size of a record.</summary>
    public const int MostEntries = 16_384;

    /// <summary>The last watermark, in epoch milliseconds, at which any entry counts.</summary>
    public long NeededUntil()
    {
        long until = 0;
        foreach (int entry in table.Entries()) until = Math.Max(until, departures.Deadline(table[entry]));
        return until;
    }

    /// <summary>All entries that have not passed, block by block. The table must not change until the last block is there.</summary>
    public IEnumerable<byte[]> Blocks()
    {
        var bytes = new ArrayBufferWriter<byte>(1 << 16);
        int[] entries = new int[Math.Min(MostEntries, table.Count)];
        for (int next = 0; next < table.Extent;)
        {
            int count = Collect(entries, ref next);
            if (count == 0) break;
            bytes.ResetWrittenCount();
            Write(entries.AsSpan(0, count), StateExchange.Writing(bytes));
            yield return bytes.WrittenSpan.ToArray();
        }
    }

    /// <summary>Puts the entries of a block into the table; those that have passed are left out.</summary>
    /// <exception cref="StateFormatException">The bytes are no such block, or one of other rules.</exception>
    public void Load(ReadOnlyMemory<byte> block)
    {
        var state = StateExchange.Reading(block);
        state.Begin(ChunkFormat.JoinTable);
        int count = state.ExchangeCount(0);
        for (int i = 0; i < count; i++)
        {
            JoinEntry entry = default;
            state.ExchangeRaw(MemoryMarshal.AsBytes(new Span<JoinEntry>(ref entry)));
            long labelTime = 0;
            if (table.KeepsLabelTimes) state.Exchange(ref labelTime);
            int vector = table.Vectors is { } vectors ? Vector(state, vectors, 0) : 0;
            if (entry.State == EntryState.LabelClass) entry.Payload = FormerClassKeys.CanonicalOf(entry.Payload);
            Put(entry, labelTime, vector);
        }

        if (state.Remaining > 0) throw new StateFormatException($"A block of the join table has {state.Remaining} bytes too many.");
    }

    private int Collect(Span<int> entries, ref int next)
    {
        int count = 0;
        for (; next < table.Extent && count < entries.Length; next++)
        {
            ref var entry = ref table[next];
            if (entry.State is EntryState.Free or EntryState.Gone || departures.IsPast(entry)) continue;
            entries[count++] = next;
        }

        return count;
    }

    private void Write(ReadOnlySpan<int> entries, StateExchange state)
    {
        state.Begin(ChunkFormat.JoinTable);
        state.ExchangeCount(entries.Length);
        foreach (int entry in entries)
        {
            state.ExchangeRaw(MemoryMarshal.AsBytes(new Span<JoinEntry>(ref table[entry])));
            if (table.KeepsLabelTimes) state.Exchange(ref table.LabelTime(entry));
            if (table.Vectors is { } vectors) Vector(state, vectors, table.VectorOf(entry));
        }
    }

    private void Put(in JoinEntry entry, long labelTime, int vector)
    {
        bool known = entry.State is EntryState.Pending or EntryState.MatchedFalse or EntryState.MatchedTrue;
        if ((!known && !entry.IsLabel) || (known && !rules.Knows(entry.Route)) || table.Find(entry.Id) >= 0)
            throw new StateFormatException("An entry of the join table is of no known kind or route, or is there twice.");
        if (departures.IsPast(entry))
        {
            if (vector > 0) table.Vectors!.Release(vector);
            return;
        }

        departures.MakeRoom();
        int added = table.Add(entry.Id);
        table[added] = entry;
        if (table.KeepsLabelTimes) table.LabelTime(added) = labelTime;
        table.SetVector(added, vector);
        table.Push(added, entry.IsLabel ? entry.Time + rules.EarliestAfterLabel : departures.Deadline(entry));
        if (entry.State == EntryState.Pending) tally.Hold(entry.Route);
        else if (entry.IsLabel) tally.WaitingLabels++;
    }

    private static int Vector(StateExchange state, HeldVectors vectors, int vector)
    {
        int count = vector > 0 ? vectors.Head(vector).Count : 0;
        state.Exchange(ref count);
        if (count == 0) return 0;
        if (count is < 0 or > HeldVectors.MaxClasses) throw new StateFormatException($"A vector of {count} classes cannot be.");
        if (state.IsReading)
        {
            vector = vectors.Hold(count);
            // No room, as it may be with a smaller bound than before: the bytes are read all the same.
            if (vector == 0) return Skip(state, count);
        }

        ref var head = ref vectors.Head(vector);
        bool hasLabel = head.HasLabel, isCounted = head.IsCounted;
        state.Exchange(ref hasLabel);
        state.Exchange(ref isCounted);
        state.Exchange(ref head.Place);
        state.ExchangeRaw(MemoryMarshal.AsBytes(new Span<ulong>(ref head.Label)));
        (head.HasLabel, head.IsCounted) = (hasLabel, isCounted);
        if (state.IsReading) head.Label = FormerClassKeys.CanonicalOf(head.Label);
        state.ExchangeRaw(MemoryMarshal.AsBytes(vectors[vector]));
        return vector;
    }

    private static int Skip(StateExchange state, int count)
    {
        bool flag = false;
        int place = 0;
        state.Exchange(ref flag);
        state.Exchange(ref flag);
        state.Exchange(ref place);
        state.ExchangeRaw(new byte[(count + 1) * sizeof(double)]);
        return 0;
    }
}

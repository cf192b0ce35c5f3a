using System.Buffers;
using System.Runtime.InteropServices;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>The entries of a join table on their way into bytes and back, in blocks: for checkpoints of small tables and for local snapshots of large ones.</summary>
/// <remarks>
/// A block holds entries in use as they lie in memory (32 bytes each), then what a matched one knows of its label, the probabilities and sources of labels where any were stated, and vectors where they are kept. Those of one id come in their order; which entry lies
/// where decides nothing else. Blocks of version 1 knew of labels no more than their times, where they were corrected: such a label answers no further prediction.
/// </remarks>
internal sealed class JoinImage(JoinTable table, RouteRules rules, Departures departures, HeldLabels labels, JoinTally tally)
{
    /// <summary>Entries of a block: a block stays below the size of a record.</summary>
    public const int MostEntries = 16_384;

    /// <summary>A claim that is not known any more.</summary>
    private static readonly ulong NoConfidence = BitConverter.DoubleToUInt64Bits(double.NaN);

    private readonly int[] _same = new int[IdEntries.Most];

    /// <summary>The last watermark, in epoch milliseconds, at which any entry counts.</summary>
    public long NeededUntil()
    {
        long until = 0;
        foreach (int entry in table.Entries())
        {
            until = Math.Max(until, departures.Deadline(table[entry]));
            if (labels.TryRead(entry, out var label)) until = Math.Max(until, label.Time.Milliseconds + rules.LabelRetention);
        }

        return until;
    }

    /// <summary>All entries that have not passed, block by block. The table must not change until the last block is there.</summary>
    public IEnumerable<byte[]> Blocks()
    {
        var bytes = new ArrayBufferWriter<byte>(1 << 16);
        int[] entries = new int[Math.Min(MostEntries, table.Count)];
        IndexPlace place = default;
        while (entries.Length > 0)
        {
            int found = table.Walk(ref place, entries);
            if (found == 0) break;
            int count = Living(entries.AsSpan(0, found));
            if (count == 0) continue;
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
        bool sides = state.Version > 2 && state.Kept(false);
        int[] sources = sides && state.Version > 3 ? Sources(state) : [];
        for (int i = 0; i < count; i++)
        {
            JoinEntry entry = default;
            state.ExchangeRaw(MemoryMarshal.AsBytes(new Span<JoinEntry>(ref entry)));
            AssertKnown(entry);
            if (state.Version < 5 && entry.IsMatched && !rules.MayReplace) entry.Payload = NoConfidence;
            var (time, label) = state.Version > 1 ? LabelOf(state, entry) : OldLabelOf(state);
            var side = sides ? JoinSide.Exchange(state, default, sources.Length) : default;
            if (side.Source > SourceNames.Unknown) side = side with { Source = sources[side.Source - SourceNames.Unknown - 1] };
            int vector = table.Vectors is { } vectors ? Vector(state, vectors, 0) : 0;
            if (entry.State == EntryState.LabelClass) entry.Payload = FormerClassKeys.CanonicalOf(entry.Payload);
            Put(entry, time, label is { } one ? one with { Weight = side.Label, Source = side.Source } : null, side, vector);
        }

        if (state.Remaining > 0) throw new StateFormatException($"A block of the join table has {state.Remaining} bytes too many.");
    }

    /// <summary>Moves those that count to the front.</summary>
    private int Living(Span<int> entries)
    {
        int count = 0;
        foreach (int entry in entries)
        {
            if (!departures.IsPast(table[entry]) || (labels.TryOutlive(entry) && !departures.IsPast(table[entry]))) entries[count++] = entry;
        }

        return count;
    }

    private void Write(ReadOnlySpan<int> entries, StateExchange state)
    {
        state.Begin(ChunkFormat.JoinTable);
        state.ExchangeCount(entries.Length);
        bool sides = state.Kept(table.HasSides);
        int sources = sides ? Sources(state).Length : 0;
        foreach (int number in entries)
        {
            var entry = table[number];
            // Numbers of classes mean something in memory only.
            if (entry.IsMatched && !table.KeepsConfidence) entry.Payload = NoConfidence;
            state.ExchangeRaw(MemoryMarshal.AsBytes(new Span<JoinEntry>(ref entry)));
            if (entry.IsMatched) Write(state, table.Held(number));
            if (sides) JoinSide.Exchange(state, SideOf(number, entry), sources);
            if (table.Vectors is { } vectors) Vector(state, vectors, table.VectorOf(number));
        }
    }

    /// <summary>The names of sources, from number 2 on, and which numbers they have now.</summary>
    private int[] Sources(StateExchange state)
    {
        List<string> names = [.. rules.Sources?.Names ?? []];
        state.Exchange(names, static (StateExchange each, ref string name) => name = each.KeptText(name));
        return [.. names.Select(name => rules.Sources?.NumberOf(name) ?? SourceNames.Unstated)];
    }

    // Where nothing is corrected, a label that is held elsewhere says nothing here.
    private JoinSide SideOf(int number, in JoinEntry entry)
    {
        var side = table.Side(number);
        return entry.IsMatched && !table.KeepsConfidence && !table.Held(number).IsHere ? side with { Label = default } : side;
    }

    private void Write(StateExchange state, HeldLabel word)
    {
        // Where nothing is corrected, the time of a label that is held elsewhere says nothing.
        long time = word.IsHere || table.KeepsConfidence ? word.Time : 0;
        byte form = !word.IsHere ? (byte)0 : (byte)(1 + (2 * (byte)word.Scope) + (word.IsCorrectness ? 8 : 0));
        state.Exchange(ref time);
        state.Exchange(ref form);
        if (!word.IsHere) return;
        ulong key = labels.ValueOf(word).Key;
        state.ExchangeRaw(MemoryMarshal.AsBytes(new Span<ulong>(ref key)));
    }

    private (EventTime Time, Label? Label) LabelOf(StateExchange state, in JoinEntry entry)
    {
        if (!entry.IsMatched) return default;
        long time = 0;
        byte form = 0;
        state.Exchange(ref time);
        state.Exchange(ref form);
        if (form == 0) return (new(time), null);
        ulong key = 0;
        state.ExchangeRaw(MemoryMarshal.AsBytes(new Span<ulong>(ref key)));
        if (form is > 15 or 7 or 15 || (form & 1) == 0 || time < 0 || time > EventTime.Latest.Milliseconds) throw new StateFormatException("A label of a matched prediction is of no known form.");
        var value = new LabelValue((form & 8) != 0 ? LabelKind.Correctness : LabelKind.Class, key);
        return (new(time), new Label(entry.Id, new(time), value, HeldLabels.AddresseeOf((LabelScope)(form / 2 % 4), rules[entry.Route])));
    }

    private (EventTime Time, Label? Label) OldLabelOf(StateExchange state)
    {
        long time = 0;
        if (rules.MayReplace) state.Exchange(ref time);
        return (new(Math.Max(0, time)), null);
    }

    private void AssertKnown(in JoinEntry entry)
    {
        bool known = entry.State is EntryState.Pending or EntryState.MatchedFalse or EntryState.MatchedTrue;
        if ((!known && !entry.IsLabel) || (known && !rules.Knows(entry.Route))) throw new StateFormatException("An entry of the join table is of no known kind or route.");
    }

    private void Put(JoinEntry entry, EventTime time, in Label? label, JoinSide side, int vector)
    {
        if (departures.IsPast(entry))
        {
            if (vector > 0) table.Vectors!.Release(vector);
            vector = 0;
            if (label is not { } outlives) return;
            entry.BecomeLabel(outlives, settled: true);
            side = JoinSide.Of(outlives);
            if (departures.IsPast(entry)) return;
        }

        var same = _same.AsSpan(0, table.FindAll(entry.Id, _same));
        if (IsThereTwice(entry, same) || same.Length == IdEntries.Most) throw new StateFormatException("An entry of the join table is there twice.");
        departures.MakeRoom();
        int added = table.Add(entry.Id);
        table[added] = entry;
        table.SetSide(added, side);
        table.SetVector(added, vector);
        HeldLabel word = default;
        bool folds = label is { } held && !entry.IsLabel && labels.TryFold(held, rules[entry.Route], out word);
        if (entry.IsMatched) table.Held(added) = folds ? word : HeldLabel.Elsewhere(time);
        table.Push(added, entry.IsLabel && rules.ById ? entry.Time + rules.EarliestAfterLabel : departures.Deadline(entry));
        if (entry.State == EntryState.Pending) tally.Hold(entry.Route);
        else if (entry is { IsLabel: true, IsSettled: false }) tally.WaitingLabels++;
        if (label is not { } alone || entry.IsLabel || folds) return;
        entry.BecomeLabel(alone, settled: true); // no room for a further class
        Put(entry, time, null, JoinSide.Of(alone), 0);
    }

    private bool IsThereTwice(in JoinEntry entry, ReadOnlySpan<int> same)
    {
        if (entry.IsLabel) return false;
        foreach (int other in same)
        {
            if (!table[other].IsLabel && rules[table[other].Route].Owner == rules[entry.Route].Owner) return true;
        }

        return false;
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

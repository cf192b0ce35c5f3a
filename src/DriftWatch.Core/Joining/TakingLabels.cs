using DriftWatch.Core.Input;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Joining;

/// <summary>What becomes of a label that comes: it is brought to every prediction of its id that it addresses, and held for those to come.</summary>
internal sealed class TakingLabels(JoinTable table, RouteRules rules, JoinTally tally, Departures departures, HeldLabels labels, IdEntries ids, Matching matching, HeldVerdicts verdicts, Encounters encounters)
{
    /// <summary>The entry in which the newest label is held; -1 if it is not.</summary>
    public int Holder { get; private set; }

    /// <param name="label">The label.</param>
    /// <param name="waits">Where the id is the prediction: whether it may wait for one.</param>
    public JoinResult Take(in Label label, bool waits = true)
    {
        matching.Begin();
        Holder = -1;
        tally.Labels++;
        if (label.Time.Milliseconds + rules.LabelRetention < departures.Watermark) return DropLate();
        var known = ids.Of(label.Id);
        encounters.Begin(known);
        if (rules.ById) return TakeById(label with { Addressee = Addressees.Everyone }, known, waits);
        return CopyOf(label, known, out bool isFirst) is >= 0 and var copy ? DropCopy(copy) : Take(label, known, isFirst);
    }

    private JoinResult Take(in Label label, ReadOnlySpan<int> known, bool isFirst)
    {
        if (rules.Sources is not null) Hear(label, known);
        var best = Arrival.Waiting;
        bool others = false;
        Label? replaced = null;
        foreach (int entry in known)
        {
            if (table[entry].IsLabel) continue;
            ref readonly var rule = ref rules[table[entry].Route];
            if (!rules.Addresses(label.Addressee, rule))
            {
                others = true;
                continue;
            }

            bool held = labels.TryRead(entry, out var before);
            matching.Bring(entry, label, out var fate);
            if (fate == Arrival.Corrected && held) replaced = before;
            if (fate == Arrival.Matched && isFirst && Holder < 0 && labels.TryFold(label, rule, out var word)) table.Held(Holder = entry) = word;
            best = Better(best, fate);
        }

        if (best == Arrival.Waiting) tally.WaitingLabels++;
        else tally.CountLabel(best);
        if (Holder < 0) Holder = Hold(label, known.Length, settled: best != Arrival.Waiting, others);
        // It was the first of its id, and goes on as that for predictions to come.
        if (replaced is { } first) Hold(first, known.Length + 1, settled: true, isFirst: true);
        int notes = best != Arrival.Waiting ? 0 : others ? ReplayTrace.FoundOthers : ReplayTrace.FoundNobody;
        return new(best, new(label.Time.Milliseconds + rules.LabelRetention, notes), best != Arrival.Waiting);
    }

    /// <summary>Notes what the label changes of what sources say, before any entry comes to hold it.</summary>
    private void Hear(in Label label, ReadOnlySpan<int> known)
    {
        foreach (int entry in known)
        {
            if (table[entry].IsLabel || rules[table[entry].Route].Ranks is null) continue;
            var change = verdicts.Change(entry, label, known);
            if (change.Before != change.After) matching.Changes.Add(change);
        }
    }

    private JoinResult TakeById(in Label label, ReadOnlySpan<int> known, bool waits)
    {
        if (known.Length == 0)
        {
            if (!waits) return DropLate();
            Holder = Hold(label, 0, settled: false);
            tally.WaitingLabels++;
            return new(Arrival.Waiting, Waits(label), false);
        }

        int entry = known[0];
        if (!table[entry].IsLabel)
        {
            matching.Bring(entry, label, out var fate);
            tally.CountLabel(fate);
            return new(fate, default, true);
        }

        tally.DuplicateLabels++;
        if (!rules.AnyCorrections || label.Time.Milliseconds < table[entry].Time) return new(Arrival.Duplicate, default, false);
        table[entry].BecomeLabel(label, settled: false);
        table.SetSide(entry, JoinSide.Of(label));
        return new(Arrival.Duplicate, Waits(label), false);
    }

    private ReplayTrace Waits(in Label label) => new(label.Time.Milliseconds + rules.LabelRetention, ReplayTrace.FoundNobody);

    private JoinResult DropLate()
    {
        tally.LateLabels++;
        return new(Arrival.Late, default, false);
    }

    private JoinResult DropCopy(int copy)
    {
        tally.DuplicateLabels++;
        return new(Arrival.Duplicate, default, !table[copy].IsLabel || table[copy].IsSettled);
    }

    /// <summary>The entry that holds the same label; -1 if none does, or if, where labels are replaced, another of the same time came after it.</summary>
    private int CopyOf(in Label label, ReadOnlySpan<int> known, out bool isFirst)
    {
        int copy = -1;
        isFirst = true;
        foreach (int entry in known)
        {
            if (!labels.TryRead(entry, out var other)) continue;
            isFirst = false;
            if (other == label) copy = entry;
            else if (rules.AnyCorrections && other.Time == label.Time) copy = -1;
        }

        return copy;
    }

    private int Hold(in Label label, int known, bool settled, bool sawOther = false, bool isFirst = false)
    {
        int entry = ids.Add(label.Id, known, isFirst);
        table[entry].BecomeLabel(label, settled, sawOther);
        table.SetSide(entry, JoinSide.Of(label));
        // Where it is used up by its prediction, that one may then stay in its bucket: it is no later than the deadline of any.
        table.Push(entry, label.Time.Milliseconds + (rules.ById ? rules.EarliestAfterLabel : rules.LabelRetention));
        return entry;
    }

    private static Arrival Better(Arrival one, Arrival other) => Rank(one) >= Rank(other) ? one : other;

    private static int Rank(Arrival fate) => fate switch
    {
        Arrival.Matched => 5,
        Arrival.Corrected => 4,
        Arrival.Duplicate => 3,
        Arrival.Unreadable => 2,
        Arrival.Orphaned => 1,
        _ => 0,
    };
}

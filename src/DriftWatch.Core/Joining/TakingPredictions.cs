using DriftWatch.Core.Input;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>What becomes of a prediction that comes: late, a duplicate, matched by a label that is held, or pending.</summary>
internal sealed class TakingPredictions(JoinTable table, RouteRules rules, JoinTally tally, Departures departures, HeldLabels labels, IdEntries ids, Matching matching, HeldVerdicts verdicts, Encounters encounters)
{
    public JoinResult Take(in Prediction prediction)
    {
        matching.Begin();
        tally.Predictions++;
        ref readonly var rule = ref rules[prediction.Route];
        long deadline = prediction.Time.Milliseconds + rule.Retention;
        var known = ids.Of(prediction.Id);
        encounters.Begin(known);
        if (deadline < departures.Watermark) return DropLate(prediction, known);
        int owner = OwnerAmong(known, rule);
        if (owner >= 0) return DropDuplicate(prediction, table[owner], deadline);
        encounters.Meet(prediction);
        var chosen = Choice.None;
        if (rule.Ranks is not null && verdicts.Of(prediction.Route, prediction.Time.Milliseconds, prediction.Confidence, known) is { IsEmpty: false } said) matching.Changes.Add(new(prediction.Route, default, said));
        long needed = known.Length == 0 ? deadline : Meet(prediction, rule, deadline, known, ref chosen);
        if (chosen.Entry >= 0) Match(prediction, rule, deadline, known, chosen);
        else Wait(prediction, deadline, known.Length);
        return new(chosen.Entry >= 0 ? Arrival.Matched : Arrival.Waiting, new(needed), matching.Meetings.All.Length > 0);
    }

    /// <summary>Does to the labels that are held what a prediction did which is gone by now: read again after a restart, it is late and tells nobody anything.</summary>
    public void TellAgain(in Prediction prediction)
    {
        ref readonly var rule = ref rules[prediction.Route];
        foreach (int entry in ids.Of(prediction.Id))
        {
            if (!table[entry].IsLabel) continue;
            if (!rules.Addresses(table[entry].Addressee, rule)) labels.SeeOther(entry);
            else if (labels.Settle(entry) && rules.ById) departures.Forget(entry);
        }
    }

    // It leaves alone the labels that wait, to which a prediction in time says something.
    private JoinResult DropLate(in Prediction prediction, ReadOnlySpan<int> known)
    {
        tally.LatePredictions++;
        matching.Spend(prediction.Vector);
        bool waiting = false;
        foreach (int entry in known) waiting |= table[entry] is { IsLabel: true, IsSettled: false };
        return new(Arrival.Late, new(ReplayTrace.NotNeeded, waiting ? ReplayTrace.Dropped : 0), false);
    }

    // A copy with a later deadline than the owner's: read again after the owner's, it would pass for an owner. Labels are told nothing that the owner did not tell.
    private JoinResult DropDuplicate(in Prediction prediction, in JoinEntry owner, long deadline)
    {
        tally.DuplicatePredictions++;
        matching.Spend(prediction.Vector);
        return new(Arrival.Duplicate, new(ReplayTrace.NotNeeded, deadline > departures.Deadline(owner) ? ReplayTrace.Dropped : 0), false);
    }

    private int OwnerAmong(ReadOnlySpan<int> known, in RouteRules.Rule rule)
    {
        foreach (int entry in known)
        {
            if (!table[entry].IsLabel && (rules.ById || rules[table[entry].Route].Owner == rule.Owner)) return entry;
        }

        return -1;
    }

    /// <summary>Holds the prediction against every label of its id, and chooses the one that stands: the first, or, where labels are replaced, the one with the latest time.</summary>
    /// <returns>Until when a restart must read it again: for as long as a label is held that would not know without it what it has met.</returns>
    private long Meet(in Prediction prediction, in RouteRules.Rule rule, long needed, ReadOnlySpan<int> known, ref Choice chosen)
    {
        bool first = true;
        foreach (int entry in known)
        {
            if (!labels.TryRead(entry, out var label)) continue;
            bool news;
            if (!rules.Addresses(label.Addressee, rule)) news = labels.SeeOther(entry);
            else
            {
                var fate = Matching.FateOf(rule, prediction.Time.Milliseconds, prediction.Confidence, label, out bool outcome);
                if (fate != Arrival.Matched) matching.Meetings.Add(new(prediction.Route, prediction.Time, label.Time - prediction.Time, fate));
                else if (chosen.Entry >= 0 && !rule.Replaces(chosen.Label.Time, chosen.Outcome, chosen.Label.Source, label, outcome)) fate = Arrival.Duplicate;
                else chosen = new(entry, label, outcome, first && table[entry].IsLabel);
                news = labels.Settle(entry);
                if (news) tally.CountLabel(fate);
                if (rules.ById) UseUp(entry, fate);
            }

            if (news) needed = Math.Max(needed, label.Time.Milliseconds + rules.LabelRetention);
            first = false;
        }

        return needed;
    }

    // Where the id is the prediction, its first label is spent whether or not it joins; one that joins leaves its entry.
    private void UseUp(int entry, Arrival fate)
    {
        if (fate != Arrival.Matched) departures.Forget(entry);
    }

    private void Match(in Prediction prediction, in RouteRules.Rule rule, long deadline, ReadOnlySpan<int> known, in Choice chosen)
    {
        HeldLabel word = default;
        bool folds = chosen.MayFold && !rules.ById && labels.TryFold(chosen.Label, rule, out word);
        int entry = chosen.Entry;
        if (!folds && !rules.ById)
        {
            entry = ids.Add(prediction.Id, known.Length);
            table.Push(entry, deadline);
        }

        // The entry of the label may be in a later bucket than the prediction's deadline: that harms nobody, since nothing is handed out for a matched one.
        table[entry].BecomePending(prediction);
        table.SetSide(entry, new(prediction.Weight, default));
        table.SetVector(entry, prediction.Vector);
        matching.Match(entry, rule, chosen.Label, Arrival.Matched, prediction.Confidence, chosen.Outcome);
        if (folds) table.Held(entry) = word;
    }

    private void Wait(in Prediction prediction, long deadline, int known)
    {
        int entry = ids.Add(prediction.Id, known);
        table[entry].BecomePending(prediction);
        table.SetSide(entry, new(prediction.Weight, default));
        table.SetVector(entry, prediction.Vector);
        table.Push(entry, deadline);
        tally.Hold(prediction.Route);
    }

    /// <summary>The label that stands.</summary>
    /// <param name="Entry">Its entry; -1: none.</param>
    /// <param name="Label">The label.</param>
    /// <param name="Outcome">What it says of the prediction.</param>
    /// <param name="MayFold">Whether it is the first of its id and in an entry of its own: the prediction may take that over.</param>
    private readonly record struct Choice(int Entry, Label Label, bool Outcome, bool MayFold)
    {
        public static readonly Choice None = new(-1, default, false, false);
    }
}

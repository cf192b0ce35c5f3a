using DriftWatch.Core.Agreement;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>What a label does to a prediction that it addresses: the one rule, whichever of the two came first.</summary>
internal sealed class Matching(JoinTable table, RouteRules rules, JoinTally tally, HeldVectors vectors, Encounters encounters)
{
    private readonly List<int> _spent = []; // vectors that nobody needs once the caller has counted them

    /// <summary>The meetings that the newest record brought about.</summary>
    public Meetings Meetings { get; } = new();

    /// <summary>What it changed of what sources say.</summary>
    public List<VerdictChange> Changes { get; } = [];

    /// <summary>Forgets the record before.</summary>
    public void Begin()
    {
        Meetings.Clear();
        Changes.Clear();
        if (_spent.Count == 0) return;
        foreach (int vector in _spent) vectors.Release(vector);
        _spent.Clear();
    }

    /// <summary>Discards a vector once the caller has looked at it.</summary>
    public void Spend(int vector)
    {
        if (vector > 0) _spent.Add(vector);
    }

    /// <summary>What a label is to a prediction of a route that has none yet.</summary>
    public static Arrival FateOf(in RouteRules.Rule rule, long predicted, double confidence, in Label label, out bool outcome)
    {
        outcome = false;
        if (!rule.Admits(label.Time.Milliseconds - predicted)) return Arrival.Orphaned;
        return rule.TryRead(label.Value, confidence, out outcome) ? Arrival.Matched : Arrival.Unreadable;
    }

    /// <summary>Brings a label to a prediction in the table.</summary>
    /// <param name="entry">The prediction.</param>
    /// <param name="label">The label, which addresses it.</param>
    /// <param name="fate">What it is to the prediction.</param>
    public void Bring(int entry, in Label label, out Arrival fate)
    {
        ref var held = ref table[entry];
        ref readonly var rule = ref rules[held.Route];
        bool matched = held.IsMatched;
        // Where nothing is corrected, a matched prediction has no confidence any more; nothing hangs on it.
        double confidence = matched && !table.KeepsConfidence ? 0 : held.Confidence;
        fate = FateOf(rule, held.Time, confidence, label, out bool outcome);
        if (matched && fate == Arrival.Matched) fate = Says(entry, rule, label, outcome) ? Arrival.Corrected : Arrival.Duplicate;
        if (fate is not (Arrival.Matched or Arrival.Corrected)) Meetings.Add(new(held.Route, new(held.Time), label.Time - new EventTime(held.Time), fate));
        else
        {
            if (!matched) tally.Release(held.Route);
            Match(entry, rule, label, fate, confidence, outcome);
        }
    }

    /// <summary>Makes a prediction in the table a matched one, or gives it another outcome.</summary>
    public void Match(int entry, in RouteRules.Rule rule, in Label label, Arrival fate, double confidence, bool outcome)
    {
        ref var held = ref table[entry];
        var time = new EventTime(held.Time);
        var before = table.Side(entry);
        var side = before.Under(label);
        var meeting = new Meeting(held.Route, time, label.Time - time, fate, confidence, outcome, Value: label.Value, Choice: side.Choice);
        if (fate == Arrival.Corrected)
        {
            tally.Corrected++;
            meeting = meeting with { OldOutcome = held.State == EntryState.MatchedTrue, OldDelay = new EventTime(table.Held(entry).Time) - time, OldChoice = before.Choice };
        }
        else
        {
            tally.Matched++;
        }

        held.BecomeMatched(outcome);
        table.SetSide(entry, side);
        if (rules.AnyCompared) encounters.Learn(entry, meeting);
        table.Held(entry) = HeldLabel.Elsewhere(label.Time);
        Meetings.Add(table.Vectors is null ? meeting : meeting with { Vector = Resolve(entry, rule, label.Value) });
    }

    private bool Says(int entry, in RouteRules.Rule rule, in Label label, bool outcome)
    {
        var standing = table.Held(entry);
        return rule.Replaces(new(standing.Time), table[entry].State == EntryState.MatchedTrue, table.Side(entry).Source, label, outcome);
    }

    /// <summary>Tells a waiting vector its label. It waits on for a correction, or is spent.</summary>
    private int Resolve(int entry, in RouteRules.Rule rule, in LabelValue value)
    {
        int vector = table.VectorOf(entry);
        if (vector == 0) return 0;
        ref var head = ref vectors.Head(vector);
        // "Wrong" says that it was another class, but not which.
        (head.HasLabel, head.Label) = value.Kind == LabelKind.Class ? (true, value.Key) : (value.Key != 0, rule.TrueClass);
        if (rule.MayReplace) return vector;
        table.SetVector(entry, 0);
        Spend(vector);
        return vector;
    }
}

using DriftWatch.Core.Input;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>Finds the other predictions of a request among the entries of its id, for models whose versions are compared.</summary>
/// <remarks>
/// Law: whatever of two predictions and their labels came first, what is told of them adds up to the same. That needs the claim of a prediction that has its label: where versions are compared, the table keeps it.
/// Predictions that are further apart than both are kept are two requests: whether the first was still there would be for the order of arrival to say.
/// </remarks>
internal sealed class Encounters(JoinTable table, RouteRules rules)
{
    private int[] _same = new int[8];
    private int _count;

    /// <summary>What the newest record says.</summary>
    public List<Encounter> Told { get; } = [];

    /// <summary>Begins with a record: the entries that its id has so far.</summary>
    public void Begin(ReadOnlySpan<int> known)
    {
        Told.Clear();
        _count = 0;
        if (!rules.AnyCompared || known.Length == 0) return;
        if (known.Length > _same.Length) _same = new int[known.Length];
        known.CopyTo(_same);
        _count = known.Length;
    }

    /// <summary>A prediction has come, and is none too many.</summary>
    public void Meet(in Prediction prediction)
    {
        foreach (int entry in _same.AsSpan(0, _count))
        {
            ref readonly var other = ref table[entry];
            if (!IsOther(prediction.Route, prediction.Time.Milliseconds, other)) continue;
            Told.Add(new(EncounterKind.Met, prediction.Route, prediction.Time, prediction.Confidence, other.Route, new(other.Time), other.Confidence));
        }
    }

    /// <summary>A prediction has got its outcome, or another one.</summary>
    /// <param name="entry">The prediction.</param>
    /// <param name="meeting">What came of it.</param>
    public void Learn(int entry, in Meeting meeting)
    {
        var time = meeting.PredictionTime;
        foreach (int same in _same.AsSpan(0, _count))
        {
            ref readonly var other = ref table[same];
            if (same == entry || !other.IsMatched || !IsOther(meeting.Route, time.Milliseconds, other)) continue;
            bool outcome = other.State == EntryState.MatchedTrue;
            if (meeting.Label == Arrival.Corrected && meeting.OldOutcome == outcome) Tell(EncounterKind.TakenBack, meeting, time + meeting.OldDelay, outcome, same);
            if (meeting.Outcome == outcome) Tell(EncounterKind.Learned, meeting, time + meeting.Delay, outcome, same);
        }
    }

    private void Tell(EncounterKind kind, in Meeting meeting, EventTime labeled, bool outcome, int same)
    {
        ref readonly var other = ref table[same];
        Told.Add(new(kind, meeting.Route, meeting.PredictionTime, meeting.Confidence, other.Route, new(other.Time), other.Confidence, EventTime.Max(labeled, new(table.Held(same).Time)), outcome));
    }

    private bool IsOther(int route, long time, in JoinEntry other)
    {
        // A claim that is not known was stored when nothing was compared.
        if (other.IsLabel || double.IsNaN(other.Confidence)) return false;
        ref readonly var rule = ref rules[route];
        ref readonly var rule2 = ref rules[other.Route];
        return rule.Compares && rule.OfModel == rule2.OfModel && rule.Owner != rule2.Owner && Math.Abs(time - other.Time) <= Math.Min(rule.Retention, rule2.Retention);
    }
}

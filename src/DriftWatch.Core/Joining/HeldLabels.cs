using DriftWatch.Core.Input;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Joining;

/// <summary>Where labels are held: in entries of their own, or in that of a prediction which they matched, where they cost nothing.</summary>
/// <remarks>
/// Laws: a label is held until its own deadline, whatever it has met; of the labels of one id the entry of a prediction can only hold the first, so that the entries of an id,
/// in their order, give its labels in order of arrival; a label that a prediction holds is settled.
/// </remarks>
internal sealed class HeldLabels(JoinTable table, RouteRules rules, JoinTally tally)
{
    private readonly LabelClasses _classes = new();

    /// <summary>The label that an entry holds, if it holds one.</summary>
    public bool TryRead(int entry, out Label label)
    {
        ref readonly var held = ref table[entry];
        if (held.IsLabel)
        {
            label = new(held.Id, new(held.Time), held.Value, held.Addressee, table.Side(entry).Label, table.Side(entry).Source);
            return true;
        }

        label = default;
        if (!held.IsMatched || table.Held(entry) is not { IsHere: true } word) return false;
        label = new(held.Id, new(word.Time), ValueOf(word), AddresseeOf(word.Scope, rules[held.Route]), table.Side(entry).Label, table.Side(entry).Source);
        return true;
    }

    /// <summary>A label as the entry of a prediction that it addresses can hold it; false if it cannot.</summary>
    public bool TryFold(in Label label, in RouteRules.Rule rule, out HeldLabel word)
    {
        word = default;
        bool correctness = label.Value.Kind == LabelKind.Correctness;
        if (ScopeOf(label.Addressee, rule) is not { } scope) return false;
        int number = correctness ? (int)label.Value.Key : _classes.NumberOf(label.Value.Key);
        if (number < 0) return false;
        word = new(label.Time, correctness, scope, number);
        return true;
    }

    /// <summary>The value of a label that the entry of a prediction holds.</summary>
    public LabelValue ValueOf(HeldLabel word) =>
        word.IsCorrectness ? new(LabelKind.Correctness, (ulong)word.Number) : new(LabelKind.Class, _classes[word.Number]);

    /// <summary>Where the prediction's own time is over: whether its entry goes on for the label alone.</summary>
    public bool TryOutlive(int entry)
    {
        if (!table[entry].IsMatched || !TryRead(entry, out var label)) return false;
        table[entry].BecomeLabel(label, settled: true);
        table.SetSide(entry, JoinSide.Of(label));
        table.ReleaseVector(entry);
        return true;
    }

    /// <summary>Notes that a label has met a prediction that it addresses: it has had its fate.</summary>
    /// <returns>False if that was known.</returns>
    public bool Settle(int entry)
    {
        ref var held = ref table[entry];
        if (!held.IsLabel || held.IsSettled) return false;
        held.Settle();
        tally.WaitingLabels--;
        return true;
    }

    /// <summary>Notes that a label has seen a prediction that it does not address.</summary>
    /// <returns>False if that was known, or says nothing any more.</returns>
    public bool SeeOther(int entry)
    {
        ref var held = ref table[entry];
        if (!held.IsLabel || held.IsSettled || held.SawOther) return false;
        held.SeeOther();
        return true;
    }

    public static int AddresseeOf(LabelScope scope, in RouteRules.Rule rule) => scope switch
    {
        LabelScope.ItsModel => rule.OfModel,
        LabelScope.ItsVersion => rule.Owner,
        _ => Series.Addressees.Everyone,
    };

    private static LabelScope? ScopeOf(int addressee, in RouteRules.Rule rule) =>
        addressee == Series.Addressees.Everyone ? LabelScope.Everyone
        : addressee == rule.OfModel ? LabelScope.ItsModel
        : addressee == rule.Owner ? LabelScope.ItsVersion
        : null; // a version without a series of its own
}

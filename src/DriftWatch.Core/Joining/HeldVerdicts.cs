using DriftWatch.Core.Agreement;
using DriftWatch.Core.Input;
using DriftWatch.Core.Series;

namespace DriftWatch.Core.Joining;

/// <summary>What each source says of a prediction, from the labels of its id that are held: all that came, since a label is held for as long as any prediction that it joins.</summary>
internal sealed class HeldVerdicts(JoinTable table, RouteRules rules, HeldLabels labels)
{
    private readonly long[] _times = new long[LabelSource.Most + 1];

    /// <summary>What they say of a prediction of a route whose model asks for sources.</summary>
    /// <param name="route">Its route.</param>
    /// <param name="predicted">Its time.</param>
    /// <param name="confidence">What it claimed.</param>
    /// <param name="known">The entries of its id, in order of arrival.</param>
    public Verdicts Of(int route, long predicted, double confidence, ReadOnlySpan<int> known)
    {
        ref readonly var rule = ref rules[route];
        Verdicts said = default;
        foreach (int entry in known)
        {
            if (labels.TryRead(entry, out var label)) Hear(ref said, rule, predicted, confidence, label);
        }

        return said;
    }

    /// <summary>What a label that comes changes of a prediction in the table, before either is touched.</summary>
    public VerdictChange Change(int prediction, in Label label, ReadOnlySpan<int> known)
    {
        ref readonly var held = ref table[prediction];
        var before = Of(held.Route, held.Time, held.Confidence, known);
        var after = before;
        Hear(ref after, rules[held.Route], held.Time, held.Confidence, label);
        return new(held.Route, before, after);
    }

    // Of one source the first label counts, or the latest.
    private void Hear(ref Verdicts said, in RouteRules.Rule rule, long predicted, double confidence, in Label label)
    {
        if (!rules.Addresses(label.Addressee, rule) || Matching.FateOf(rule, predicted, confidence, label, out bool outcome) != Arrival.Matched) return;
        int rank = rule.Ranks![label.Source];
        if (said[rank] is not null && !(rule.KeepsLatest && label.Time.Milliseconds >= _times[rank])) return;
        said = said.With(rank, outcome);
        _times[rank] = label.Time.Milliseconds;
    }
}

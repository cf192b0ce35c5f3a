using static System.FormattableString;

namespace DriftWatch.Core.Recalibration;

/// <summary>Tries the maps on a calibration set and says what to do.</summary>
/// <remarks>
/// Every number is of outcomes that the map was not fitted to: fitted to one fold, judged on the other. Of those that pass the gate the simplest is taken whose held-out log loss is within one standard error of the best, the error being
/// that of the difference between the two: outcomes are the same, so most of their noise is too. The map that comes out is fitted to both folds.
/// </remarks>
public static class Recalibrator
{
    /// <param name="set">Pairs, or cells of sketches.</param>
    /// <param name="terms">What the gate asks for.</param>
    /// <param name="methods">Which maps to try; null: all of one claim.</param>
    public static Recommendation Recommend(CalibrationSet set, RecalibrationTerms terms, IReadOnlyList<MapMethod>? methods = null)
    {
        var (first, second, all) = (set.Points(0), set.Points(1), set.Points());
        return Recommend(new(set.Count, set.Positives, set.IsWeighted, false), terms, methods ?? MapMethods.OfClaims, new ClaimBlocks(set), (method, fold) => MapFit.Of(method, fold switch { 0 => first, 1 => second, _ => all }), (left, right, over) => Judged.Of(set, left, right, over));
    }

    /// <summary>The same for vectors: the ECE, then, is that of the top class.</summary>
    public static Recommendation Recommend(VectorSet set, RecalibrationTerms terms, IReadOnlyList<MapMethod>? methods = null)
    {
        var (first, second) = (set.Fold(0), set.Fold(1));
        bool weighted = set.Rows.Any(row => row.Weight != 1);
        long right = 0;
        for (int row = 0; row < set.Rows.Count; row++) right += Look.Of(set[row], set.Rows[row].Actual).Outcome ? 1 : 0;
        return Recommend(new(set.Rows.Count, right, weighted, true), terms, methods ?? MapMethods.OfVectors, new VectorBlocks(set), (method, fold) => MapFit.Of(method, fold switch { 0 => first, 1 => second, _ => set }), (left, all, over) => Judged.Of(set, left, all, over));
    }

    private static Recommendation Recommend(SetFacts facts, RecalibrationTerms terms, IReadOnlyList<MapMethod> methods, IBlocks blocks, Func<MapMethod, int, Fitted> fit, Func<CalibrationMap, CalibrationMap, Judged[]?, Judged[]> judge)
    {
        List<GateCondition> conditions = [.. OfSet(facts, terms)];
        HeldOutScores? before = null;
        Judged[]? judged = null;
        List<Candidate> candidates = [];
        foreach (var method in methods.Order())
        {
            var (first, second, whole) = (fit(method, 0), fit(method, 1), fit(method, -1));
            if ((first.Refusal ?? second.Refusal ?? whole.Refusal) is { } refusal)
            {
                candidates.Add(new(method, null, refusal, null, null, 1, []));
                continue;
            }

            judged = judge(first.Map!, second.Map!, judged);
            before ??= HeldOutScores.Of(judged, one => one.Before, facts.Weighted, terms.Overdispersion);
            bool keepsOrder = first.Map!.KeepsOrder && second.Map!.KeepsOrder;
            candidates.Add(Try(method, whole, judged, before, keepsOrder, facts, terms, blocks));
        }

        var answer = conditions.Find(condition => !condition.Passed) is { } missing ? new(Verdict.Wait, missing.Text, null, before, candidates, conditions)
            : before is null ? new(Verdict.Retrain, $"nothing can be fitted: {candidates[0].Refusal}", null, null, candidates, conditions)
            : !facts.OfVectors && NoMap.OfLabels(before, facts) is { } labels ? new(Verdict.Retrain, labels, null, before, candidates, conditions)
            : Choose(candidates, judged!, terms.Overdispersion) is { } chosen ? new(Verdict.Accept, Praise(chosen), chosen, before, candidates, conditions) { Lasting = blocks.Count > Lasting.LeastFits ? Lasting.Of(blocks, chosen.Method, terms.BlocksOfFit) : null }
            : NoMap.Why(before, candidates, facts, blocks.Count, terms) is var (verdict, reason) ? new Recommendation(verdict, reason, null, before, candidates, conditions)
            : throw new System.Diagnostics.UnreachableException();
        return answer with { Count = facts.Count, Positives = facts.Positives, Blocks = blocks.Count };
    }

    private static IEnumerable<GateCondition> OfSet(SetFacts facts, RecalibrationTerms terms)
    {
        long rarer = Math.Min(facts.Positives, facts.Count - facts.Positives);
        yield return new("labeled", facts.Count >= terms.MinLabeled, facts.Count, terms.MinLabeled, $"{facts.Count} labeled predictions{(facts.Count >= terms.MinLabeled ? "" : $", {terms.MinLabeled} are needed")}");
        yield return new("rarer", rarer >= terms.MinRarer, rarer, terms.MinRarer, $"{rarer} of the rarer outcome{(rarer >= terms.MinRarer ? "" : $", {terms.MinRarer} are needed")}");
    }

    private static Candidate Try(MapMethod method, Fitted whole, Judged[] judged, HeldOutScores before, bool keepsOrder, SetFacts facts, RecalibrationTerms terms, IBlocks blocks)
    {
        var after = HeldOutScores.Of(judged, one => one.After, facts.Weighted, terms.Overdispersion, keepsOrder && !facts.OfVectors ? before.Auroc : null);
        double overdispersion = Math.Max(terms.Overdispersion, MeanEstimate.Overdispersion(judged, one => one.Gain));
        var gain = MeanEstimate.Of(judged, one => one.Gain, terms.Overdispersion);
        List<GateCondition> conditions = [.. Gate.Of(whole.Map!, judged, before, after, gain, facts.OfVectors, terms)];
        if (overdispersion >= terms.DependentFrom && conditions.TrueForAll(condition => condition.Passed)) conditions.Add(NextBlock(PrequentialGate.Of(blocks, method, terms.BlocksOfFit), overdispersion));
        return new(method, whole.Map, null, after, gain, overdispersion, conditions) { Errors = whole.Errors, Losses = Array.ConvertAll(judged, one => one.After.LogLoss), Regions = Region.Of(judged) };
    }

    private static GateCondition NextBlock(PrequentialGate gate, double overdispersion)
    {
        if (gate.LowerBound is not { } lower) return new("nextBlock", false, null, 0, PrequentialGate.Lacks(gate.Gains.Count + 1, overdispersion));
        string text = Invariant($"yesterday's map saves {gate.Gains.Average():0.#####} nats, lower bound {lower:0.#####}, bets won {gate.Evidence:0.#}");
        return new("nextBlock", gate.Passed, lower, 0, PrequentialGate.Asks(overdispersion) + text + (gate.Passed ? "" : ": it does not"));
    }

    /// <summary>The simplest of those accepted that is within one standard error of the best.</summary>
    /// <param name="candidates">All that were tried.</param>
    /// <param name="frame">Weights, folds and blocks of the outcomes; what was claimed is written over.</param>
    /// <param name="leastOverdispersion">φ is at least that.</param>
    private static Candidate? Choose(IReadOnlyList<Candidate> candidates, Judged[] frame, double leastOverdispersion)
    {
        List<Candidate> accepted = [.. candidates.Where(candidate => candidate.Accepted)];
        if (accepted.Count == 0) return null;
        var best = accepted.MinBy(candidate => candidate.Scores!.LogLoss.Mean)!;
        return accepted.Find(candidate => IsWithinOneError(candidate, best, frame, leastOverdispersion))!;
    }

    private static bool IsWithinOneError(Candidate candidate, Candidate best, Judged[] frame, double leastOverdispersion)
    {
        if (ReferenceEquals(candidate, best)) return true;
        for (int i = 0; i < frame.Length; i++) frame[i] = frame[i] with { Before = new(0, false, candidate.Losses[i], 0), After = new(0, false, best.Losses[i], 0) };
        var difference = MeanEstimate.Of(frame, one => one.Gain, leastOverdispersion);
        return difference.Mean <= difference.Error;
    }

    private static string Praise(Candidate chosen) => Invariant($"{chosen.Method.Name()} saves {chosen.Gain!.Value.Mean:0.####} nats a prediction; ECE {chosen.Scores!.Ece:0.####} on outcomes that it was not fitted to");
}

/// <summary>What is known of a set before anything is fitted.</summary>
internal readonly record struct SetFacts(long Count, long Positives, bool Weighted, bool OfVectors);

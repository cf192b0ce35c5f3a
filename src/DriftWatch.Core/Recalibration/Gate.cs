using DriftWatch.Core.Calibration;
using static System.FormattableString;

namespace DriftWatch.Core.Recalibration;

/// <summary>What has to hold before a map is accepted (statistics §8.3), condition by condition.</summary>
internal static class Gate
{
    /// <summary>Temperatures beyond these speak of something else than calibration.</summary>
    private const double LeastTemperature = 0.2, MostTemperature = 5;

    public static IEnumerable<GateCondition> Of(CalibrationMap map, Judged[] all, HeldOutScores before, HeldOutScores after, MeanEstimate gain, bool ofVectors, RecalibrationTerms terms)
    {
        yield return Gain(gain, terms);
        yield return Ece(before, after);
        yield return ofVectors ? Decisions(map, all) : Discrimination(map, before, after, terms);
        yield return Slope(map);
        yield return Change(Region.Of(all), terms);
    }

    private static GateCondition Gain(MeanEstimate gain, RecalibrationTerms terms)
    {
        double lower = gain.Lower(terms.GainQuantile);
        bool passed = lower > 0 && gain.Mean > terms.MinGain;
        string text = passed ? Invariant($"log loss falls by {gain.Mean:0.#####} nats a prediction, surely by {lower:0.#####}")
            : gain.Mean <= terms.MinGain ? Invariant($"log loss falls by {gain.Mean:0.#####} nats a prediction, less than {terms.MinGain}")
            : Invariant($"log loss falls by {gain.Mean:0.#####} nats a prediction, which may be chance: the lower bound is {lower:0.#####}");
        return new("gain", passed, lower, 0, text);
    }

    private static GateCondition Ece(HeldOutScores before, HeldOutScores after)
    {
        bool falls = after.EceDebiased < before.EceDebiased, sure = after.EceInterval.Upper <= before.EceInterval.Upper;
        string text = Invariant($"debiased ECE {before.EceDebiased:0.####} → {after.EceDebiased:0.####}, upper end {before.EceInterval.Upper:0.####} → {after.EceInterval.Upper:0.####}");
        return new("ece", falls && sure, after.EceDebiased, before.EceDebiased, falls && sure ? text : text + ": one of them does not fall");
    }

    private static GateCondition Discrimination(CalibrationMap map, HeldOutScores before, HeldOutScores after, RecalibrationTerms terms)
    {
        if (map.KeepsOrder) return new("discrimination", true, null, null, "the map is strictly increasing: ranking does not change");
        if (before.Auroc is not { } was || after.Auroc is not { } now) return new("discrimination", false, null, null, "a fold has outcomes of one kind: nobody knows what becomes of the ranking");
        bool passed = was - now < terms.MaxAurocDrop;
        return new("discrimination", passed, was - now, terms.MaxAurocDrop, Invariant($"AUROC {was:0.####} → {now:0.####}{(passed ? "" : ": the map throws ranking away")}"));
    }

    private static GateCondition Decisions(CalibrationMap map, Judged[] all)
    {
        if (map.KeepsOrder) return new("discrimination", true, null, null, "classes keep their order: decisions do not change");
        var test = McNemar.Of(all);
        string text = Invariant($"{test.Better} decisions become right, {test.Worse} wrong (McNemar, p = {test.PValue:0.###})");
        return new("discrimination", !test.Rejects, test.PValue, 0.05, test.Rejects ? text + ": the map decides worse" : text);
    }

    private static GateCondition Slope(CalibrationMap map)
    {
        switch (map)
        {
            case LogitMap { Method: MapMethod.Temperature } logit: return Temperature(logit.Slope);
            case VectorMap { Method: MapMethod.Temperature } vector: return Temperature(vector.Slopes[0]);
            case LogitMap logit: return Positive(logit.Slope);
            case BetaMap beta: return Positive(beta.A + beta.B);
            case VectorMap vector: return Positive(vector.Slopes.Min());
            default: return new("slope", true, null, null, "the map has no slope");
        }

        static GateCondition Temperature(double slope)
        {
            double temperature = 1 / slope;
            bool passed = slope > 0 && temperature is >= LeastTemperature and <= MostTemperature;
            return new("slope", passed, temperature, MostTemperature, Invariant($"T = {temperature:0.###}{(passed ? "" : ": not between 0.2 and 5")}"));
        }

        static GateCondition Positive(double slope) =>
            new("slope", slope > 0, slope, 0, slope > 0 ? Invariant($"the slope is {slope:0.###}") : Invariant($"the slope is {slope:0.###}: outcomes run against the claims"));
    }

    /// <summary>Where a map changes claims much, what was observed has to be where it puts them.</summary>
    private static GateCondition Change(IReadOnlyList<Region> regions, RecalibrationTerms terms)
    {
        double most = 0;
        foreach (var region in regions)
        {
            most = Math.Max(most, region.Change);
            if (region.Change <= terms.MaxChange) continue;
            var interval = Intervals.Wilson((long)Math.Round(region.Observed * region.Worth), (long)Math.Max(1, Math.Round(region.Worth)));
            if (region.Mapped >= interval.Lower && region.Mapped <= interval.Upper) continue;
            return new("change", false, region.Change, terms.MaxChange, Invariant($"claims around {region.Claimed:0.###} become {region.Mapped:0.###}, and what was observed there, {region.Observed:0.###}, does not bear that out"));
        }

        return new("change", true, most, terms.MaxChange, Invariant($"claims change by {most:0.###} at most, on average of a bin{(most > terms.MaxChange ? ", and outcomes bear it out" : "")}"));
    }
}

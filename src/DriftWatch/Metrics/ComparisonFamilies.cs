using DriftWatch.Core.Comparison;
using DriftWatch.Core.Monitoring;

namespace DriftWatch.Metrics;

/// <summary>Versions beside each other on the requests that both have scored. The tag version is the candidate, current what it is compared with.</summary>
internal sealed class ComparisonFamilies(MetricsPage page)
{
    private static readonly string[] Tags = ["model", "version", "current"];
    private static readonly string[] SliceTags = ["model", "version", "current", "slice"];

    private readonly TaggedGauge _requests = page.Gauge("driftwatch_comparison_requests", "Requests of the newest day of event time that both versions scored.", Tags);
    private readonly TaggedGauge _disagreeing = page.Gauge("driftwatch_comparison_disagreeing_ratio", "Share of them on which the versions disagree: another class, or probabilities further apart than compare.distance.", Tags);
    private readonly TaggedGauge _difference = page.Gauge("driftwatch_comparison_mean_difference", "Mean of the candidate's probability less the current version's, on them.", Tags);
    private readonly TaggedGauge _labeled = page.Gauge("driftwatch_comparison_labeled_requests", "Labeled requests that the comparison has judged, since the candidate began.", Tags);
    private readonly TaggedGauge _gain = page.Gauge("driftwatch_comparison_gain_nats", "How much lower the candidate's mean log loss is on them; negative: it is higher.", Tags);
    private readonly TaggedGauge _gainLower = page.Gauge("driftwatch_comparison_gain_lower_nats", "Lower end of its interval: it holds at all times together, but for compare.alpha.", Tags);
    private readonly TaggedGauge _gainUpper = page.Gauge("driftwatch_comparison_gain_upper_nats", "Upper end of that interval.", Tags);
    private readonly TaggedGauge _verdict = page.Gauge("driftwatch_comparison_verdict", "What labels have shown: 1 the candidate is better, -1 worse, 0 neither yet.", Tags);
    private readonly TaggedGauge _ofSlice = page.Gauge("driftwatch_slice_comparison_disagreeing_ratio", "The same share of the requests of one slice.", SliceTags);

    /// <param name="one">Which versions, and what is known.</param>
    public void Export(VersionsCompared one)
    {
        var found = one.Found;
        if (one.Slice is { } slice)
        {
            _ofSlice.Set(found.LastDay.Share, one.Model, one.Candidate, one.Current, slice.ToString());
            return;
        }

        string[] tags = [one.Model, one.Candidate, one.Current];
        _requests.Set(found.LastDay.Requests, tags);
        _disagreeing.Set(found.LastDay.Share, tags);
        _difference.Set(found.LastDay.MeanDifference, tags);
        _labeled.Set(found.Labeled, tags);
        _gain.Set(found.LogLossOfCurrent - found.LogLossOfCandidate, tags);
        _gainLower.Set(found.Gain?.Lower, tags);
        _gainUpper.Set(found.Gain?.Upper, tags);
        _verdict.Set(found.Verdict switch { ComparisonVerdict.Better => 1, ComparisonVerdict.Worse => -1, ComparisonVerdict.Open => 0, _ => null }, tags);
    }
}

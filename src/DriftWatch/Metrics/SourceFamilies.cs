using DriftWatch.Core.Agreement;
using DriftWatch.Core.Monitoring;

namespace DriftWatch.Metrics;

/// <summary>Who has labeled a model version's predictions, and how its judges fare against trusted sources. What cannot be said has no sample.</summary>
internal sealed class SourceFamilies(MetricsPage page)
{
    private static readonly string[] OfJudge = ["model", "version", "judge"];

    private readonly TaggedGauge _labeled = page.Gauge("driftwatch_source_labeled_predictions", "Predictions that a source of labels has labeled; __other__: no source, or none of the model's labelSources.", "model", "version", "source");
    private readonly TaggedGauge _judged = page.Gauge("driftwatch_judge_labeled_predictions", "Predictions that a judge has labeled, by what a trusted source says there: positive, negative, or nothing.", "model", "version", "judge", "trusted");
    private readonly TaggedGauge _truePositive = page.Gauge("driftwatch_judge_true_positive_ratio", "Of what came true by a trusted source, the share that the judge says did.", OfJudge);
    private readonly TaggedGauge _falsePositive = page.Gauge("driftwatch_judge_false_positive_ratio", "Of what did not come true by a trusted source, the share that the judge says did.", OfJudge);
    private readonly TaggedGauge _kappa = page.Gauge("driftwatch_judge_kappa_ratio", "Cohen's kappa of a judge and the trusted sources: agreement beyond chance.", OfJudge);
    private readonly TaggedGauge _baseRate = page.Gauge("driftwatch_judge_base_rate_ratio", "Base rate where only the judge has labeled, corrected for the judge; no detector sees it.", OfJudge);
    private readonly TaggedGauge _bounds = page.Gauge("driftwatch_judge_bound_ratio", "Bounds of 95 % intervals of the judge's rates (true_positive, false_positive), of kappa, and of the corrected base_rate.", "model", "version", "judge", "what", "bound");

    public void Export(SeriesSnapshot series)
    {
        if (series.Sources is not { } sources) return;
        var (model, version) = (series.Key.Model, series.Key.Version);
        _labeled.Set(sources.Unlisted, model, version, Core.Series.Slice.Other);
        foreach (var (source, labeled, judge) in sources.Sources)
        {
            _labeled.Set(labeled, model, version, source.Name);
            if (judge is not null) Export(judge, [model, version, source.Name]);
        }
    }

    private void Export(JudgeReport judge, string[] tags)
    {
        var table = judge.Table;
        _judged.Set(table.TruePositives + table.FalseNegatives, [.. tags, "positive"]);
        _judged.Set(table.FalsePositives + table.TrueNegatives, [.. tags, "negative"]);
        _judged.Set(table.Alone, [.. tags, "nothing"]);
        Export(_truePositive, judge.TruePositiveRate, "true_positive");
        Export(_falsePositive, judge.FalsePositiveRate, "false_positive");
        Export(_kappa, judge.Kappa, "kappa");
        Export(_baseRate, judge.Corrected, "base_rate");

        void Export(TaggedGauge family, Estimate? estimate, string what)
        {
            family.Set(estimate?.Value, tags);
            _bounds.Set(estimate?.Interval.Lower, [.. tags, what, "lower"]);
            _bounds.Set(estimate?.Interval.Upper, [.. tags, what, "upper"]);
        }
    }
}

using DriftWatch.Core.Windowing;

namespace DriftWatch.Metrics;

/// <summary>The reliability bins as counters: from them PromQL computes ECE over any stretch of time and any number of replicas.</summary>
/// <remarks>See docs/decisions/0007-bins-as-counters.md. The four are born, kept and removed together.</remarks>
internal sealed class BinFamilies(MetricsPage page)
{
    private readonly TaggedCounter _predictions = page.Counter("driftwatch_bin_predictions_total", "Joined, mature predictions of the bin; bin is its upper bound.", "model", "version", "bin");
    private readonly TaggedCounter _confidence = page.Counter("driftwatch_bin_confidence_total", "Sum of the predicted probabilities of the bin's joined, mature predictions.", "model", "version", "bin");
    private readonly TaggedCounter _positives = page.Counter("driftwatch_bin_positives_total", "Joined, mature predictions of the bin with a positive outcome (top label: correct).", "model", "version", "bin");
    private readonly TaggedCounter _variance = page.Counter("driftwatch_bin_variance_total", "Sum of p(1-p) of the bin's joined, mature predictions: the variance the positives would have if the model were calibrated.", "model", "version", "bin");

    public void Export(string model, string version, BinCounter bin, int bins)
    {
        string upper = Name(bin.Upper, bins);
        _predictions.IncTo(bin.Count, model, version, upper);
        _confidence.IncTo(bin.SumConfidence, model, version, upper);
        _positives.IncTo(bin.Positives, model, version, upper);
        _variance.IncTo(bin.SumVariance, model, version, upper);
    }

    /// <summary>The upper bound with so many digits that bins differ and sort as text.</summary>
    public static string Name(double upper, int bins) => upper.ToString(100 % bins == 0 ? "F2" : "F4");
}

using DriftWatch.Core.Monitoring;

namespace DriftWatch.Pipeline.Recovery;

/// <summary>How far back a restart may have to read, for the strictest of the models: what a source's retention must exceed by the longest downtime.</summary>
/// <remarks>A prediction is kept for R = H + E + G, and a label that waits for it for the longest R and the longest E.</remarks>
internal static class JoinReach
{
    public static TimeSpan Of(MonitorOptions options)
    {
        List<ModelOptions> models = [.. options.Models.Values];
        if (!options.OnlyNamedModels || models.Count == 0) models.Add(options.Default);
        return models.Max(model => model.Join.Retention(options.OutOfOrderness)) + models.Max(model => model.Join.Lead);
    }
}

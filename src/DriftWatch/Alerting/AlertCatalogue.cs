namespace DriftWatch.Alerting;

/// <summary>All rules that DriftWatch ships: for Prometheus 2.42 and later, with the names of docs/metrics.md.</summary>
/// <remarks>
/// Each alert has a runbook, a history in which it fires and one in which it stays silent (deploy/prometheus/tests), and a mutation that its tests find.
/// All sums keep cluster, namespace and job. Why the set is this one: docs/decisions/0072.
/// </remarks>
internal static partial class AlertCatalogue
{
    /// <summary>What whoever opens the file should know.</summary>
    public const string Head =
        "All sums keep cluster and namespace, by which Alertmanager tells deployments apart when one alert mutes another. Thresholds, horizons and minima of models come from DriftWatch as series, so that a change of one needs no change here. "
        + "What does not come as a series is chosen when this is written: with other bins or windows, and for your own places of runbooks and Grafana, write it anew with driftwatch rules.";

    private const string OfModel = "/d/driftwatch-model?var-model={{ $labels.model | urlquery }}";
    private const string OfVersion = OfModel + "&var-version={{ $labels.version | urlquery }}";
    private const string OfRequests = "/d/driftwatch-recalibration?var-model={{ $labels.model | urlquery }}";
    private const string OfPipeline = "/d/driftwatch-pipeline";

    /// <summary>The rules in the order in which they are written; names of groups and alerts are unique.</summary>
    public static IReadOnlyList<RuleGroup> Groups(RuleOptions options) =>
        [Self(options), Calibration(options), Requests, Serving, Labels(options), Work, Pipeline, Input];
}

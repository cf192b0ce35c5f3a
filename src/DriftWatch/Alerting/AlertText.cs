namespace DriftWatch.Alerting;

/// <summary>Parts of an alert's description that Prometheus fills in by a query of its own when the alert fires: what is not in the alert's labels and value.</summary>
/// <remarks>Where the query finds nothing, the part is not there: a description never says "no value".</remarks>
internal static class AlertText
{
    private static readonly string[] OfDeployment = ["cluster", "namespace", "job"];

    /// <summary>Which way the claims are off, by how much, and on how many labeled predictions, over the last six hours.</summary>
    /// <param name="labels">By which the alert's subject is chosen, beside those of the deployment.</param>
    public static string Gap(params string[] labels) =>
        Asked("100 * sum(driftwatch:gap:increase6h{@}) / (sum(driftwatch:labeled_predictions:increase6h{@}) > 0)", " Gap over the last six hours: {{ .Value | printf \"%+.1f\" }} points, claims too {{ if gt .Value 0.0 }}high{{ else }}low{{ end }}", labels)
        + Asked("sum(driftwatch:labeled_predictions:increase6h{@}) > 0", ", on {{ .Value | printf \"%.0f\" }} labeled predictions.", labels);

    /// <summary>Which way the claims of one slice are off in the window of the alert, and by how much.</summary>
    public static string SliceGap() =>
        Asked("100 * max(driftwatch_slice_gap_ratio{@})", " Gap: {{ .Value | printf \"%+.1f\" }} points, claims too {{ if gt .Value 0.0 }}high{{ else }}low{{ end }}", "model", "version", "window", "slice")
        + Asked("max(driftwatch_slice_window_labeled_predictions{@})", ", on {{ .Value | printf \"%.0f\" }} labeled predictions.", "model", "version", "window", "slice");

    /// <summary>Event time since which evidence has gathered.</summary>
    /// <param name="metric">The gauge that has it.</param>
    /// <param name="labels">By which the alert's subject is chosen, beside those of the deployment.</param>
    public static string Since(string metric, params string[] labels) => Asked($"max({metric}{{@}}) > 0", " Since about {{ .Value | humanizeTimestamp }}.", labels);

    /// <summary>The slices of a version that are in an episode, each with its gap in a window.</summary>
    public static string DriftingSlices(string window) => Asked(
        "max by (slice) (driftwatch_slice_drifting{@}) == 1",
        " Slice {{ .Labels.slice }}"
        + "{{ range printf `100 * max(driftwatch_slice_gap_ratio{cluster=%q, namespace=%q, job=%q, model=%q, version=%q, slice=%q, window=\"" + window + "\"})` $labels.cluster $labels.namespace $labels.job $labels.model $labels.version .Labels.slice | query }}"
        + ": gap {{ .Value | printf \"%+.1f\" }} points, claims too {{ if gt .Value 0.0 }}high{{ else }}low{{ end }}{{ end }}.",
        "model",
        "version");

    /// <param name="query">PromQL; <c>@</c> stands for the matchers of the alert's subject.</param>
    /// <param name="text">What is said for each series that it finds.</param>
    /// <param name="labels">Labels of the subject.</param>
    private static string Asked(string query, string text, params string[] labels)
    {
        string[] all = [.. OfDeployment, .. labels];
        string matchers = string.Join(", ", all.Select(label => $"{label}=%q"));
        var arguments = Enumerable.Repeat(string.Join(' ', all.Select(label => $"$labels.{label}")), query.Count(c => c == '@'));
        return $"{{{{ range printf `{query.Replace("@", matchers, StringComparison.Ordinal)}` {string.Join(' ', arguments)} | query }}}}{text}{{{{ end }}}}";
    }
}

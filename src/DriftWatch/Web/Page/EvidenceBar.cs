namespace DriftWatch.Web.Page;

/// <summary>Evidence as a horizontal bar: the threshold stands at three quarters, a tick at a hundredth of it says where a series becomes pending.</summary>
/// <remarks>The scale is that of the logarithm, from five powers of ten below the threshold: what one stretch of quiet data can bring lies near its left end.</remarks>
internal static class EvidenceBar
{
    private static readonly double Pending = Math.Log(100);
    private static readonly double Below = Math.Log(1e5);

    public static Markup Draw(double? evidence, double threshold) => HtmlWriter.Of(html =>
    {
        double length = Place(evidence ?? double.NegativeInfinity, threshold);
        string state = evidence >= threshold ? "reached" : evidence >= threshold - Pending ? "gathers" : "quiet";
        string told = evidence is { } e ? $"{e:0.0}" : "none";
        html.Add($"""<svg class="evidence-bar {state}" viewBox="0 0 200 14" preserveAspectRatio="none" role="img" aria-label="ln evidence {told}, an alarm needs {threshold:0.0}"><title>ln evidence {told}; pending from {threshold - Pending:0.0}, alarm from {threshold:0.0}</title>""");
        html.Add($"""<rect class="track" x="0" y="2" width="200" height="10"/><rect class="fill" x="0" y="4" width="{length:0.##}" height="6"/>""");
        html.Add($"""<path class="pending" d="M{Place(threshold - Pending, threshold):0.##} 2v10"/><path class="limit" d="M{Place(threshold, threshold):0.##} 0v14"/></svg>""");
    });

    /// <summary>Where a logarithm stands on the bar, of 200.</summary>
    public static double Place(double evidence, double threshold) => Math.Clamp((evidence - threshold + Below) / Below * 150, 0, 200);
}

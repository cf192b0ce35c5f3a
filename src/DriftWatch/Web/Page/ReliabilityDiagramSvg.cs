using DriftWatch.Core.Calibration;
using DriftWatch.Core.Windowing;

namespace DriftWatch.Web.Page;

/// <summary>The reliability diagram: observed frequency against mean confidence per bin, and under it how many predictions claimed what.</summary>
/// <remarks>
/// A model that means what it says has its points on the diagonal. Tint between point and diagonal is the gap; the more predictions, the
/// stronger, so that what stands out is what makes the ECE. Every point carries its numbers in <c>data-</c> attributes.
/// </remarks>
internal static class ReliabilityDiagramSvg
{
    private const double SmallestRadius = 3, LargestRadius = 10;

    /// <param name="window">What it shows.</param>
    /// <param name="fullScale">Whether axes run from 0 to 1.</param>
    /// <param name="id">Of the element: one of its own for each diagram of a page.</param>
    public static Markup Draw(WindowSnapshot window, bool fullScale, string id = "reliability")
    {
        var scale = fullScale ? new DiagramScale(1) : DiagramScale.Around(window.Bins);
        long most = window.Bins.Count == 0 ? 0 : window.Bins.Max(b => b.Count);
        return HtmlWriter.Of(html =>
        {
            html.Add($"""<svg class="diagram" id="{id}" viewBox="0 0 {DiagramScale.Width} {DiagramScale.Height}" role="img" aria-labelledby="{id}-title" data-maximum="{scale.Maximum}">""");
            html.Add($"""<title id="{id}-title">Reliability diagram of {Show.Count(window.Labeled)} labeled predictions: observed frequency against mean confidence; the table after it has the numbers.</title>""");
            Axes(html, scale);
            foreach (var bin in window.Bins)
            {
                if (bin.Count > 0) Gap(html, scale, bin, most);
            }

            html.Add($"""<line class="diagonal" x1="{scale.X(0):0.##}" y1="{scale.Y(0):0.##}" x2="{scale.X(scale.Maximum):0.##}" y2="{scale.Y(scale.Maximum):0.##}"/>""");
            Joined(html, scale, window.Bins);
            foreach (var bin in window.Bins)
            {
                if (bin.Count > 0) Point(html, scale, bin, most);
            }

            foreach (var bin in window.Bins) Bar(html, scale, bin, most);
            html.Add($"""<text class="corner" x="{DiagramScale.Left + 10}" y="{DiagramScale.Top + 20}">outcomes happen more often than claimed</text>""");
            html.Add($"""<text class="corner end" x="{DiagramScale.Left + DiagramScale.Side - 10}" y="{DiagramScale.Top + DiagramScale.Side - 12}">outcomes happen less often than claimed</text>""");
            html.Add($"</svg>");
        });
    }

    private static void Axes(HtmlWriter html, DiagramScale scale)
    {
        double right = DiagramScale.Left + DiagramScale.Side, bottom = DiagramScale.Top + DiagramScale.Side;
        double floor = DiagramScale.HistogramTop + DiagramScale.HistogramHeight;
        html.Add($"""<rect class="frame" x="{DiagramScale.Left}" y="{DiagramScale.Top}" width="{DiagramScale.Side}" height="{DiagramScale.Side}"/>""");
        for (int i = 0; i * scale.Step <= scale.Maximum + 1e-9; i++)
        {
            double p = i * scale.Step;
            html.Add($"""<line class="grid" x1="{scale.X(p):0.##}" y1="{DiagramScale.Top}" x2="{scale.X(p):0.##}" y2="{bottom}"/>""");
            html.Add($"""<line class="grid" x1="{DiagramScale.Left}" y1="{scale.Y(p):0.##}" x2="{right}" y2="{scale.Y(p):0.##}"/>""");
            html.Add($"""<text class="tick end" x="{DiagramScale.Left - 8}" y="{scale.Y(p) + 4:0.##}">{p:0.###}</text>""");
            html.Add($"""<text class="tick middle" x="{scale.X(p):0.##}" y="{floor + 16}">{p:0.###}</text>""");
        }

        html.Add($"""<text class="axis middle" transform="translate(13 {DiagramScale.Top + (DiagramScale.Side / 2)}) rotate(-90)">observed frequency</text>""");
        html.Add($"""<text class="axis middle" x="{DiagramScale.Left + (DiagramScale.Side / 2)}" y="{floor + 35}">confidence: what the model claimed</text>""");
        html.Add($"""<line class="base" x1="{DiagramScale.Left}" y1="{floor}" x2="{right}" y2="{floor}"/>""");
    }

    /// <summary>The tint between what was claimed and what happened, over the width of the bin.</summary>
    private static void Gap(HtmlWriter html, DiagramScale scale, ReliabilityBin bin, long most)
    {
        double claimed = bin.Claimed, observed = bin.Observed;
        double x = scale.X(bin.Lower), width = Math.Max(0, scale.X(Math.Min(bin.Upper, scale.Maximum)) - x);
        double y = scale.Y(Math.Max(claimed, observed)), height = scale.Y(Math.Min(claimed, observed)) - y;
        double opacity = 0.10 + (0.38 * Math.Sqrt((double)bin.Count / most));
        html.Add($"""<rect class="gap {(claimed > observed ? "over" : "under")}" x="{x + 1:0.##}" y="{y:0.##}" width="{Math.Max(0, width - 2):0.##}" height="{height:0.##}" opacity="{opacity:0.###}"/>""");
    }

    private static void Joined(HtmlWriter html, DiagramScale scale, IReadOnlyList<ReliabilityBin> bins)
    {
        string points = string.Join(' ', bins.Where(b => b.Count > 0).Select(b =>
            FormattableString.Invariant($"{scale.X(b.Claimed):0.##},{scale.Y(b.Observed):0.##}")));
        html.Add($"""<polyline class="joined" points="{points}"/>""");
    }

    private static void Point(HtmlWriter html, DiagramScale scale, ReliabilityBin bin, long most)
    {
        double claimed = bin.Claimed, observed = bin.Observed;
        double x = scale.X(claimed), y = scale.Y(observed);
        double radius = SmallestRadius + ((LargestRadius - SmallestRadius) * Math.Sqrt((double)bin.Count / most));
        var (low, high) = bin.ObservedInterval();
        double up = scale.Y(Math.Min(high, scale.Maximum)), down = scale.Y(low);
        string side = low > claimed ? "under" : high < claimed ? "over" : "within";
        html.Add($"""<g class="bin {side}" data-n="{bin.Count}" data-positives="{bin.Positives}" data-confidence="{claimed:R}" data-frequency="{observed:R}" data-low="{low:R}" data-high="{high:R}">""");
        html.Add($"""<title>Claimed {Show.Percent(claimed)}, observed {Show.Percent(observed)} (95 %: {Show.Percent(low)} to {Show.Percent(high)}). Gap {Show.Points(claimed - observed)} points, {Show.Count(bin.Count)} predictions in [{bin.Lower:0.###}, {bin.Upper:0.###}{(bin.Upper >= 1 ? "]" : ")")}.</title>""");
        html.Add($"""<path class="whisker" d="M{x:0.##} {up:0.##}V{down:0.##}M{x - 4:0.##} {up:0.##}h8M{x - 4:0.##} {down:0.##}h8"/>""");
        html.Add($"""<circle cx="{x:0.###}" cy="{y:0.###}" r="{radius:0.##}"/></g>""");
    }

    private static void Bar(HtmlWriter html, DiagramScale scale, ReliabilityBin bin, long most)
    {
        if (bin.Count == 0 || bin.Lower >= scale.Maximum) return;
        double height = Math.Max(1, DiagramScale.HistogramHeight * bin.Count / most);
        double x = scale.X(bin.Lower), width = scale.X(Math.Min(bin.Upper, scale.Maximum)) - x;
        html.Add($"""<rect class="bar" x="{x + 1:0.##}" y="{DiagramScale.HistogramTop + DiagramScale.HistogramHeight - height:0.##}" width="{Math.Max(0, width - 2):0.##}" height="{height:0.##}" data-n="{bin.Count}"><title>{Show.Count(bin.Count)} predictions claimed {bin.Lower:0.###} to {bin.Upper:0.###}</title></rect>""");
    }
}

using DriftWatch.Core.Drift;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;
using DriftWatch.Core.Windowing;
using DriftWatch.Json;
using DriftWatch.Pipeline;

namespace DriftWatch.Web.Page;

/// <summary>ECE window by window, above the band that chance alone explains, with the rule's thresholds and the episodes.</summary>
internal static class TrendSvg
{
    private const double Width = 760, Height = 352, Left = 48, Right = 684, Top = 12, Bottom = 318;

    public static Markup Draw(Selection selection, ServiceSnapshot snapshot)
    {
        var series = selection.Series!;
        var windows = selection.Windows?.History.Where(w => w.Metrics.Ece is not null).ToList() ?? [];
        if (windows.Count == 0) return Markup.Empty;
        var options = snapshot.Options;
        var rule = options.For(series.Key.Model).Threshold;
        bool thresholds = series.IsJudged && options.For(series.Key.Model).Rule.JudgesWindows;
        var axes = new Axes(windows, thresholds ? rule.Raise : 0);
        return HtmlWriter.Of(html =>
        {
            html.Add($"""<svg class="trend" id="trend" viewBox="0 0 {Width} {Height}" role="img" aria-labelledby="trend-title"><title id="trend-title">ECE of the last {windows.Count} windows of {Durations.Name(selection.Windows!.Width)}, with noise floor, 95 % interval and thresholds</title>""");
            foreach (var episode in snapshot.Monitor.Episodes.Where(e => e.Series == series.Key && e.Versions is null)) Span(html, axes, episode, options);
            Grid(html, axes, Show.Clock(options));
            Band(html, axes, "interval", windows, w => w.Metrics.EceLower, w => w.Metrics.EceUpper);
            Band(html, axes, "floor", windows, _ => 0, w => w.Metrics.EceNull);
            if (thresholds)
            {
                Threshold(html, axes, rule.Raise, "raise");
                Threshold(html, axes, rule.Clear, "clear");
            }

            var mature = windows.Where(w => w.Mature).ToList();
            html.Add($"""<polyline class="ece" points="{Line(axes, mature, w => w.Metrics.Ece)}"/>""");
            if (mature.Count < windows.Count) html.Add($"""<polyline class="ece provisional" points="{Line(axes, mature.TakeLast(1).Concat(windows.Where(w => !w.Mature)), w => w.Metrics.Ece)}"/>""");
            foreach (var window in windows) Point(html, axes, window, selection, options);
            html.Add($"</svg>");
        });
    }

    private static void Span(HtmlWriter html, Axes axes, Episode episode, MonitorOptions options)
    {
        double from = Math.Clamp(axes.X(episode.Onset), Left, Right), to = Math.Clamp(episode.Recovered is { } end ? axes.X(end) : Right, Left, Right);
        if (to <= from) return;
        html.Add($"""<rect class="episode" x="{from:0.##}" y="{Top}" width="{to - from:0.##}" height="{Bottom - Top}"><title>Episode from {Show.Moment(episode.Onset, options)}, {(episode.Recovered is { } r ? "recovered " + Show.Moment(r, options) : "still lasts")}</title></rect>""");
        double fired = axes.X(episode.Fired);
        if (fired is >= Left and <= Right) html.Add($"""<line class="fired" x1="{fired:0.##}" y1="{Top}" x2="{fired:0.##}" y2="{Bottom}"><title>Fired {Show.Moment(episode.Fired, options)}</title></line>""");
    }

    private static void Grid(HtmlWriter html, Axes axes, string clock)
    {
        for (int i = 0; i <= 4; i++)
        {
            double value = axes.Maximum * i / 4;
            html.Add($"""<line class="grid" x1="{Left}" y1="{axes.Y(value):0.##}" x2="{Right}" y2="{axes.Y(value):0.##}"/><text class="tick end" x="{Left - 7}" y="{axes.Y(value) + 4:0.##}">{value:0.###}</text>""");
        }

        foreach (var time in axes.Ticks())
        {
            string text = time.ToDateTimeOffset().ToString(time.Milliseconds % 86_400_000 == 0 ? "MMM d" : clock);
            html.Add($"""<line class="grid" x1="{axes.X(time):0.##}" y1="{Top}" x2="{axes.X(time):0.##}" y2="{Bottom + 4}"/><text class="tick middle" x="{Math.Clamp(axes.X(time), Left + 12, Right - 16):0.##}" y="{Bottom + 20}">{text}</text>""");
        }
    }

    private static void Threshold(HtmlWriter html, Axes axes, double value, string name)
    {
        if (value > axes.Maximum) return;
        html.Add($"""<line class="threshold {name}" x1="{Left}" y1="{axes.Y(value):0.##}" x2="{Right}" y2="{axes.Y(value):0.##}"/><text class="threshold-name {name}" x="{Right + 7}" y="{axes.Y(value) + 4:0.##}">{name} {value:0.###}</text>""");
    }

    private static void Band(HtmlWriter html, Axes axes, string name, List<WindowSnapshot> windows, Func<WindowSnapshot, double?> low, Func<WindowSnapshot, double?> high)
    {
        var known = windows.Where(w => low(w) is not null && high(w) is not null).ToList();
        if (known.Count == 0) return;
        string points = Line(axes, known, high) + " " + Line(axes, Enumerable.Reverse(known), low);
        html.Add($"""<polygon class="{name}" points="{points}"/>""");
    }

    private static string Line(Axes axes, IEnumerable<WindowSnapshot> windows, Func<WindowSnapshot, double?> value) => string.Join(' ', windows
        .Where(w => value(w) is not null)
        .Select(w => FormattableString.Invariant($"{axes.X(Axes.Middle(w)):0.##},{axes.Y(value(w)!.Value):0.##}")));

    private static void Point(HtmlWriter html, Axes axes, WindowSnapshot window, Selection selection, MonitorOptions options)
    {
        string start = window.Start.Milliseconds.ToString();
        bool chosen = selection.Which != Selection.Total && selection.Window?.Start == window.Start;
        html.Add($"""<a class="window{(window.Mature ? "" : " provisional")}{(chosen ? " chosen" : "")}" href="{selection.Link(options.Windows, which: start)}" data-live aria-label="Window {Show.Stretch(window.Start, window.End, options)}, ECE {Show.Ratio(window.Metrics.Ece)}"><circle class="target" cx="{axes.X(Axes.Middle(window)):0.##}" cy="{axes.Y(window.Metrics.Ece!.Value):0.##}" r="9"/>""");
        html.Add($"""<circle class="dot" cx="{axes.X(Axes.Middle(window)):0.##}" cy="{axes.Y(window.Metrics.Ece.Value):0.##}" r="{(chosen ? 5.5 : 3)}"/>""");
        html.Add($"""<title>{Show.Stretch(window.Start, window.End, options)}{(window.Mature ? "" : ", provisional")}: ECE {Show.Ratio(window.Metrics.Ece)}, noise floor {Show.Ratio(window.Metrics.EceNull)}, {Show.Count(window.Labeled)} labeled</title></a>""");
    }

    /// <summary>The chart's scales: time from the first window to the last, error from 0 to a round number above all that matters.</summary>
    private sealed class Axes
    {
        private const long Hour = 3600;
        private static readonly double[] Ceilings = [0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.16, 0.2, 0.3, 0.4, 0.6, 0.8];
        private static readonly long[] Steps = [.. ((long[])[5, 15, 30, 60, 300, 900, 1800, Hour, 3 * Hour, 6 * Hour, 12 * Hour, 24 * Hour, 48 * Hour, 24 * 7 * Hour, 24 * 28 * Hour, 24 * 91 * Hour]).Select(seconds => seconds * 1000)];

        public Axes(List<WindowSnapshot> windows, double raise)
        {
            From = windows[0].Start.Milliseconds;
            To = Math.Max(From + 1, windows[^1].End.Milliseconds);
            // Where half of the labels have come, the ECE is of half of the story: it is drawn, at the upper edge if need be, and sets no scale.
            var known = windows.Exists(w => w.Mature) ? windows.FindAll(w => w.Mature) : windows;
            double most = known.Max(w => Math.Max(w.Metrics.Ece!.Value, w.Metrics.EceNull ?? 0));
            // Intervals of thin windows may leave the picture: they must not flatten what is known well.
            most = Math.Max(most * 1.15, raise * 1.3);
            Maximum = Ceilings.FirstOrDefault(limit => limit >= most, 1);
        }

        public long From { get; }

        public long To { get; }

        public double Maximum { get; }

        /// <summary>At most eight round moments.</summary>
        public IEnumerable<EventTime> Ticks()
        {
            long step = Steps.FirstOrDefault(s => (To - From) / s <= 7, Steps[^1]);
            for (long time = ((From + step - 1) / step) * step; time <= To; time += step) yield return new EventTime(time);
        }

        public double X(EventTime time) => Left + ((time.Milliseconds - From) / (double)(To - From) * (Right - Left));

        public double Y(double value) => Bottom - (Math.Clamp(value, 0, Maximum) / Maximum * (Bottom - Top));

        public static EventTime Middle(WindowSnapshot window) => new((window.Start.Milliseconds + window.End.Milliseconds) / 2);
    }
}

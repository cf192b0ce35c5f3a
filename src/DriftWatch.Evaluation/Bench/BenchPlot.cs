using System.Globalization;
using System.Text;

namespace DriftWatch.Evaluation.Bench;

/// <summary>Delay against false alarms, rule by rule, both logarithmic: a drawing that reads on light and dark pages.</summary>
internal sealed class BenchPlot(BenchResult result, CellResult cell)
{
    private const double Left = 78, Top = 54, Width = 560, Height = 400;
    private const double LeastRate = 1e-3, MostRate = 1e4, LeastDelay = 200, MostDelay = 200_000;

    private static readonly (RuleSpec Rule, string Color)[] Drawn =
    [
        (RuleSet.Esr0, "#2f81f7"), (RuleSet.Esr1, "#1f9e9e"), (RuleSet.Esr2, "#2da44e"), (RuleSet.Oracle, "#8a8f98"),
    ];

    private static readonly string[] OtherColors = ["#d1495b", "#e08e0b", "#a371f7", "#c24fa0", "#8c6d46", "#6e7f2a", "#e3683c", "#4f6fb0", "#9c755f"];
    private static readonly string[] Others = ["ADWIN residual", "ADWIN error", "ADWIN Brier", "Page–Hinkley residual", "CUSUM residual", "DDM error", "HDDM_A error", "PITMonitor", "confidence sequences"];

    private readonly StringBuilder _svg = new();
    private double _legend = Top + 6;

    public string Draw()
    {
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 520\" role=\"img\" aria-label=\"Delay against false alarms, {cell.Scenario.Key}\">");
        Add("<style>text{font:12px system-ui,sans-serif;fill:#444c56}.t{font-size:15px;font-weight:600}.g{stroke:#8a8f98;stroke-opacity:.25}.a{stroke:#8a8f98}path{fill:none;stroke-width:2}.d{stroke-dasharray:5 4}@media(prefers-color-scheme:dark){text{fill:#c9d1d9}}</style>");
        Text(Left, 24, "t", $"{cell.Scenario.Key}: how soon it is found, against how often a calibrated model is accused");
        Axes();
        Limit();
        Guarantee(RuleSet.Esr0, "#2f81f7");
        foreach (var (rule, color) in Drawn) Measured(rule, color);
        for (int i = 0; i < Others.Length; i++)
        {
            if (cell.Rules.FirstOrDefault(rule => rule.Name == Others[i]) is { } rule) Measured(rule, OtherColors[i]);
        }

        Text(Left + Width + 24, _legend + 8, "", "● at its default");
        Add("</svg>");
        return _svg.ToString();
    }

    private void Axes()
    {
        for (double rate = LeastRate; rate <= MostRate * 1.01; rate *= 10)
        {
            Add($"<line class=\"g\" x1=\"{N(X(rate))}\" x2=\"{N(X(rate))}\" y1=\"{N(Top)}\" y2=\"{N(Top + Height)}\"/>");
            Text(X(rate), Top + Height + 18, "", Power(rate), "middle");
        }

        foreach (double delay in new[] { 200.0, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000 })
        {
            Add($"<line class=\"g\" x1=\"{N(Left)}\" x2=\"{N(Left + Width)}\" y1=\"{N(Y(delay))}\" y2=\"{N(Y(delay))}\"/>");
            Text(Left - 8, Y(delay) + 4, "", delay >= 1000 ? $"{delay / 1000:0} k" : $"{delay:0}", "end");
        }

        Text(Left + (Width / 2), Top + Height + 40, "", "false alarms per million calibrated predictions", "middle");
        Add($"<text transform=\"translate(18 {N(Top + (Height / 2))}) rotate(-90)\" text-anchor=\"middle\">predictions from the change to the alarm, median</text>");
    }

    private void Limit()
    {
        double information = cell.Scenario.Truth.Information(cell.Scenario.Law, 0);
        Line(from exponent in RuleSpec.Linear(-3, 3.5, 0.1) let rate = Math.Pow(10, exponent) select (rate, Math.Log(1e6 / rate) / information), "#8a8f98", "d");
        Legend("information limit, ln A ÷ I", "#8a8f98", "d");
    }

    private void Guarantee(RuleSpec rule, string color)
    {
        Line(from level in Enumerable.Range(0, rule.Levels.Length)
             let delay = cell.DelayOf(rule, level)
             where delay.Median is not null && delay.Streams * 2 > cell.Streams
             select (1e6 / Math.Exp(rule.Levels[level]), delay.Median!.Value), color, "d");
        Legend($"{rule.Name}, proven", color, "d");
    }

    private void Measured(RuleSpec rule, string color)
    {
        if (result.Stable(cell.Scenario.Law) is not { } stable || stable.IndexOf(rule) < 0) return;
        List<(double Rate, double Delay)> points = [];
        for (int level = 0; level < rule.Levels.Length; level++)
        {
            var delay = cell.DelayOf(rule, level);
            if (stable.RunLength(rule, level) is not { } length || delay.Median is not { } median || delay.Streams * 2 <= cell.Streams) continue;
            points.Add((1e6 / length, median));
            if (level == rule.Usual && Inside(1e6 / length, median)) Add($"<circle cx=\"{N(X(1e6 / length))}\" cy=\"{N(Y(median))}\" r=\"4\" fill=\"{color}\"/>");
        }

        if (points.Count == 0) return;
        Line(points, color, "");
        Legend(rule.Name, color, "");
    }

    private void Line(IEnumerable<(double Rate, double Delay)> points, string color, string style)
    {
        var inside = points.Where(point => Inside(point.Rate, point.Delay)).ToList();
        if (inside.Count == 0) return;
        Add($"<path class=\"{style}\" stroke=\"{color}\" d=\"M{string.Join("L", inside.Select(point => $"{N(X(point.Rate))} {N(Y(point.Delay))}"))}\"/>");
    }

    private void Legend(string name, string color, string style)
    {
        double x = Left + Width + 24;
        Add($"<path class=\"{style}\" stroke=\"{color}\" d=\"M{N(x)} {N(_legend)}h22\"/>");
        Text(x + 30, _legend + 4, "", name);
        _legend += 22;
    }

    private static bool Inside(double rate, double delay) => rate is >= LeastRate and <= MostRate && delay is >= LeastDelay and <= MostDelay;

    private static double X(double rate) => Left + (Width * Math.Log(rate / LeastRate) / Math.Log(MostRate / LeastRate));

    private static double Y(double delay) => Top + Height - (Height * Math.Log(delay / LeastDelay) / Math.Log(MostDelay / LeastDelay));

    private void Text(double x, double y, string style, string text, string anchor = "start") =>
        Add($"<text class=\"{style}\" x=\"{N(x)}\" y=\"{N(y)}\" text-anchor=\"{anchor}\">{System.Net.WebUtility.HtmlEncode(text)}</text>");

    private void Add(string element) => _svg.Append(element).Append('\n');

    private static string Power(double rate) => rate >= 0.99 ? rate.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ') : rate.ToString("0.###", CultureInfo.InvariantCulture);

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}

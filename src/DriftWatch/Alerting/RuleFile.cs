using System.Diagnostics;
using System.Text;

namespace DriftWatch.Alerting;

/// <summary>The rules as Prometheus reads them from a file, or as its operator takes them.</summary>
/// <remarks>Written by hand, since it is read: comments stay, PromQL keeps its lines, and a change shows as few lines in a diff.</remarks>
internal static class RuleFile
{
    /// <summary>Columns of words, wherever they begin: the same breaks in both forms.</summary>
    private const int Width = 140;

    /// <summary>A file for <c>rule_files</c>.</summary>
    public static string Plain(RuleOptions options)
    {
        var text = new StringBuilder();
        Comment(text, "", AlertCatalogue.Head);
        Comment(text, "", Chosen(options));
        Groups(text, "", options);
        return text.ToString();
    }

    /// <summary>A PrometheusRule, whose <c>spec</c> is that file.</summary>
    /// <param name="options">What the rules depend on.</param>
    /// <param name="labels">Labels of the object: the operator's Prometheus takes the rules that its <c>ruleSelector</c> chooses, often by <c>release</c>.</param>
    public static string Operator(RuleOptions options, IReadOnlyList<(string Name, string Value)> labels)
    {
        var text = new StringBuilder();
        Comment(text, "", "The operator's Prometheus takes the rules that its ruleSelector chooses: kube-prometheus-stack by the label release, with the name of its Helm release (driftwatch rules --format operator --label release=NAME).");
        text.Append("apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: driftwatch\n");
        if (labels.Count > 0) text.Append("  labels:\n");
        foreach (var (name, value) in labels) text.Append($"    {Scalar(name)}: \"{value}\"\n");
        text.Append("spec:\n");
        Comment(text, "  ", AlertCatalogue.Head);
        Comment(text, "  ", Chosen(options));
        Groups(text, "  ", options);
        return text.ToString();
    }

    private static string Chosen(RuleOptions options) =>
        $"Written by driftwatch rules for {options.Bins} exported bins, windows of {string.Join(", ", options.Windows.Select(Core.Time.Durations.Name))}, and the scrape job {options.Job}.";

    private static void Groups(StringBuilder text, string indent, RuleOptions options)
    {
        text.Append($"{indent}groups:\n");
        bool first = true;
        foreach (var group in AlertCatalogue.Groups(options))
        {
            if (!first) text.Append('\n');
            first = false;
            if (group.Why is { } why) Comment(text, $"{indent}  ", why);
            text.Append($"{indent}  - name: {group.Name}\n{indent}    rules:\n");
            for (int i = 0; i < group.Rules.Count; i++) Rule(text, $"{indent}      ", group.Rules[i], first: i == 0, options);
        }
    }

    private static void Rule(StringBuilder text, string indent, IRule rule, bool first, RuleOptions options)
    {
        switch (rule)
        {
            case RecordingRule recording:
                text.Append($"{indent}- record: {recording.Name}\n");
                Expression(text, $"{indent}  ", recording.Expr);
                break;
            case AlertRule alert:
                if (!first) text.Append('\n');
                Alert(text, indent, alert, options);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static void Alert(StringBuilder text, string indent, AlertRule alert, RuleOptions options)
    {
        if (alert.Why is { } why) Comment(text, indent, why);
        text.Append($"{indent}- alert: {alert.Name}\n");
        Expression(text, $"{indent}  ", alert.Expr);
        if (alert.For is { } wait) text.Append($"{indent}  for: {wait}\n");
        if (alert.KeepFiringFor is { } keep) text.Append($"{indent}  keep_firing_for: {keep}\n");
        text.Append($"{indent}  labels:\n{indent}    severity: {alert.Severity.ToString().ToLowerInvariant()}\n{indent}  annotations:\n");
        text.Append($"{indent}    summary: {Scalar(alert.Summary)}\n{indent}    description: >-\n");
        foreach (string line in Wrapped(alert.Description)) text.Append($"{indent}      {line}\n");
        text.Append($"{indent}    runbook_url: {options.Runbooks}/{alert.Name}.md\n");
        if (alert.Dashboard is { } dashboard) text.Append($"{indent}    dashboard_url: {options.Dashboards}{dashboard}\n");
    }

    private static void Expression(StringBuilder text, string indent, string promql)
    {
        string[] lines = promql.Split('\n');
        if (lines is [var only])
        {
            text.Append($"{indent}expr: {only}\n");
            return;
        }

        text.Append($"{indent}expr: |-\n");
        foreach (string line in lines) text.Append($"{indent}  {line}\n");
    }

    private static void Comment(StringBuilder text, string indent, string words)
    {
        foreach (string line in Wrapped(words)) text.Append($"{indent}# {line}\n");
    }

    /// <summary>Broken at single blanks, which a folded scalar of YAML puts back.</summary>
    private static IEnumerable<string> Wrapped(string words)
    {
        var line = new StringBuilder();
        foreach (string word in words.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Width)
            {
                yield return line.ToString();
                line.Clear();
            }

            if (line.Length > 0) line.Append(' ');
            line.Append(word);
        }

        yield return line.ToString();
    }

    private static string Scalar(string text) => text.Contains(": ", StringComparison.Ordinal) || text.Contains('#') ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'" : text;
}

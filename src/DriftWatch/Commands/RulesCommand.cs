using System.CommandLine;
using DriftWatch.Alerting;

namespace DriftWatch.Commands;

/// <summary><c>driftwatch rules</c>: the alert rules for Prometheus, for what is configured.</summary>
internal static class RulesCommand
{
    public static Command Create()
    {
        var command = new Command("rules", "Prints recording and alert rules for Prometheus that fit the configuration: its bins and windows. Everything else of a model comes as series, so new thresholds and horizons need no new rules.");
        RuleOptions usual = new();
        var format = new Option<string>("--format") { Description = "As a file for rule_files, or as a PrometheusRule of the operator.", HelpName = "rules|operator", DefaultValueFactory = _ => "rules" };
        format.AcceptOnlyFromAmong("rules", "operator");
        var labels = new Option<string[]>("--label") { Description = "A label of the PrometheusRule, as in --label release=prometheus: the operator takes what its ruleSelector chooses. May be repeated.", HelpName = "NAME=VALUE", Arity = ArgumentArity.ZeroOrMore };
        var job = new Option<string>("--job") { Description = "Job of the scrape configuration.", HelpName = "NAME", DefaultValueFactory = _ => usual.Job };
        var runbooks = new Option<string>("--runbooks") { Description = "Where docs/runbooks is published: the base of every runbook_url.", HelpName = "URL", DefaultValueFactory = _ => usual.Runbooks };
        var dashboards = new Option<string>("--dashboards") { Description = "Where Grafana is reached: the base of every dashboard_url.", HelpName = "URL", DefaultValueFactory = _ => usual.Dashboards };
        foreach (Option option in new Option[] { format, labels, job, runbooks, dashboards }) command.Add(option);
        foreach (var address in new[] { runbooks, dashboards }) Check(address, IsAddress, $"expected an http or https address, as in {address.Name} https://wiki.example.com/driftwatch");
        Check(labels, label => label.IndexOf('=') > 0 && label.AsSpan().IndexOfAny("\"\\ ") < 0, "expected NAME=VALUE, as in --label release=prometheus");
        Check(job, name => name.Length > 0 && name.AsSpan().IndexOfAny("\"\\\n") < 0, "expected a job's name, without quotes and backslashes");
        command.Validators.Add(result =>
        {
            if (result.GetResult(labels) is { Implicit: false } && result.GetResult(format)?.Tokens is not [{ Value: "operator" }]) result.AddError("--label is for a PrometheusRule: add --format operator. A rule file has no labels of its own");
        });
        var flags = new ConfigFlags().AddTo(command);
        command.SetAction(parsed =>
        {
            if (flags.LoadOrComplain(parsed, parsed.InvocationConfiguration.Error) is not { } config) return ExitCode.BadConfiguration;
            var options = RuleOptions.Of(config) with
            {
                Job = parsed.GetRequiredValue(job),
                Runbooks = parsed.GetRequiredValue(runbooks).TrimEnd('/'),
                Dashboards = parsed.GetRequiredValue(dashboards).TrimEnd('/'),
            };
            parsed.InvocationConfiguration.Output.Write(parsed.GetValue(format) == "operator" ? RuleFile.Operator(options, [.. (parsed.GetValue(labels) ?? []).Select(Split)]) : RuleFile.Plain(options));
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Check(Option option, Func<string, bool> good, string expected) => option.Validators.Add(result =>
    {
        foreach (var token in result.Tokens.Where(token => !good(token.Value))) result.AddError($"{option.Name} {token.Value}: {expected}");
    });

    private static bool IsAddress(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && !url.Contains(' ', StringComparison.Ordinal);

    private static (string Name, string Value) Split(string label)
    {
        string[] parts = label.Split('=', 2);
        return (parts[0], parts[1]);
    }
}

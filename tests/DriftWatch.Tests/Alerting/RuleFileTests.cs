using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using DriftWatch.Commands;

namespace DriftWatch.Alerting;

/// <summary>What is shipped is what the command prints, and what it prints for others is as good.</summary>
public class RuleFileTests
{
    private static readonly IReadOnlyList<IRule> Usual = [.. AlertCatalogue.Groups(RuleOptions.Of(new())).SelectMany(group => group.Rules)];

    public static TheoryData<string> Alerts => [.. Usual.OfType<AlertRule>().Select(alert => alert.Name)];

    [Theory]
    [InlineData("deploy/prometheus/rules/driftwatch.yml", "rules")]
    [InlineData("deploy/kubernetes/prometheus-operator/prometheusrule.yaml", "operator")]
    public void TheShippedFileIsWhatTheCommandPrints(string file, string format)
    {
        var (status, printed, _) = Rules("--format", format);

        Assert.Equal(0, status);
        Assert.Equal(printed, Repository.Approved(file, printed));
    }

    [Fact]
    public void NamesAreUniqueAndRecordsStandBeforeWhoReadsThem()
    {
        var names = AlertCatalogue.Groups(RuleOptions.Of(new())).Select(group => group.Name).Concat(Usual.Select(rule => rule is AlertRule alert ? alert.Name : ((RecordingRule)rule).Name)).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());

        HashSet<string> recorded = [];
        foreach (var rule in Usual)
        {
            Assert.All(Regex.Matches(rule.Expr, @"driftwatch:[a-z0-9_:]+"), name => Assert.Contains(name.Value, recorded));
            if (rule is RecordingRule record) recorded.Add(record.Name);
        }
    }

    /// <summary>A rule about a metric that does not exist is silent for ever.</summary>
    [Fact]
    public void EveryMetricThatARuleNamesIsDocumented()
    {
        var documented = Regex.Matches(File.ReadAllText(Repository.PathOf("docs/metrics.md")), @"(?m)^\| `([a-z0-9_]+)` \| (\w+) ").ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value);

        foreach (var rule in Usual)
        {
            string text = rule is AlertRule alert ? alert.Expr + alert.Description : rule.Expr;
            var named = Regex.Matches(text, @"(?<![\w:=""])(driftwatch_[a-z0-9_]+?)(_bucket|_count|_sum)?\b(?!=|"")").Select(name => name.Groups[1].Value).Distinct();
            Assert.All(named, name => Assert.True(documented.ContainsKey(name), $"{rule}: docs/metrics.md has no {name}"));
        }
    }

    [Theory, MemberData(nameof(Alerts))]
    public void AnAlertSaysWhatItIsAndItsRunbookWhatToDo(string name)
    {
        var alert = Usual.OfType<AlertRule>().Single(alert => alert.Name == name);

        Assert.StartsWith("DriftWatch", name, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", alert.Summary, StringComparison.Ordinal);
        Assert.EndsWith(".", alert.Summary, StringComparison.Ordinal);
        string runbook = File.ReadAllText(Repository.PathOf($"docs/runbooks/{name}.md"));
        Assert.StartsWith($"# {name}\n", runbook, StringComparison.Ordinal);
        Assert.Matches(new Regex(@"\n\*\*Meaning\.\*\* .*\n\*\*Impact\.\*\* .*\n\*\*Can it wait\?\*\* .+ \*\*Ask:\*\* .+\n\*\*Diagnosis\.\*\*\n1\. .*\n\*\*Mitigation\.\*\* ", RegexOptions.Singleline), runbook);
    }

    /// <summary>Points of chi-square as tables have them: what a calibrated model exceeds once in ten thousand windows.</summary>
    [Theory]
    [InlineData(2, 18.4)]
    [InlineData(5, 25.7)]
    [InlineData(10, 35.6)]
    [InlineData(20, 52.4)]
    public void TheGuardFollowsTheNumberOfBins(int bins, double bound)
    {
        var (_, printed, _) = Rules("--set", $"monitor.exportedBins={bins}");

        var guards = Regex.Matches(printed, @"calibration_chi_square:1h > ([\d.]+)$", RegexOptions.Multiline);
        Assert.NotEmpty(guards);
        Assert.All(guards, guard => Assert.Equal(bound, double.Parse(guard.Groups[1].Value, CultureInfo.InvariantCulture)));
        Assert.Contains($"for {bins} exported bins", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void PlacesAndJobAreTheReadersOwn()
    {
        var (_, printed, _) = Rules("--job", "calibration", "--runbooks", "https://wiki.example.com/books/", "--dashboards", "https://grafana.example.com");

        Assert.Contains("up{job=\"calibration\"}", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("job=\"driftwatch\"", printed, StringComparison.Ordinal);
        Assert.Contains("runbook_url: https://wiki.example.com/books/DriftWatchDown.md\n", printed, StringComparison.Ordinal);
        Assert.Contains("dashboard_url: https://grafana.example.com/d/driftwatch-pipeline\n", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("github.com", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void TheOperatorsRuleHasItsLabelsAndTheSameGroups()
    {
        var (_, plain, _) = Rules();
        var (_, rule, _) = Rules("--format", "operator", "--label", "release=prometheus", "--label", "team=risk");

        Assert.Contains("  labels:\n    release: \"prometheus\"\n    team: \"risk\"\nspec:\n", rule, StringComparison.Ordinal);
        string spec = string.Join('\n', rule.Split("spec:\n")[1].Split('\n').Select(line => line.StartsWith("  ", StringComparison.Ordinal) ? line[2..] : line));
        Assert.Equal(plain[plain.IndexOf("groups:\n", StringComparison.Ordinal)..], spec[spec.IndexOf("groups:\n", StringComparison.Ordinal)..]);
    }

    [Theory]
    [InlineData("--label release=x", "add --format operator")]
    [InlineData("--format operator --label release", "expected NAME=VALUE")]
    [InlineData("--dashboards grafana", "expected an http or https address")]
    [InlineData("--runbooks ftp://wiki/x", "expected an http or https address")]
    public void AWrongQuestionIsAnsweredWithTheRightOne(string arguments, string says)
    {
        var errors = CommandLine.Create().Parse(["rules", .. arguments.Split(' ')]).Errors;

        Assert.Contains(errors, error => error.Message.Contains(says, StringComparison.Ordinal));
    }

    [Fact]
    public void ABadConfigurationIsToldAndGivesNoRules()
    {
        var (status, printed, error) = Rules("--set", "monitor.exportedBins=7");

        Assert.Equal(ExitCode.BadConfiguration, status);
        Assert.Empty(printed);
        Assert.Contains("exportedBins", error, StringComparison.Ordinal);
    }

    private static (int Status, string Output, string Error) Rules(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        int status = CommandLine.Create().Parse(["rules", .. arguments]).Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (status, output.ToString(), error.ToString());
    }
}

using System.Text.RegularExpressions;
using DriftWatch.Web;

namespace DriftWatch.Metrics;

/// <summary>docs/metrics.md is a promise to those who write alerts and dashboards: it says what the page has, and the page has what it says.</summary>
public class MetricsDocumentTests
{
    [Fact]
    public async Task TheDocumentAndThePageNameTheSameFamilies()
    {
        // All at once, which never is: a state, and a restore under way.
        await using var host = await WebHost.Start(SimulatedEvidence.Service with { Restore = SimulatedService.Restoring().Restore });
        var page = new MetricsText(await host.Get("/metrics"));

        var documented = Documented();
        var live = page.Types.Keys.Select(name => $"{name} | {page.Types[name]} | {Tags(page, name)} | {page.Help[name]}").ToList();

        Assert.Equal(documented.Order(StringComparer.Ordinal), live.Order(StringComparer.Ordinal));
    }

    private static List<string> Documented() =>
        [.. Regex.Matches(File.ReadAllText(Path.Combine(Root(), "docs", "metrics.md")), @"^\| `([a-z][a-z0-9_]*)` \| (.+) \|$", RegexOptions.Multiline)
            .Select(row => $"{row.Groups[1].Value} | {row.Groups[2].Value}")];

    /// <summary>The tags of a family's first series, without a histogram's bucket bound, as the document writes them.</summary>
    private static string Tags(MetricsText page, string family)
    {
        string series = page.Samples.Keys.First(s => Regex.IsMatch(s, $"^{family}(_bucket)?(\\{{|$)"));
        var tags = Regex.Matches(series, "[{,]([a-z_]+)=\"").Select(m => m.Groups[1].Value).Where(tag => tag != "le").ToList();
        return tags.Count == 0 ? "–" : string.Join(", ", tags.Select(tag => $"`{tag}`"));
    }

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "DriftWatch.sln"))) directory = directory.Parent;
        Assert.SkipWhen(directory is null && Environment.GetEnvironmentVariable("CI") != "true", "The tests do not run inside the repository.");
        return directory!.FullName;
    }
}

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
        List<string> live = [.. Rows(new(await host.Get("/metrics")))];
        // The other process has a page of its own; what both tell stands where it was.
        live.AddRange(Rows(await MetricsText.Of(Recalibrator().Registry)).Where(row => !live.Contains(row)));
        string document = File.ReadAllText(Repository.PathOf("docs/metrics.md"));

        Assert.Equal(With(document, live), Repository.Approved("docs/metrics.md", With(document, live)));
    }

    private static IEnumerable<string> Rows(MetricsText page) => page.Types.Keys.Select(name => $"| `{name}` | {page.Types[name]} | {Tags(page, name)} | {page.Help[name]} |");

    private static RecalibratorMetrics Recalibrator()
    {
        var metrics = new RecalibratorMetrics(new LogCounter());
        metrics.Owns(true);
        metrics.Has(1, 1);
        metrics.Decided("accept", TimeSpan.FromSeconds(3), DateTimeOffset.UnixEpoch);
        metrics.Keeps(1, 1, 1);
        return metrics;
    }

    /// <summary>The document with the rows of the page: each where it stands, a new one below the one before it on the page.</summary>
    private static string With(string document, List<string> live)
    {
        List<string> lines = [.. document.Split('\n').Where(line => !Row.IsMatch(line) || live.Exists(row => Family(row) == Family(line)))];
        for (int i = 0; i < live.Count; i++)
        {
            int place = lines.FindIndex(line => Row.IsMatch(line) && Family(line) == Family(live[i]));
            if (place >= 0) lines[place] = live[i];
            else lines.Insert(1 + lines.FindIndex(line => i > 0 && line == live[i - 1]), live[i]);
        }

        return string.Join('\n', lines);
    }

    private static readonly Regex Row = new("^\\| `[a-z][a-z0-9_]*` \\| (gauge|counter|histogram) ");

    private static string Family(string row) => row.Split('`')[1];

    /// <summary>The tags of a family's first series, without a histogram's bucket bound, as the document writes them.</summary>
    private static string Tags(MetricsText page, string family)
    {
        string series = page.Samples.Keys.First(s => Regex.IsMatch(s, $"^{family}(_bucket)?(\\{{|$)"));
        var tags = Regex.Matches(series, "[{,]([a-z_]+)=\"").Select(m => m.Groups[1].Value).Where(tag => tag != "le").ToList();
        return tags.Count == 0 ? "–" : string.Join(", ", tags.Select(tag => $"`{tag}`"));
    }
}

using System.Globalization;
using System.Text;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Metrics;
using DriftWatch.Web;

namespace DriftWatch.Alerting;

/// <summary>From records to an alert: days of traffic through the service, its metrics page, our rules, Prometheus' own evaluation.</summary>
public sealed class AlertPathTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>One region in eight claims 15 points too much: two points of the whole, within what the whole tolerates. Detectors may wait for more evidence.</summary>
    [Theory]
    [InlineData("threshold")]
    [InlineData("e-sr")]
    [InlineData("adwin")]
    public async Task ARegionThatIsOffBy15PointsAlertsSomebodyWhateverRuleWatches(string rule)
    {
        string page = await PageOf(RuleCatalogue.All.Single(each => each.Name == rule), off: 0.15);

        await AssertAlerts(page, "count by (alertname, slice) (ALERTS{model=\"m\", alertstate=\"firing\", alertname!=\"DriftWatchSliceDrifting\"})", ["{alertname=\"DriftWatchSliceCalibration\", slice=\"region=eu\"}"]);
    }

    [Fact]
    public async Task ARegionThatMeansWhatItSaysAlertsNobody() =>
        await AssertAlerts(await PageOf(DriftRule.ESr, off: 0), "count by (alertname) (ALERTS{model=\"m\"})", []);

    /// <summary>The labels of each day come in one batch after its end; it is looked at just before the next.</summary>
    [Fact]
    public async Task ABatchOfLabelsADayAlertsNobodyWhereTheHorizonAllowsForIt() =>
        await AssertAlerts(await PageOfDays(days: 5, labeledDays: 5), "count by (alertname) (ALERTS{model=\"m\"})", []);

    [Fact]
    public async Task ABatchThatNoLongerComesAlertsSomebodyWhenTheHorizonIsOver()
    {
        await AssertAlerts(await PageOfDays(days: 5, labeledDays: 3), "count by (alertname) (ALERTS{model=\"m\", alertstate=\"firing\"})", []);
        await AssertAlerts(await PageOfDays(days: 7, labeledDays: 3), "count by (alertname) (ALERTS{model=\"m\", alertstate=\"firing\"})", ["{alertname=\"DriftWatchDetectorWaitingForLabels\"}", "{alertname=\"DriftWatchGroundTruthMissing\"}"]);
    }

    /// <summary>720 predictions a day, the labels of a day half an hour after it. Labels of nobody's predictions go on, so that event time does.</summary>
    private static async Task<string> PageOfDays(int days, int labeledDays)
    {
        using var service = new PipelineDriver(Monitor(DriftRule.ESr) with { Default = Monitor(DriftRule.ESr).Default with { Join = new JoinRule { Horizon = TimeSpan.FromDays(2) } } });
        var random = new Random(20261202);
        for (int day = 0; day < days; day++)
        {
            if (day is > 0 && day <= labeledDays) Batch(day - 1);
            for (int i = 0; i < 720; i++)
            {
                var at = TimeSpan.FromDays(day) + TimeSpan.FromMinutes(2 * i);
                service.Predict($"p{day}-{i}", at, 0.5, i % 2);
                if (i >= 30) service.Label($"nobody{day}-{i}", at, false, i % 2);
            }
        }

        service.RunToEnd();
        await using var host = await WebHost.Start(service.Snapshot, service.Time.GetUtcNow());
        return await host.Get("/metrics");

        void Batch(int day)
        {
            for (int i = 0; i < 720; i++) service.Label($"p{day}-{i}", TimeSpan.FromDays(day + 1) + TimeSpan.FromMinutes(30), random.Next(2) == 0, i % 2);
        }
    }

    private static async Task<string> PageOf(DriftRule rule, double off)
    {
        using var service = new PipelineDriver(Monitor(rule));
        var random = new Random(20261201);
        for (int i = 0; i < 24 * 1200; i++)
        {
            string region = i % 8 == 0 ? "eu" : "us";
            double probability = Math.Round(0.2 + (0.6 * random.NextDouble()), 3);
            bool outcome = random.NextDouble() < probability - (region == "eu" ? off : 0);
            var at = TimeSpan.FromSeconds(i * 3);
            service.Append("predictions", i % 2, $$"""{"slices":{"region":"{{region}}"},"id":"p{{i}}","model":"m","version":"1","timestamp":{{At(at)}},"probability":{{probability:R}}}""");
            service.Label($"p{i}", at + TimeSpan.FromMinutes(2), outcome);
        }

        service.RunToEnd();
        await using var host = await WebHost.Start(service.Snapshot, service.Time.GetUtcNow());
        return await host.Get("/metrics");
    }

    private static MonitorOptions Monitor(DriftRule rule) => new()
    {
        Windows = [TimeSpan.FromHours(6)],
        Default = new ModelOptions
        {
            Join = new JoinRule { Horizon = TimeSpan.FromMinutes(5) },
            Slices = ["region"],
            Rule = rule,
            Threshold = new() { Window = TimeSpan.FromHours(6), Windows = 2, MinLabeled = 500 },
        },
    };

    /// <summary>The page as if it were scraped for two hours: every series stands still.</summary>
    private async Task AssertAlerts(string page, string question, string[] answer)
    {
        var test = new StringBuilder("rule_files: [rules.yml]\nevaluation_interval: 5m\ntests:\n  - interval: 5m\n    input_series:\n");
        foreach (var (series, value) in new MetricsText(page).Samples)
        {
            string scraped = series.Contains('{', StringComparison.Ordinal) ? series.Replace("{", "{job=\"driftwatch\",", StringComparison.Ordinal) : series + "{job=\"driftwatch\"}";
            test.Append(CultureInfo.InvariantCulture, $"      - {{series: '{scraped.Replace("'", "''", StringComparison.Ordinal)}', values: {value:R}+0x24}}\n");
        }

        test.Append($"    promql_expr_test:\n      - expr: '{question}'\n        eval_time: 2h\n        exp_samples: [{string.Join(", ", answer.Select(labels => $"{{labels: '{labels}', value: 1}}"))}]\n");
        File.WriteAllText(Path.Combine(_folder.FullName, "rules.yml"), RuleFile.Plain(new RuleOptions { Windows = [TimeSpan.FromHours(6)] }));
        string file = Path.Combine(_folder.FullName, "alerts_test.yml");
        File.WriteAllText(file, test.ToString());

        var (status, said) = await Promtool.TestRules(file);

        Assert.True(status == 0, said);
    }

    private static long At(TimeSpan at) => (PipelineDriver.Start + at).ToUnixTimeMilliseconds();
}

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Web;

namespace DriftWatch.Metrics;

/// <summary>Prometheus drops a whole page for one thing on it that is past a limit. What we ship as limits and what we put on the page must fit, whatever things are called.</summary>
public class ScrapeLimitsTests
{
    /// <summary>Series of the process and the runtime, which no bound of ours counts.</summary>
    private const int OfTheProcess = 500;

    /// <summary>Labels that discovery and relabelling may add to ours.</summary>
    private const int OfTheTarget = 12;

    public static TheoryData<string, string> Scrapes => new()
    {
        { "deploy/prometheus/prometheus.yml", "label_value_length_limit label_name_length_limit label_limit sample_limit" },
        { "deploy/kubernetes/prometheus-operator/podmonitor.yaml", "labelValueLengthLimit labelNameLengthLimit labelLimit sampleLimit" },
    };

    [Theory]
    [MemberData(nameof(Scrapes))]
    public async Task ThePageWithTheWorstNamesIsInsideTheLimitsThatAreShipped(string file, string keys)
    {
        string text = File.ReadAllText(Repository.PathOf(file));
        int[] limits = [.. keys.Split(' ').Select(key => int.Parse(Regex.Match(text, $@"^ +{key}: (\d+)$", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture))];

        await using var host = await WebHost.Start(WithTheWorstNames());
        var page = new MetricsText(await host.Get("/metrics"));

        var tags = page.Samples.Keys.Select(series => Regex.Matches(series, "[{,]([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"").Select(tag => (Name: tag.Groups[1].Value, Value: Unescaped(tag.Groups[2].Value))).ToList()).ToList();
        Assert.InRange(tags.SelectMany(t => t).Max(t => Encoding.UTF8.GetByteCount(t.Value)), TagText.MaxBytes - 3, limits[0]);
        Assert.InRange(tags.SelectMany(t => t).Max(t => t.Name.Length), 1, limits[1]);
        Assert.InRange(tags.Max(t => t.Count) + 1 + OfTheTarget, 1, limits[2]);
        Assert.InRange(new MetricsOptions().MaxSeries, 1, MetricsOptions.MaxSeriesAsScraped);
        Assert.InRange(MetricsOptions.MaxSeriesAsScraped + OfTheProcess, 1, limits[3]);
        Assert.DoesNotContain(tags.SelectMany(t => t), t => t.Value.Any(char.IsControl));
        // Nothing was dropped, and no two became one.
        Assert.Equal(5, page.Of("driftwatch_predictions_total").Count());
        Assert.Equal(3 * 3, page.Of("driftwatch_slice_window_labeled_predictions").Count());
        Assert.Equal((0, ""), await Promtool.CheckMetrics(page.Page));
    }

    [Fact]
    public void ANameThatFitsIsLeftAlone()
    {
        string fits = new string('é', 99) + "ab";

        Assert.Same(fits, TagText.Fit(fits));
        Assert.NotEqual(fits + "c", TagText.Fit(fits + "c"));
    }

    [Theory]
    [InlineData("a\nb", "a?b~")]
    [InlineData("a\u0000b", "a?b~")]
    [InlineData("a\u0085b", "a?b~")]
    [InlineData("a\u202eb", "a?b~")]
    [InlineData("a\u200bb", "a?b~")]
    public void ControlCharactersAreShownAsQuestionMarksAndToldApartByTheHash(string name, string begins)
    {
        Assert.StartsWith(begins, TagText.Fit(name), StringComparison.Ordinal);
        Assert.NotEqual(TagText.Fit("a\tb"), TagText.Fit(name));
    }

    [Fact]
    public void NoCharacterIsCutInTwo()
    {
        string cut = TagText.Fit(string.Concat(Enumerable.Repeat("😀", 100)));

        Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(cut)));
        Assert.InRange(Encoding.UTF8.GetByteCount(cut), TagText.MaxBytes - 3, TagText.MaxBytes);
    }

    /// <summary>The busy service, with names as long as anything that is read or configured may be, alike but for their ends.</summary>
    private static ServiceSnapshot WithTheWorstNames()
    {
        var busy = SimulatedService.Busy();
        string model = new('m', ReadLimits.MaxNameBytes);
        int slices = 0;
        return busy with
        {
            Streams = [.. busy.Streams.Select((s, i) => s with { Topic = new string('t', 248) + i })],
            Options = busy.Options with { Models = new Dictionary<string, ModelOptions> { [model] = new() { Team = string.Concat(Enumerable.Repeat("€", 128)) } } },
            Monitor = busy.Monitor with
            {
                Series = [.. busy.Monitor.Series.Select(s => s with { Key = Worst(s.Key) })],
            },
        };

        SeriesKey Worst(SeriesKey key) => key with
        {
            Model = key.Model == "fraud" ? model : key.Model,
            Slice = key.Slice is null ? null : new Slice(new string('d', 1024), "\u001b" + new string('ü', 511) + slices++),
            Class = key.Class is null ? null : new string('c', 1023) + key.Class.Length,
        };
    }

    private static string Unescaped(string value) => Regex.Replace(value, @"\\(.)", m => m.Groups[1].Value == "n" ? "\n" : m.Groups[1].Value);
}

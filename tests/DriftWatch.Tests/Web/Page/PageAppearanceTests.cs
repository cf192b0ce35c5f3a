using System.Globalization;
using System.Text.RegularExpressions;
using DriftWatch.Core.Calibration;
using DriftWatch.Options;
using Microsoft.Extensions.DependencyInjection;

namespace DriftWatch.Web.Page;

/// <summary>What the page looks like and where it may stand: contrast in both schemes, words that are explained, any path behind a proxy.</summary>
public partial class PageAppearanceTests
{
    /// <summary>Text on ground, by the variables of the style sheet. WCAG 2.2, 1.4.3: 4.5 to 1.</summary>
    private static readonly (string Text, string[] Grounds)[] Pairs =
    [
        ("ink", ["ground", "sheet", "faint"]), ("soft", ["ground", "sheet", "faint", "quiet-ground"]), ("accent", ["ground", "sheet", "faint", "quiet-ground"]),
        ("good", ["sheet", "good-ground"]), ("warn", ["sheet", "warn-ground"]), ("bad", ["sheet", "bad-ground"]), ("sheet", ["accent"]),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Text_stands_out_from_its_ground(bool dark)
    {
        string css = Assets.TextOf("driftwatch.css");
        var roots = Root().Matches(css);
        Assert.Equal(2, roots.Count);
        var colours = Variable().Matches(roots[dark ? 1 : 0].Value).ToDictionary(match => match.Groups[1].Value, match => Luminance(match.Groups[2].Value));

        foreach (var (text, grounds) in Pairs)
        {
            foreach (string ground in grounds)
            {
                var (light, low) = (Math.Max(colours[text], colours[ground]), Math.Min(colours[text], colours[ground]));
                double contrast = (light + 0.05) / (low + 0.05);
                Assert.True(contrast >= 4.5, $"--{text} on --{ground} has a contrast of {contrast:0.00}");
            }
        }
    }

    [Theory]
    [InlineData("?model=credit")]
    [InlineData("?model=loans")]
    [InlineData("?model=fraud&version=7")]
    public async Task Every_word_that_is_linked_is_explained(string query)
    {
        await using var host = await WebHost.Start(SimulatedEvidence.Service);
        string glossary = await host.Get("/glossary"), page = await host.Get("/" + query);

        var words = Anchor().Matches(page).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.True(words.Count >= 10, string.Join(' ', words));
        Assert.All(words, word => Assert.Contains($"id=\"{word}\"", glossary, StringComparison.Ordinal));
        // Those that newcomers stumble over.
        Assert.All((string[])["claim", "gap", "evidence", "phi", "noise-floor", "maturing", "provisional", "horizon", "coverage", "episode"], word => Assert.Contains($"id=\"{word}\"", glossary, StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_has_no_address_that_holds_at_one_place_only()
    {
        await using var host = await WebHost.Start(SimulatedEvidence.Service);
        foreach (string path in (string[])["/", "/glossary", "/?model=image-tagger&version=resnet50-b"])
        {
            string page = await host.Get(path);
            Assert.DoesNotMatch("(href|src|action)=\"(/|http)", page);
        }

        Assert.DoesNotMatch("fetch\\(\"/", await host.Get("/assets/driftwatch.js"));
    }

    [Fact]
    public async Task A_window_whose_labels_still_come_sets_no_scale()
    {
        var busy = SimulatedService.Busy();
        var series = busy.Monitor.Series.First(one => one.Key is { Model: "churn" });
        var history = series.Windows[0].History;
        Assert.False(history[^1].Mature);
        var odd = history[^1] with { Metrics = history[^1].Metrics.With(WindowMetrics.Ece, 0.79) };
        await using var usual = await WebHost.Start(busy);
        await using var half = await WebHost.Start(busy with { Monitor = busy.Monitor with { Series = [.. busy.Monitor.Series.Select(one => one == series ? series with { Windows = [series.Windows[0] with { History = [.. history.SkipLast(1), odd] }, .. series.Windows.Skip(1)] } : one)] } });

        string before = Scale(await usual.Get("/?model=churn")), after = Scale(await half.Get("/?model=churn"));

        Assert.Equal(before, after);

        static string Scale(string page) => string.Join(' ', Tick().Matches(page[page.IndexOf("id=\"trend\"", StringComparison.Ordinal)..]).Take(5).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public async Task A_base_path_is_served_with_and_without_and_ends_in_a_slash()
    {
        await using var host = await WebHost.Start(SimulatedService.Busy(), services: services => services.AddSingleton(new WebLimits { BasePath = "/ml/driftwatch" }));
        foreach (string path in (string[])["/ml/driftwatch/", "/ml/driftwatch/live", "/ml/driftwatch/metrics", "/ml/driftwatch/api/v1/models", "/ml/driftwatch/healthz/live", "/healthz/live", "/metrics", "/"])
        {
            using var answer = await host.Ask(path);
            Assert.True(answer.IsSuccessStatusCode, path);
        }

        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = host.Client.BaseAddress };
        using var redirect = await client.GetAsync("/ml/driftwatch?model=fraud", TestContext.Current.CancellationToken);
        Assert.Equal(302, (int)redirect.StatusCode);
        Assert.Equal("http://somewhere.example/ml/driftwatch/?model=fraud", new Uri(new Uri("http://somewhere.example/ml/driftwatch?model=fraud"), redirect.Headers.Location!).ToString());
    }

    private static double Luminance(string hex)
    {
        double Channel(int at)
        {
            double value = int.Parse(hex.AsSpan(at, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        return (0.2126 * Channel(0)) + (0.7152 * Channel(2)) + (0.0722 * Channel(4));
    }

    [GeneratedRegex(":root \\{[^}]*\\}")]
    private static partial Regex Root();

    [GeneratedRegex("--([a-z-]+): #([0-9a-f]{6});")]
    private static partial Regex Variable();

    [GeneratedRegex("<text class=\"tick end\"[^>]*>([^<]*)<")]
    private static partial Regex Tick();

    [GeneratedRegex("href=\"glossary#([^\"]*)\"")]
    private static partial Regex Anchor();
}

using System.Net;
using System.Text.RegularExpressions;
using DriftWatch.Core.Monitoring;
using DriftWatch.Json;

namespace DriftWatch.Web.Page;

/// <summary>The table of models as a search: what it lists, in which order, and what its links keep.</summary>
public partial class FleetPageTests
{
    private const int Models = 60, Slices = 20, Whole = Models + (Models / 10);

    [Theory]
    [InlineData("", Whole, Whole, "model versions")]
    [InlineData("find=model-07", 1, Whole + (Models * Slices), "models and slices")]
    [InlineData("find=MODEL-07+region", 20, Whole + (Models * Slices), "models and slices")]
    [InlineData("find=r03", 60, Whole + (Models * Slices), "models and slices")]
    [InlineData("find=model-1+region=r03", 10, Whole + (Models * Slices), "models and slices")]
    [InlineData("find=nothing+like+it", 0, Whole + (Models * Slices), "models and slices")]
    [InlineData("slices=1&find=model-07", 21, Whole + (Models * Slices), "models and slices")]
    public async Task It_lists_what_has_every_word(string query, int listed, int of, string what)
    {
        await using var host = await WebHost.Start(SimulatedFleet.Of(Models, Slices));

        string page = await host.Get("/?" + query);

        Assert.Contains($"<output aria-live=\"polite\">{Show.Count(listed)} of {Show.Count(of)} {what}</output>", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Equal(listed, Rows(page).Count);
    }

    [Theory]
    [InlineData("drifting")]
    [InlineData("calibrated")]
    [InlineData("insufficient_data")]
    public async Task It_lists_what_is_in_a_state(string state)
    {
        var fleet = SimulatedFleet.Of(Models, Slices);
        await using var host = await WebHost.Start(fleet);
        int expected = fleet.Monitor.Series.Count(series => series.Key.IsWhole && CalibrationStates.Of(series).Name() == state);

        var rows = Rows(await host.Get("/?state=" + state));

        Assert.True(expected > 0);
        Assert.Equal(expected, rows.Count);
        Assert.All(rows, row => Assert.Contains($"class=\"chip {state}\"", row, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ece")]
    [InlineData("gap")]
    [InlineData("labeled")]
    [InlineData("coverage")]
    public async Task It_is_in_the_order_that_is_asked_for_and_in_the_contrary_one(string column)
    {
        var fleet = SimulatedFleet.Of(Models, 0);
        await using var host = await WebHost.Start(fleet);
        // Over the numbers of the snapshot, by the window that the rule judges: the first of the widths here.
        double Of(SeriesSnapshot series) => series.Windows[0].NewestMature is not { } window ? -1 : column switch
        {
            "ece" => window.Metrics.Ece ?? -1,
            "gap" => Math.Abs(window.Metrics.Gap ?? 0),
            "labeled" => window.Labeled,
            _ => window.Metrics.Coverage ?? -1,
        };
        var valueOf = fleet.Monitor.Series.ToDictionary(series => (series.Key.Model, series.Key.Version), Of);

        var down = Names(await host.Get("/?sort=" + column));
        var up = Names(await host.Get("/?sort=-" + column));

        Assert.Equal(Whole, down.Count);
        Assert.Equal(valueOf.Values.OrderDescending(), down.Select(name => valueOf[name]));
        Assert.Equal(down, Enumerable.Reverse(up));
    }

    [Fact]
    public async Task Its_links_keep_the_search_and_a_head_turns_the_order_round()
    {
        await using var host = await WebHost.Start(SimulatedFleet.Of(Models, Slices));

        string page = WebUtility.HtmlDecode(await host.Get("/?find=r03&sort=ece&model=model-09&version=1"));

        Assert.All(Rows(page), row => Assert.Matches("href=\"\\?model=model-[0-9]+&version=1&slice=region%3Dr03&find=r03&sort=ece\"", row));
        Assert.Contains("aria-sort=\"descending\"", page, StringComparison.Ordinal);
        Assert.Contains("href=\"?model=model-09&version=1&find=r03&sort=-ece\"", page, StringComparison.Ordinal);
        Assert.Contains("value=\"r03\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_than_it_shows_are_counted_and_strange_queries_are_taken_as_none()
    {
        await using var host = await WebHost.Start(SimulatedFleet.Of(Models, Slices));

        string all = WebUtility.HtmlDecode(await host.Get("/?slices=1")), strange = await host.Get("/?state=wrong&sort=nonsense&slices=perhaps&find=%20%20");

        Assert.Contains($"{Show.Count(Whole + (Models * Slices) - 200)} more are not shown: narrow the search", all, StringComparison.Ordinal);
        Assert.Equal(Whole, Rows(strange).Count);
    }

    private static List<string> Rows(string page) => [.. TableRow().Matches(Table().Match(page).Value).Select(match => match.Value)];

    private static List<(string, string)> Names(string page) =>
        [.. Rows(page).Select(row => (Regex.Match(row, "<bdi>([^<]*)</bdi>").Groups[1].Value, Regex.Match(row, "data-label=\"version\"><bdi>([^<]*)</bdi>").Groups[1].Value))];

    [GeneratedRegex("<table class=\"models\">.*?</table>", RegexOptions.Singleline)]
    private static partial Regex Table();

    [GeneratedRegex("<tr[^>]*><th scope=\"row\">.*?</tr>", RegexOptions.Singleline)]
    private static partial Regex TableRow();
}

using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;

namespace DriftWatch.Web.Page;

/// <summary>The window of the page as a picture and as numbers, to take away.</summary>
public class WindowExportTests
{
    [Theory]
    [InlineData("model=fraud&version=7")]
    [InlineData("model=fraud&version=7&show=latest")]
    [InlineData("model=fraud&version=7&show=total&scale=data")]
    [InlineData("model=fraud&version=7&slice=region%3Deu&window=6h")]
    public async Task The_picture_stands_by_itself_and_shows_the_bins_of_the_numbers(string query)
    {
        await using var host = await WebHost.Start(SimulatedService.Busy());
        using var json = JsonDocument.Parse(await host.Get("/window.json?" + query));
        var bins = json.RootElement.GetProperty("window").GetProperty("bins").EnumerateArray().Where(bin => bin.GetProperty("n").GetInt64() > 0).ToList();

        var picture = XDocument.Parse(await host.Get("/window.svg?" + query));

        Assert.True(picture.Descendants().All(element => element.Name.NamespaceName == "http://www.w3.org/2000/svg" || element.Name.LocalName.Length == 0), "a viewer that is no browser draws nothing else");
        var points = picture.Descendants().Where(e => e.Attribute("class")?.Value.StartsWith("bin ", StringComparison.Ordinal) == true).ToList();
        Assert.Equal(bins.Select(bin => bin.GetProperty("n").GetInt64()), points.Select(point => long.Parse(point.Attribute("data-n")!.Value, CultureInfo.InvariantCulture)));
        string style = picture.Descendants().Single(e => e.Name.LocalName == "style").Value;
        Assert.All(points.SelectMany(point => point.Attribute("class")!.Value.Split(' ')).Distinct().Where(name => name != "bin" && name != "within"), name => Assert.Contains($".bin.{name} circle", style, StringComparison.Ordinal));
        Assert.Contains("fraud 7", picture.Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_saved_under_a_name_that_every_file_system_takes()
    {
        const string strange = "a/../b\"\r\n: \u202E?";
        var busy = SimulatedService.Busy();
        var series = busy.Monitor.Series[0];
        await using var host = await WebHost.Start(busy with { Monitor = busy.Monitor with { Series = [series with { Key = series.Key with { Model = strange } }] } });

        using var answer = await host.Ask("/window.svg?model=" + Uri.EscapeDataString(strange));

        Assert.Matches("^driftwatch-a_.._b_+-7-20261121T[0-9]{4}Z\\.svg$", answer.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
    }

    [Fact]
    public async Task What_is_not_there_is_said()
    {
        await using var host = await WebHost.Start(SimulatedService.Fresh());

        using var answer = await host.Ask("/window.json?model=fraud");

        Assert.Equal(404, (int)answer.StatusCode);
    }
}

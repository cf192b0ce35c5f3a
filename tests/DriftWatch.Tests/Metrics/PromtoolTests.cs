using DriftWatch.Pipeline;
using DriftWatch.Web;

namespace DriftWatch.Metrics;

/// <summary>Prometheus' own linter as the judge of the page.</summary>
public class PromtoolTests
{
    [Theory]
    [InlineData("busy")]
    [InlineData("initial")]
    [InlineData("restoring")]
    public async Task PromtoolHasNothingToSay(string what)
    {
        await using var host = await WebHost.Start(what switch { "busy" => SimulatedService.Busy(), "restoring" => SimulatedService.Restoring(), _ => ServiceSnapshot.Initial });

        var (status, said) = await Promtool.CheckMetrics(await host.Get("/metrics"));

        Assert.Equal((0, ""), (status, said.Trim()));
    }
}

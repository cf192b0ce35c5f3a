using DriftWatch.Pipeline;
using DriftWatch.Web;

namespace DriftWatch.Exposition;

/// <summary>Prometheus' own linter as the judge of the page.</summary>
public class PromtoolTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PromtoolHasNothingToSay(bool busy)
    {
        await using var host = await WebHost.Start(busy ? SimulatedService.Busy() : ServiceSnapshot.Initial);

        var (status, said) = await Promtool.CheckMetrics(await host.Get("/metrics"));

        Assert.Equal((0, ""), (status, said.Trim()));
    }
}

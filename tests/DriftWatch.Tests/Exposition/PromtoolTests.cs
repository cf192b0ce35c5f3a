using System.ComponentModel;
using System.Diagnostics;
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

        var (status, said) = await Promtool(await host.Get("/metrics"));

        Assert.Equal((0, ""), (status, said.Trim()));
    }

    private static async Task<(int Status, string Said)> Promtool(string page)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip("There is no promtool on this machine (Debian: package prometheus).");
        }

        var cancel = TestContext.Current.CancellationToken;
        await process.StandardInput.WriteAsync(page.AsMemory(), cancel);
        process.StandardInput.Close();
        string said = await process.StandardOutput.ReadToEndAsync(cancel) + await process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, said);
    }
}

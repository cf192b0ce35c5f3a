using System.ComponentModel;
using System.Diagnostics;

namespace DriftWatch;

/// <summary>Prometheus' own linter as the judge of a metrics page. Skips where there is none, but never in the continuous integration.</summary>
internal static class Promtool
{
    public static async Task<(int Status, string Said)> CheckMetrics(string page)
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

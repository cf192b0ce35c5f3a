using System.ComponentModel;
using System.Diagnostics;

namespace DriftWatch;

/// <summary>Prometheus' own tool as the judge of a metrics page, and of rules over one. Skips where there is none, but never in the continuous integration.</summary>
internal static class Promtool
{
    public static Task<(int Status, string Said)> CheckMetrics(string page) => Run(page, "check", "metrics");

    /// <summary>Runs unit tests of rules.</summary>
    public static Task<(int Status, string Said)> TestRules(string file) => Run("", "test", "rules", file);

    private static async Task<(int Status, string Said)> Run(string input, params string[] arguments)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("promtool", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true },
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
        await process.StandardInput.WriteAsync(input.AsMemory(), cancel);
        process.StandardInput.Close();
        string said = await process.StandardOutput.ReadToEndAsync(cancel) + await process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, said);
    }
}

using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace DriftWatch.Web;

/// <summary>The page in a real browser: the script must keep it up to date, and nothing on it may be refused by our own policy.</summary>
public class BrowserTests
{
    [Fact]
    public async Task TheScriptBringsNewNumbersAndTheBrowserHasNothingToComplainAbout()
    {
        // Each look at the clock is an hour later than the one before: so the page can tell that it was rendered again.
        await using var host = await WebHost.Start(SimulatedService.Busy() with { StartedAt = SimulatedService.Now.AddMinutes(-30) }, time: new FakeTimeProvider(SimulatedService.Now) { AutoAdvanceAmount = TimeSpan.FromHours(1) });

        var (document, complaints) = await Chromium(host.Client.BaseAddress + "?model=fraud&version=7");

        string up = Regex.Match(document, "<dt>up</dt><dd>([^<]+)</dd>").Groups[1].Value;
        Assert.Matches("^([2-9]|[12][0-9]) h 30 min$", up);
        Assert.Contains("id=\"reliability\"", document, StringComparison.Ordinal);
        Assert.DoesNotContain("CONSOLE", complaints, StringComparison.Ordinal);
    }

    /// <summary>Search, order, keyboard, narrow screens, both schemes, glossary, export, a proxy: page.mjs says what each is held to. DRIFTWATCH_PICTURES=FOLDER keeps pictures.</summary>
    [Fact]
    public async Task APersonWithABrowserFindsEverything()
    {
        await using var host = await WebHost.Start(SimulatedFleet.Of(60, 20) with { StartedAt = SimulatedService.Now.AddMinutes(-30) });
        string[] pictures = Environment.GetEnvironmentVariable("DRIFTWATCH_PICTURES") is { Length: > 0 } folder ? [folder] : [];
        using var process = new Process { StartInfo = new ProcessStartInfo("node", [Repository.PathOf(".ci/tools/page.mjs"), host.Client.BaseAddress!.ToString(), .. pictures]) { RedirectStandardError = true } };
        try
        {
            Assert.SkipUnless(IsContinuousIntegration || File.Exists("/usr/bin/chromium"), "There is no chromium on this machine (Debian: package chromium).");
            process.Start();
        }
        catch (Win32Exception) when (!IsContinuousIntegration)
        {
            Assert.Skip("There is no node on this machine.");
        }

        string faults = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, faults);
    }

    private static bool IsContinuousIntegration => Environment.GetEnvironmentVariable("CI") == "true";

    private static async Task<(string Document, string Complaints)> Chromium(string address)
    {
        string profile = Directory.CreateTempSubdirectory("driftwatch-browser").FullName;
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("chromium",
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--user-data-dir=" + profile, "--enable-logging=stderr", "--virtual-time-budget=4000", "--timeout=60000", "--dump-dom", address,
            ])
            { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception) when (!IsContinuousIntegration)
        {
            Assert.Skip("There is no chromium on this machine (Debian: package chromium).");
        }

        try
        {
            var cancel = TestContext.Current.CancellationToken;
            var complaints = process.StandardError.ReadToEndAsync(cancel);
            string document = await process.StandardOutput.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            return (document, await complaints);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            Directory.Delete(profile, recursive: true);
        }
    }
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>A real broker of its own for one class of tests, from the folder <c>kafka</c> of the shared data. Skips where there is none, fails in continuous integration.</summary>
public sealed class ApacheKafka : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("driftwatch-kafka-").FullName;
    private readonly string? _script;

    public ApacheKafka()
    {
        string shared = Environment.GetEnvironmentVariable("DRIFTWATCH_SHARED") ?? Path.Combine(RepositoryRoot(), "..", "shared");
        string script = Path.GetFullPath(Path.Combine(shared, "kafka", "kafka"));
        if (!File.Exists(script))
        {
            Missing = $"{script} is missing: set DRIFTWATCH_SHARED to the folder that holds kafka/kafka.";
            return;
        }

        _script = script;
        int port = FreePort();
        BootstrapServers = $"127.0.0.1:{port}";
        Run("up", "--port", port.ToString());
    }

    public string? Missing { get; }

    public string BootstrapServers { get; } = "";

    /// <summary>Ends the test here if there is no broker.</summary>
    public void Need()
    {
        if (Missing is null) return;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(Missing);
        Assert.Skip(Missing);
    }

    public void CreateTopic(string name, int partitions) => Run("tool", "topics", "--create", "--topic", name, "--partitions", partitions.ToString());

    public string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(_script!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KAFKA_DIR"] = _folder;
        start.Environment["KAFKA_HEAP"] = "384m";
        return Programs.Run(start);
    }

    public void Dispose()
    {
        if (_script is not null) Run("wipe");
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true); // `wipe` has removed it, if it came up
    }

    // The script takes the port and some above it for its controllers.
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return 20_000 + (((IPEndPoint)listener.LocalEndpoint).Port % 7_000);
    }

    private static string RepositoryRoot([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(File.Exists(here) ? Path.GetDirectoryName(here)! : AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DriftWatch.sln"))) folder = folder.Parent;
        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}

internal static class Programs
{
    /// <summary>Runs a program to its end and gives what it said.</summary>
    public static string Run(ProcessStartInfo start, string? input = null)
    {
        start.RedirectStandardInput = input is not null;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (input is not null)
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }

        if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{start.FileName} did not end.");
        }

        Assert.True(process.ExitCode == 0, $"{start.FileName} {string.Join(' ', start.ArgumentList)}: exit {process.ExitCode}: {errors.Result}");
        return output.Result;
    }

    /// <summary>Where a program of the machine is; ends the test here if it is not installed.</summary>
    public static string Find(string name)
    {
        string? found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (found is not null) return found;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail($"{name} is not installed.");
        Assert.Skip($"{name} is not installed.");
        return "";
    }
}

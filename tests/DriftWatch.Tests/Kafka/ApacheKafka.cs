using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Confluent.Kafka;
using DriftWatch.Kafka.Native;
using DriftWatch.Kafka.Producing;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch.Kafka;

/// <summary>A real broker for one class of tests: the one that <c>DRIFTWATCH_KAFKA</c> names, or one of its own from the folder <c>kafka</c> of the shared data.</summary>
/// <remarks>Its own is started when a test first asks for it. Where there is none, tests skip; in continuous integration they fail.</remarks>
public class ApacheKafka : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("driftwatch-kafka-").FullName;
    private readonly string? _named = Environment.GetEnvironmentVariable("DRIFTWATCH_KAFKA") is { Length: > 0 } named ? named : null;
    private readonly Lock _starting = new();
    private string? _script;
    private string? _own;

    /// <summary>Begins the names of topics and groups: a broker that is not ours may hold those of another run.</summary>
    public string Prefix { get; } = $"driftwatch-test-{Guid.NewGuid().ToString("N")[..8]}-";

    /// <summary>Bootstrap servers of a broker that runs and is left running.</summary>
    public virtual string Running() => _named ?? Own();

    /// <summary>A service on topics of its own on the broker that <see cref="Running"/> names.</summary>
    internal KafkaOptions Options(string name) => Options(Running(), $"{Prefix}{name}-");

    internal static KafkaOptions Options(string bootstrapServers, string prefix) => new()
    {
        BootstrapServers = bootstrapServers,
        GroupId = prefix + "group",
        PredictionTopics = [prefix + "predictions"],
        LabelTopics = [prefix + "labels"],
        RequestTopic = prefix + "requests",
        DeadLetterTopic = prefix + "dlq",
        CheckpointTopic = prefix + "checkpoints",
        CreateTopics = true,
        CreateInputTopics = true,
        CreatedPartitions = 2,
        ProbeInterval = TimeSpan.FromMilliseconds(200),
    };

    /// <summary>Bootstrap servers of a broker that may be killed: always one of our own.</summary>
    public string Own()
    {
        lock (_starting)
        {
            if (_own is not null) return _own;
            Script();
            int port = FreePort();
            Run(["up", "--port", port.ToString(), .. Extras(port)]);
            return _own = $"127.0.0.1:{port}";
        }
    }

    /// <summary>What our own broker is started with besides its port.</summary>
    protected virtual IEnumerable<string> Extras(int port) => [];

    /// <summary>Where our own broker keeps its data.</summary>
    protected string Folder => _folder;

    /// <summary>Runs one of Kafka's own tools against the broker that <see cref="Running"/> names.</summary>
    public string Tool(string name, params string[] arguments)
    {
        string broker = Running();
        Script();
        return Run(["tool", name, "--bootstrap-server", broker, .. arguments]);
    }

    private string Script()
    {
        if (_script is not null) return _script;
        string shared = Environment.GetEnvironmentVariable("DRIFTWATCH_SHARED") ?? Path.Combine(RepositoryRoot(), "..", "shared");
        string script = Path.GetFullPath(Path.Combine(shared, "kafka", "kafka"));
        if (!File.Exists(script))
        {
            string missing = $"{script} is missing: set DRIFTWATCH_SHARED to the folder that holds kafka/kafka.";
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(missing);
            Assert.Skip(missing);
        }

        return _script = script;
    }

    /// <summary>Runs a command of our own broker's script.</summary>
    public string Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(_script!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KAFKA_DIR"] = _folder;
        start.Environment["KAFKA_HEAP"] = "384m";
        return Programs.Run(start);
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        if (_script is not null) Run("wipe");
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true); // `wipe` has removed it, if it came up
        if (_named is not null) Tidy(_named);
    }

    /// <summary>Takes our topics from a broker that stays.</summary>
    private void Tidy(string bootstrapServers)
    {
        NativeLibrdkafka.EnsureLoaded();
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).Build();
        var ours = admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics.Select(t => t.Topic).Where(t => t.StartsWith(Prefix, StringComparison.Ordinal)).ToList();
        if (ours.Count > 0) admin.DeleteTopicsAsync(ours).GetAwaiter().GetResult();
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

        if (!process.WaitForExit(TimeSpan.FromMinutes(8)))
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

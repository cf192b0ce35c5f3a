using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.S3;
using DriftWatch.Options;

namespace DriftWatch;

/// <summary>A server of somebody else that speaks S3, in a process of its own, with one bucket: s3rver (npm) or moto (Python). Skips where there is none; s3rver has to be there in the continuous integration.</summary>
internal sealed class S3Server : IDisposable
{
    public const string Bucket = "driftwatch";

    /// <summary>s3rver knows this user alone; moto believes everybody.</summary>
    private const string User = "S3RVER";

    /// <summary>npm may have to fetch it first.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("driftwatch-s3-").FullName;
    private readonly string _kind;
    private readonly ConcurrentQueue<string> _said = [];
    private Process? _process;

    public S3Server(string kind)
    {
        (_kind, Port) = (kind, FreePort());
        Start();
    }

    public int Port { get; }

    public string Endpoint => $"http://127.0.0.1:{Port}";

    /// <summary>Who may ask, as every AWS client finds it.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = User, ["AWS_SECRET_ACCESS_KEY"] = User };

    public static AWSCredentials Credentials { get; } = new BasicAWSCredentials(User, User);

    public RecalibrationOptions Options(string prefix) => new() { Store = $"s3://{Bucket}/{prefix}", StoreEndpoint = Endpoint, StorePathStyle = true };

    /// <summary>What it holds outlives a stop of s3rver.</summary>
    public void Start()
    {
        bool isNode = _kind == "s3rver";
        string[] arguments = isNode ? [Repository.PathOf(".ci/tools/s3-server.mjs"), _folder, Bucket, $"{Port}"] : ["-m", "moto.server", "-H", "127.0.0.1", "-p", $"{Port}"];
        try
        {
            _process = Process.Start(new ProcessStartInfo(isNode ? "node" : "python3", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception) when (!isNode || System.Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip($"There is no {(isNode ? "node" : "python3")} on this machine.");
        }

        _process!.OutputDataReceived += Note;
        _process.ErrorDataReceived += Note;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        for (var clock = Stopwatch.StartNew(); ;)
        {
            if (_process.HasExited && !isNode) Assert.Skip("There is no moto on this machine (pip: moto[server]).");
            Assert.False(_process.HasExited || clock.Elapsed > Patience, $"{_kind} does not start: {string.Join(System.Environment.NewLine, _said)}");
            try
            {
                using var client = new TcpClient();
                client.Connect(IPAddress.Loopback, Port);
                break;
            }
            catch (SocketException)
            {
                Thread.Sleep(50);
            }
        }

        if (isNode) return;
        using var s3 = new AmazonS3Client(Credentials, new AmazonS3Config { ServiceURL = Endpoint, ForcePathStyle = true });
        s3.PutBucketAsync(Bucket).GetAwaiter().GetResult();
    }

    public void Stop()
    {
        if (_process is null) return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        Stop();
        Directory.Delete(_folder, recursive: true);
    }

    private void Note(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null) _said.Enqueue(line.Data);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

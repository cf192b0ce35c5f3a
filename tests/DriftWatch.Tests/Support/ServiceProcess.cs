using DriftWatch.Kafka;
using DriftWatch.Options;
using Xunit;

namespace DriftWatch;

/// <summary>The service as a process of its own, which can be frozen, asked and stopped.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly CommandProcess _process;
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private string? _address;

    private ServiceProcess(CommandProcess process) => _process = process;

    public string Output => _process.Output + _process.Error;

    /// <summary>Where it listens; known after the first <see cref="Until"/>.</summary>
    public string Address => _address ?? throw new InvalidOperationException("Ask it for something first.");

    public static ServiceProcess Start(KafkaOptions options, params string[] more) => Start(options, new Dictionary<string, string>(), more);

    public static ServiceProcess Start(KafkaOptions options, IReadOnlyDictionary<string, string> environment, params string[] more) => new(CommandProcess.Start(
    [
        "run", "--bootstrap-servers", options.BootstrapServers, "--create-topics", "--listen", "127.0.0.1:0",
        "--set", $"kafka.groupId={options.GroupId}",
        "--set", $"kafka.topics.predictions={options.PredictionTopics[0]}",
        "--set", $"kafka.topics.labels={options.LabelTopics[0]}",
        "--set", $"kafka.topics.requests={options.RequestTopic}",
        "--set", $"kafka.topics.deadLetters={options.DeadLetterTopic}",
        "--set", $"kafka.topics.checkpoints={options.CheckpointTopic}",
        .. more,
    ], environment));

    public void Signal(string name) => _process.Signal(name);

    public Task<int> ExitAsync() => _process.ExitAsync();

    /// <summary>Asks for a page until it says something.</summary>
    public async Task<string> Until(string path, Predicate<string> says, string what)
    {
        _address ??= (await _process.LineWithAsync("Listening on ")).Split("Listening on ")[1].Trim().Split('"')[0];
        string last = "";
        for (var until = DateTime.UtcNow + Patience; DateTime.UtcNow < until; await Task.Delay(100))
        {
            try
            {
                using var answer = await _http.GetAsync(_address.TrimEnd('/') + path);
                last = await answer.Content.ReadAsStringAsync();
                if (says(last)) return last;
            }
            catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException)
            {
                last = silent.Message;
            }
        }

        Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}.\n{last}\n{Output}");
        return last;
    }

    public void Dispose()
    {
        _process.Dispose();
        _http.Dispose();
    }
}

using System.Collections.Concurrent;
using System.Net;

namespace DriftWatch.Chaos.Loop;

/// <summary>Where runs are started, as Airflow and Kubernetes do it: a run has a name, and a second one of that name is refused (409).</summary>
/// <remarks>It is not killed: what it has taken is there, as with a real one.</remarks>
internal sealed class Orchestrator : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, string> _runs = new(StringComparer.Ordinal);
    private readonly Tally _tally;
    private int _refused;

    public Orchestrator(int port, Tally tally)
    {
        _tally = tally;
        Address = $"http://127.0.0.1:{port}/runs/";
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = Serve();
    }

    /// <summary>A run is started by a POST to its name below this, with the event's id as body.</summary>
    public string Address { get; }

    /// <summary>Name of each run, and the id of the event that it was started for.</summary>
    public IReadOnlyDictionary<string, string> Runs => new Dictionary<string, string>(_runs);

    /// <summary>Second starts: of subscribers that were killed between the start and its commit.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public void Dispose() => _listener.Close();

    private async Task Serve()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                context.Response.StatusCode = Take(context.Request.Url!.Segments[^1], await reader.ReadToEndAsync());
                context.Response.Close();
            }
            catch (Exception gone) when (gone is HttpListenerException or ObjectDisposedException or IOException)
            {
                // Whoever asked was killed meanwhile, or we are closed.
            }
        }
    }

    private int Take(string name, string request)
    {
        if (_runs.TryAdd(name, request)) return (int)HttpStatusCode.Created;
        Interlocked.Increment(ref _refused);
        if (_runs[name] != request) _tally.Fault($"run {name} was started for event {_runs[name]}, and is asked for again by {request}");
        return (int)HttpStatusCode.Conflict;
    }
}

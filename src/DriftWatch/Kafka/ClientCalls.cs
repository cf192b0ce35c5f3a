using System.Collections.Concurrent;

namespace DriftWatch.Kafka;

/// <summary>Calls to a client that wait for it, one after the other on a thread of their own: the loop's thread never waits for a client.</summary>
internal sealed class ClientCalls
{
    private readonly BlockingCollection<Action> _calls = [];
    private readonly Thread _thread;
    private Action? _last;
    private volatile Exception? _failure;

    public ClientCalls()
    {
        _thread = new Thread(Run) { Name = "driftwatch-client-calls", IsBackground = true };
        _thread.Start();
    }

    /// <summary>What a call threw; no further one is made but the last. Null: none did.</summary>
    public Exception? Failure => _failure;

    public void Post(Action call) => _calls.Add(call);

    /// <summary>Makes the last call, which frees what the client holds, and takes no more.</summary>
    /// <returns>Whether all calls came to an end; if not, the thread is left behind.</returns>
    public bool End(Action last, TimeSpan most)
    {
        _last = last;
        _calls.CompleteAdding();
        return _thread.Join(most);
    }

    private void Run()
    {
        foreach (var call in _calls.GetConsumingEnumerable())
        {
            if (_failure is null) Try(call);
        }

        Try(_last!);
    }

    private void Try(Action call)
    {
        try
        {
            call();
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
    }
}

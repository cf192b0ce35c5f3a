using DriftWatch.Pipeline;

namespace DriftWatch.Web;

/// <summary>Records per second of each input topic, from the pictures that were looked at lately.</summary>
/// <remarks>
/// The pipeline counts, it does not measure rates. Whoever looks leaves the counts of the picture here; the rate is taken over the last
/// <see cref="Span"/>. With one look only, it is the mean since the start. At most <see cref="Span"/> ÷ <see cref="Step"/> pictures are kept.
/// </remarks>
internal sealed class RecordRates
{
    public static readonly TimeSpan Span = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<ServiceSnapshot> _looks = new();

    /// <summary>Records per second by topic.</summary>
    public IReadOnlyDictionary<string, double> Of(ServiceSnapshot snapshot)
    {
        ServiceSnapshot? first;
        lock (_lock)
        {
            // A picture from before the newest (a restart within the process) begins the span anew.
            if (_looks.Count > 0 && snapshot.TakenAt < _looks.Last().TakenAt) _looks.Clear();
            if (_looks.Count == 0 || snapshot.TakenAt - _looks.Last().TakenAt >= Step) _looks.Enqueue(snapshot);
            while (_looks.Count > 2 && snapshot.TakenAt - _looks.Peek().TakenAt > Span) _looks.Dequeue();
            first = _looks.Peek();
        }

        Dictionary<string, double> rates = [];
        foreach (var stream in snapshot.Streams) rates[stream.Topic] = Rate(stream, first, snapshot);
        return rates;
    }

    private static double Rate(StreamSnapshot stream, ServiceSnapshot first, ServiceSnapshot now)
    {
        double elapsed = (now.TakenAt - first.TakenAt).TotalSeconds;
        long before = first.Streams.FirstOrDefault(s => s.Topic == stream.Topic)?.Records ?? 0;
        if (elapsed <= 0)
        {
            elapsed = (now.TakenAt - now.StartedAt).TotalSeconds;
            before = 0;
        }

        return elapsed > 0 ? Math.Max(0, stream.Records - before) / elapsed : 0;
    }
}

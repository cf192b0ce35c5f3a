using DriftWatch.Pipeline;

namespace DriftWatch.Web;

/// <summary>Records per second of each input topic, from the pictures that were looked at lately.</summary>
/// <remarks>
/// The pipeline counts, it does not measure rates. Whoever looks leaves the counts of the picture here; the rate is taken over the last
/// <see cref="Span"/>. With one look only there is none: counts go on over restarts, so they say nothing about this process' time.
/// At most <see cref="Span"/> ÷ <see cref="Step"/> pictures are kept.
/// </remarks>
internal sealed class RecordRates
{
    public static readonly TimeSpan Span = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<ServiceSnapshot> _looks = new();

    /// <summary>Records per second by topic; a topic whose rate is not known yet is missing.</summary>
    public IReadOnlyDictionary<string, double> Of(ServiceSnapshot snapshot)
    {
        ServiceSnapshot first;
        lock (_lock)
        {
            // Another may have counted meanwhile: what comes back after a restore is no rate.
            if (!snapshot.HasState || (_looks.Count > 0 && snapshot.TakenAt < _looks.Last().TakenAt)) _looks.Clear();
            if (!snapshot.HasState) return new Dictionary<string, double>();
            if (_looks.Count == 0 || snapshot.TakenAt - _looks.Last().TakenAt >= Step) _looks.Enqueue(snapshot);
            while (_looks.Count > 2 && snapshot.TakenAt - _looks.Peek().TakenAt > Span) _looks.Dequeue();
            first = _looks.Peek();
        }

        Dictionary<string, double> rates = [];
        double elapsed = (snapshot.TakenAt - first.TakenAt).TotalSeconds;
        if (elapsed <= 0) return rates;
        foreach (var stream in snapshot.Streams)
        {
            if (first.Streams.FirstOrDefault(s => s.Topic == stream.Topic) is { } before) rates[stream.Topic] = Math.Max(0, stream.Records - before.Records) / elapsed;
        }

        return rates;
    }
}

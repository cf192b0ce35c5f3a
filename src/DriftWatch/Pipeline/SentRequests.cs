using DriftWatch.Messages;

namespace DriftWatch.Pipeline;

/// <summary>Requests on their way and those that Kafka has acknowledged, this run and the ones before.</summary>
/// <remarks>
/// A restart judges again what had been judged; ids are deterministic, so what an earlier run has sent is recognised and not sent again.
/// Past the bound of <see cref="PositionNote.MaxSent"/> it is sent again with the same id, and consumers may drop it.
/// </remarks>
internal sealed class SentRequests
{
    private const int MostRecent = 50;

    private readonly List<string> _sent = [];
    private readonly List<(RecalibrationRequest Request, OutgoingRecord Record)> _underWay = [];
    private readonly Dictionary<(string, string), long> _bySeries = [];
    private readonly List<string> _recent = [];

    public DeliveryCount Deliveries { get; } = new();

    /// <summary>Short ids of acknowledged requests, oldest first.</summary>
    public IReadOnlyList<string> Sent => [.. _sent];

    public IReadOnlyDictionary<(string Model, string Version), long> BySeries => new Dictionary<(string, string), long>(_bySeries);

    public IReadOnlyList<string> Recent => [.. _recent];

    public bool WasSent(RecalibrationRequest request) => _sent.Contains(PositionNote.Short(request.Id));

    /// <summary>Takes over what an earlier run had sent.</summary>
    public void Remember(PositionNote note)
    {
        foreach (string id in note.Sent) Add(id);
    }

    public void Follow(RecalibrationRequest request, OutgoingRecord record) => _underWay.Add((request, record));

    /// <summary>Books what has been acknowledged since the last call.</summary>
    public void Settle()
    {
        for (int i = 0; i < _underWay.Count; i++)
        {
            var (request, record) = _underWay[i];
            if (!record.IsAcknowledged) continue;
            _underWay.RemoveAt(i--);
            Add(PositionNote.Short(request.Id));
            var series = (request.Series.Model, request.Series.Version);
            if (request.Kind == RequestKind.Requested) _bySeries[series] = _bySeries.GetValueOrDefault(series) + 1;
            _recent.Add(System.Text.Encoding.UTF8.GetString(record.Value!));
            if (_recent.Count > MostRecent) _recent.RemoveAt(0);
        }
    }

    private void Add(string id)
    {
        if (_sent.Contains(id)) return;
        _sent.Add(id);
        if (_sent.Count > PositionNote.MaxSent) _sent.RemoveAt(0);
    }
}

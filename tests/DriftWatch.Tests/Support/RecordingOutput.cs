using DriftWatch.Pipeline;

namespace DriftWatch;

/// <summary>Keeps what was sent. Acknowledges at once, or when the test says so.</summary>
internal sealed class RecordingOutput : IOutput
{
    private readonly List<OutgoingRecord> _open = [];

    public List<OutgoingRecord> Sent { get; } = [];

    public bool Acknowledges { get; set; } = true;

    public int Unacknowledged => _open.Count;

    public string? Trouble => null;

    public IEnumerable<OutgoingRecord> DeadLetters => Sent.Where(r => r.Topic == OutputTopic.DeadLetters);

    public IEnumerable<OutgoingRecord> Requests => Sent.Where(r => r.Topic == OutputTopic.Requests);

    public void Send(OutgoingRecord record)
    {
        Sent.Add(record);
        _open.Add(record);
        Retry();
    }

    public void Retry()
    {
        if (!Acknowledges) return;
        foreach (var record in _open) record.Acknowledge();
        _open.Clear();
    }

    public void Dispose()
    {
    }
}

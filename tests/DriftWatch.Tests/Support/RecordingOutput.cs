using DriftWatch.Pipeline;

namespace DriftWatch;

/// <summary>What readers of committed records see. Commits go through at once, or when the test says so.</summary>
internal sealed class RecordingOutput(InMemoryEpochStore store)
{
    public IReadOnlyList<OutgoingRecord> Sent => store.Records;

    public bool Acknowledges
    {
        set => store.Holds = !value;
    }

    public IEnumerable<OutgoingRecord> DeadLetters => Sent.Where(r => r.Topic == OutputTopic.DeadLetters);

    public IEnumerable<OutgoingRecord> Requests => Sent.Where(r => r.Topic is OutputTopic.Requests or OutputTopic.Updates);
}

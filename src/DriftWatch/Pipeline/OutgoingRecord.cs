namespace DriftWatch.Pipeline;

internal enum OutputTopic
{
    DeadLetters,
    Requests,

    /// <summary>What becomes of requests.</summary>
    Updates,

    /// <summary>What stands now, by key.</summary>
    State,
}

/// <summary>A record that is written with the epoch that it belongs to.</summary>
internal sealed record OutgoingRecord(OutputTopic Topic, byte[]? Key, byte[]? Value, IReadOnlyList<RecordHeader> Headers);

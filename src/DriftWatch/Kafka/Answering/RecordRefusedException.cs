namespace DriftWatch.Kafka.Answering;

/// <summary>A topic does not take a record, now or ever: it is too large, or not fit for the topic. Nothing of its transaction was committed.</summary>
/// <param name="topic">The topic.</param>
/// <param name="message">How large the record is, what the topic takes, and how to change that.</param>
internal sealed class RecordRefusedException(string topic, string message) : Exception(message)
{
    public string Topic => topic;
}

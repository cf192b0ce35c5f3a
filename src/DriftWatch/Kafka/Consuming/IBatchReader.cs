using DriftWatch.Pipeline;

namespace DriftWatch.Kafka.Consuming;

/// <summary>Takes records from the client, one partition at a time: natively in batches, or one by one through Confluent.Kafka's public API.</summary>
internal interface IBatchReader : IDisposable
{
    /// <summary>Makes room for partitions before the client begins to fetch them.</summary>
    void Add(IReadOnlyList<SourcePartition> partitions);

    /// <summary>The next records at hand; null if there are none. What the client says about the partition goes to the listener.</summary>
    RecordBatch? Read(SourcePartition partition, int most);

    /// <summary>Gives back the records of the newest batch from <paramref name="from"/> on; the partition's next batch begins with them.</summary>
    /// <returns>The offset of the first of them.</returns>
    long Unread(SourcePartition partition, int from);

    /// <summary>Waits, and serves the client's callbacks.</summary>
    void Wait(TimeSpan most);
}

/// <summary>What the client says besides records. A negative code is librdkafka's own.</summary>
/// <param name="partition">Of which partition; null: of the client.</param>
/// <param name="code">An <see cref="Confluent.Kafka.ErrorCode"/>.</param>
/// <param name="offset">At which offset.</param>
/// <param name="text">What the client says about it.</param>
internal delegate void ClientEvent(SourcePartition? partition, int code, long offset, string? text);

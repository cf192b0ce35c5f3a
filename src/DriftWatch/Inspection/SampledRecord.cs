using DriftWatch.Core.Input;
using DriftWatch.Options;

namespace DriftWatch.Inspection;

/// <summary>One record as it lies in a topic; of a file it is a value alone.</summary>
/// <param name="Key">Its key; null: it has none.</param>
/// <param name="Value">Its value; null: a deletion marker.</param>
/// <param name="Headers">Its headers, in their order.</param>
/// <param name="Timestamp">Kafka's timestamp in epoch milliseconds; negative: there is none.</param>
internal sealed record SampledRecord(byte[]? Key, byte[]? Value, IReadOnlyList<(string Name, byte[] Value)> Headers, long Timestamp = -1)
{
    /// <summary>The record as a reader takes it.</summary>
    /// <param name="headers">Names of the headers that are asked for.</param>
    public RecordView View(IReadOnlyList<string> headers) => new()
    {
        Value = Value, IsTombstone = Value is null, Key = Key, HasKey = Key is not null, KafkaTimestamp = Timestamp, Headers = new Asked(this, headers),
    };

    private sealed class Asked(SampledRecord record, IReadOnlyList<string> names) : IHeaderSource
    {
        ReadOnlySpan<byte> IHeaderSource.HeaderOf(int _, int header) => record.Headers.LastOrDefault(one => one.Name == names[header]).Value;
    }
}

/// <summary>Records of one topic or file that are looked at.</summary>
/// <param name="Part">The part that it plays.</param>
/// <param name="Name">Topic, or path of the file.</param>
/// <param name="Records">The records, newest last.</param>
internal sealed record Sample(StreamPart Part, string Name, IReadOnlyList<SampledRecord> Records)
{
    /// <summary>Whether it is a topic: a file has neither keys nor headers nor times of its own.</summary>
    public bool IsTopic { get; init; } = true;

    /// <summary>How its values were written before they came to JSON.</summary>
    public RecordFormat Format { get; init; }

    /// <summary>The records as they lie there, where that is something else.</summary>
    public IReadOnlyList<SampledRecord> Before { get; init; } = [];

    /// <summary>What kept values from being read; null: nothing.</summary>
    public string? Trouble { get; init; }
}

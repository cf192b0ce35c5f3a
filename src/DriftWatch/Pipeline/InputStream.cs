using DriftWatch.Joining;
using DriftWatch.Messages;

namespace DriftWatch.Pipeline;

/// <summary>One input topic: its reader and what it has counted.</summary>
internal sealed class InputStream(StreamPart part, string topic, FieldMapping mapping, MessageReader reader)
{
    private readonly long[] _rejected = new long[RejectReasons.All.Max(r => (int)r) + 1];

    public StreamPart Part { get; } = part;
    public string Topic { get; } = topic;
    public FieldMapping Mapping { get; } = mapping;
    public MessageReader Reader { get; } = reader;
    public DeliveryCount DeadLetters { get; } = new();
    public List<InputPartition> Partitions { get; } = [];
    public long Records { get; set; }
    public long Bytes { get; set; }

    public void Reject(RejectReason reason) => _rejected[(int)reason]++;

    public StreamSnapshot Capture(Watermark watermark) => new(Part == StreamPart.Predictions ? "predictions" : "labels", Topic)
    {
        Records = Records,
        Bytes = Bytes,
        TopicPartitions = Partitions.Count,
        Partitions = [.. Partitions.Select(p => p.Capture(watermark))],
        LostRecords = Partitions.Sum(p => p.Source.LostRecords),
        Watermark = Partitions.Select(p => watermark.Of(p.Source.Index)).Min(),
        Rejected = RejectReasons.All.ToDictionary(r => r, r => _rejected[(int)r]),
        DeadLetters = DeadLetters.Acknowledged,
        DeadLetterFailures = DeadLetters.Failures,
    };
}

/// <summary>One partition of an input, with what the loop keeps about it.</summary>
internal sealed class InputPartition(InputStream stream, SourcePartition source)
{
    private readonly long _start = source.Position;

    public InputStream Stream { get; } = stream;
    public SourcePartition Source { get; } = source;

    /// <summary>Which offsets hold which event times: a minute is fine enough, since windows are no shorter than panes.</summary>
    public OffsetIndex Offsets { get; } = new(TimeSpan.FromMinutes(1), TimeSpan.FromDays(2));

    /// <summary>Lowest offset that a restart needs, as last committed.</summary>
    public long SafeOffset { get; set; } = source.Position;

    /// <summary>Whether it still reads what an earlier run had read.</summary>
    public bool Restoring => Source.Previous is { } previous && Source.Position < previous.Note.Next;

    /// <summary>Whether a record had its whole effect in an earlier run: too old to be needed, and read again only because it lies among others.</summary>
    public bool IsSpent(long offset, EventTime time, TimeSpan lead) =>
        Source.Previous is { } previous && offset < previous.Note.Next && previous.Note.From != long.MinValue
        && time.Milliseconds < previous.Note.From - (long)lead.TotalMilliseconds;

    public long SafeFor(EventTime? needed) => needed is { } time ? Offsets.SafeOffset(time, Source.Position) : _start;

    public PartitionSnapshot Capture(Watermark watermark) => new(Source.Partition)
    {
        Position = Source.Position,
        LogEnd = Source.LogEnd,
        SafeOffset = SafeOffset,
        LastRecordAt = Source.LastTimestamp < 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(Source.LastTimestamp),
        Idle = Source.Idle,
        Watermark = watermark.Of(Source.Index),
    };
}

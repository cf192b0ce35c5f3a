using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.State;
using DriftWatch.Options;
using DriftWatch.Pipeline.Diagnosis;

namespace DriftWatch.Pipeline;

/// <summary>One input topic: its reader and what it has counted.</summary>
internal sealed class InputStream(StreamPart part, string topic, FieldMapping mapping, MessageReader reader) : IKeepsState
{
    private readonly long[] _rejected = new long[RejectReasons.Count];
    private long _records;
    private long _bytes;

    public StreamPart Part { get; } = part;
    public string Topic { get; } = topic;
    public FieldMapping Mapping { get; } = mapping;
    public MessageReader Reader { get; } = reader;
    public List<InputPartition> Partitions { get; } = [];

    /// <summary>What became of its recent records; no part of the state.</summary>
    public TopicSigns Signs { get; } = new();

    public long Records
    {
        get => _records;
        set => _records = value;
    }

    public long Bytes
    {
        get => _bytes;
        set => _bytes = value;
    }

    public void Reject(RejectReason reason) => _rejected[(int)reason]++;

    /// <summary>Counts rows that were refused and are in the dead letter of another row. Kept in the place of the reason that is none.</summary>
    public void ShareLetter(int rows) => _rejected[(int)RejectReason.None] += rows;

    public void Exchange(StateExchange state)
    {
        state.Exchange(ref _records);
        state.Exchange(ref _bytes);
        // By number: a later version may know more reasons.
        int count = state.ExchangeCount(_rejected.Length);
        for (int reason = 0; reason < count; reason++)
        {
            long known = reason < _rejected.Length ? _rejected[reason] : 0;
            state.Exchange(ref known);
            if (reason < _rejected.Length) _rejected[reason] = known;
        }
    }

    public StreamSnapshot Capture(Watermark watermark) => new(StreamSnapshot.NameOf(Part), Topic)
    {
        Records = Records,
        Bytes = Bytes,
        TopicPartitions = Partitions.Count,
        Partitions = [.. Partitions.Select(p => p.Capture(watermark))],
        LostRecords = Partitions.Sum(p => p.LostBefore + p.Source.LostRecords),
        Watermark = Partitions.Select(p => watermark.Of(p.Source.Index)).Min(),
        Rejected = RejectReasons.All.ToDictionary(r => r, r => _rejected[(int)r]),
        Filtered = _rejected[(int)RejectReason.Filtered],
        DeadLetters = RejectReasons.All.Sum(r => _rejected[(int)r]) - _rejected[(int)RejectReason.None],
    };
}

/// <summary>One partition of an input, with what the loop keeps about it.</summary>
internal sealed class InputPartition(InputStream stream, SourcePartition source)
{
    private byte[]? _waitsFor;

    public InputStream Stream { get; } = stream;
    public SourcePartition Source { get; } = source;

    /// <summary>Which offsets of predictions hold which event times: a minute is fine enough, since windows are no shorter than panes.</summary>
    public OffsetIndex Offsets { get; } = new(TimeSpan.FromMinutes(1));

    /// <summary>Since when its next record waits for its schema; null: it does not.</summary>
    public DateTimeOffset? WaitsSince { get; private set; }

    /// <summary>Whether the schema of its next record is still to come.</summary>
    public bool IsWaiting => _waitsFor is { } value && !Stream.Reader.Format!.IsReady(value);

    /// <summary>Records that were lost before this run.</summary>
    public long LostBefore { get; set; }

    /// <summary>How many of the first records of a batch can be read now: not the first whose schema is still to come, nor what is behind it.</summary>
    public int Ready(RecordBatch batch, int count, DateTimeOffset now)
    {
        if (count == 0 || Stream.Reader.Format is not { } format) return count;
        format.BeginBatch();
        int ready = 0;
        while (ready < count && format.IsReady(batch[ready].Value)) ready++;
        _waitsFor = ready > 0 ? null : batch[0].Value.ToArray();
        WaitsSince = ready > 0 ? null : WaitsSince ?? now;
        return ready;
    }

    public PartitionSnapshot Capture(Watermark watermark) => new(Source.Partition)
    {
        Index = Source.Index,
        Position = Source.Position,
        LogEnd = Source.LogEnd,
        LastRecordAt = Source.LastTimestamp < 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(Source.LastTimestamp),
        Idle = Source.Idle,
        Watermark = watermark.Of(Source.Index),
    };
}

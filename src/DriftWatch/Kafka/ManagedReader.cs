using Confluent.Kafka;
using DriftWatch.Messages;
using DriftWatch.Pipeline;

namespace DriftWatch.Kafka;

/// <summary>Reads through Confluent.Kafka's public API, for when its native handle cannot be had: the same behaviour, several times slower.</summary>
/// <remarks>The client hands out all partitions in one stream; a partition that is not read is paused when a thousand of its records wait here.</remarks>
internal sealed class ManagedReader(IConsumer<byte[], byte[]> consumer, ClientEvent listener) : IBatchReader
{
    private const int MostWaiting = 1000;

    private readonly List<SourcePartition> _partitions = [];
    private readonly List<Queue<ConsumeResult<byte[], byte[]>>> _waiting = [];
    private readonly HashSet<int> _paused = [];
    private readonly ManagedBatch _batch = new();

    public void Add(IReadOnlyList<SourcePartition> partitions)
    {
        foreach (var partition in partitions)
        {
            _partitions.Add(partition);
            _waiting.Add(new());
        }

        consumer.IncrementalAssign(partitions.Select(p => new TopicPartitionOffset(p.Topic, p.Partition, p.Position)));
    }

    public RecordBatch? Read(SourcePartition partition, int most)
    {
        var waiting = _waiting[partition.Index];
        for (int i = 0; i < most && waiting.Count < most && Take(TimeSpan.Zero); i++)
        {
        }

        _batch.Fill(waiting, most, partition);
        if (waiting.Count == 0 && _paused.Remove(partition.Index)) consumer.Resume([new TopicPartition(partition.Topic, partition.Partition)]);
        return _batch.Count == 0 ? null : _batch;
    }

    public long Unread(SourcePartition partition, int from)
    {
        long offset = _batch.OffsetOf(from);
        _waiting[partition.Index] = new([.. _batch.From(from), .. _waiting[partition.Index]]);
        return offset;
    }

    public void Wait(TimeSpan most) => Take(most);

    public void Dispose()
    {
    }

    private bool Take(TimeSpan wait)
    {
        try
        {
            if (consumer.Consume(wait) is not { } result) return false;
            var partition = _partitions.Find(p => p.Topic == result.Topic && p.Partition == result.Partition)!;
            if (result.IsPartitionEOF)
            {
                listener(partition, (int)ErrorCode.Local_PartitionEOF, result.Offset, null);
                return true;
            }

            var waiting = _waiting[partition.Index];
            waiting.Enqueue(result);
            if (waiting.Count >= MostWaiting && _paused.Add(partition.Index)) consumer.Pause([result.TopicPartition]);
            return true;
        }
        catch (ConsumeException failure)
        {
            var record = failure.ConsumerRecord;
            var partition = _partitions.Find(p => p.Topic == record?.Topic && p.Partition == record.Partition);
            listener(partition, (int)failure.Error.Code, record?.Offset ?? -1, failure.Error.Reason);
            return true;
        }
    }

    private sealed class ManagedBatch : RecordBatch
    {
        private readonly List<ConsumeResult<byte[], byte[]>> _records = [];
        private string? _header;

        public void Fill(Queue<ConsumeResult<byte[], byte[]>> waiting, int most, SourcePartition partition)
        {
            _records.Clear();
            _header = partition.NeedsHeader;
            while (_records.Count < most && waiting.TryDequeue(out var record)) _records.Add(record);
            Count = _records.Count;
        }

        public IEnumerable<ConsumeResult<byte[], byte[]>> From(int index) => _records.Skip(index);

        public override RecordView this[int index]
        {
            get
            {
                var message = _records[index].Message;
                byte[]? header = null;
                if (_header is not null) message.Headers?.TryGetLastBytes(_header, out header);
                return new RecordView
                {
                    Value = message.Value,
                    IsTombstone = message.Value is null,
                    HasKey = message.Key is not null,
                    Key = message.Key,
                    KafkaTimestamp = TimestampOf(index),
                    TimeHeader = header,
                };
            }
        }

        public override long OffsetOf(int index) => _records[index].Offset;

        public override long TimestampOf(int index) =>
            _records[index].Message.Timestamp is { Type: not TimestampType.NotAvailable } time ? time.UnixTimestampMs : -1;

        public override string? TimestampTypeOf(int index) =>
            _records[index].Message.Timestamp.Type is var type and not TimestampType.NotAvailable ? type.ToString() : null;

        public override IReadOnlyList<RecordHeader> HeadersOf(int index) =>
            [.. (_records[index].Message.Headers ?? []).Select(h => new RecordHeader(h.Key, h.GetValueBytes()))];
    }
}

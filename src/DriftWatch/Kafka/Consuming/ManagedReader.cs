using Confluent.Kafka;
using DriftWatch.Core.Input;
using DriftWatch.Pipeline;

namespace DriftWatch.Kafka.Consuming;

/// <summary>Reads through Confluent.Kafka's public API, for when its native handle cannot be had: the same behaviour, several times slower.</summary>
/// <remarks>The client hands out all partitions in one stream; a partition that is not read is paused when a thousand of its records wait here.</remarks>
internal sealed class ManagedReader(IConsumer<byte[], byte[]> consumer, ClientCalls calls, ClientEvent listener) : IBatchReader
{
    private const int MostWaiting = 1000;

    private readonly List<SourcePartition> _partitions = [];
    private readonly List<Queue<Item>> _waiting = [];
    private readonly HashSet<int> _paused = [];
    private readonly ManagedBatch _batch = new();

    public void Add(IReadOnlyList<SourcePartition> partitions)
    {
        foreach (var partition in partitions)
        {
            _partitions.Add(partition);
            _waiting.Add(new());
        }
    }

    public RecordBatch? Read(SourcePartition partition, int most)
    {
        var waiting = _waiting[partition.Index];
        for (int i = 0; i < most && waiting.Count < most && Take(TimeSpan.Zero); i++)
        {
        }

        // In the order in which they came: what the client says at an offset is true when the records before it have been read.
        while (waiting.TryPeek(out var item) && item.Record is null)
        {
            waiting.Dequeue();
            listener(partition, item.Code, item.Offset, item.Text);
        }

        _batch.Fill(waiting, most, partition);
        if (waiting.Count == 0 && _paused.Remove(partition.Index))
        {
            TopicPartition[] resumed = [new(partition.Topic, partition.Partition)];
            calls.Post(() => consumer.Resume(resumed));
        }

        return _batch.Count == 0 ? null : _batch;
    }

    public long Unread(SourcePartition partition, int from)
    {
        long offset = _batch.OffsetOf(from);
        _waiting[partition.Index] = new([.. _batch.From(from).Select(record => new Item(record)), .. _waiting[partition.Index]]);
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
            var waiting = _waiting[partition.Index];
            waiting.Enqueue(result.IsPartitionEOF ? new Item(null, (int)ErrorCode.Local_PartitionEOF, result.Offset) : new Item(result));
            if (waiting.Count < MostWaiting || !_paused.Add(partition.Index)) return true;
            TopicPartition[] paused = [result.TopicPartition];
            calls.Post(() => consumer.Pause(paused));
            return true;
        }
        catch (ConsumeException failure)
        {
            var record = failure.ConsumerRecord;
            var (code, offset) = ((int)failure.Error.Code, record?.Offset.Value ?? -1);
            if (_partitions.Find(p => p.Topic == record?.Topic && p.Partition == record.Partition) is { } partition) _waiting[partition.Index].Enqueue(new Item(null, code, offset, failure.Error.Reason));
            else listener(null, code, offset, failure.Error.Reason);
            return true;
        }
    }

    /// <summary>A record, or what the client said instead of one.</summary>
    private readonly record struct Item(ConsumeResult<byte[], byte[]>? Record, int Code = 0, long Offset = -1, string? Text = null);

    private sealed class ManagedBatch : RecordBatch
    {
        private readonly List<ConsumeResult<byte[], byte[]>> _records = [];
        private IReadOnlyList<string> _headers = [];

        public void Fill(Queue<Item> waiting, int most, SourcePartition partition)
        {
            _records.Clear();
            _headers = partition.NeedsHeaders;
            while (_records.Count < most && waiting.TryPeek(out var item) && item.Record is { } record)
            {
                waiting.Dequeue();
                _records.Add(record);
            }

            Count = _records.Count;
        }

        public IEnumerable<ConsumeResult<byte[], byte[]>> From(int index) => _records.Skip(index);

        public override RecordView this[int index]
        {
            get
            {
                var message = _records[index].Message;
                return new RecordView
                {
                    Value = message.Value,
                    IsTombstone = message.Value is null,
                    HasKey = message.Key is not null,
                    Key = message.Key,
                    KafkaTimestamp = TimestampOf(index),
                    Headers = this,
                    Index = index,
                };
            }
        }

        public override long OffsetOf(int index) => _records[index].Offset;

        public override ReadOnlySpan<byte> HeaderOf(int record, int header) =>
            _records[record].Message.Headers?.TryGetLastBytes(_headers[header], out byte[] value) == true ? value : default(ReadOnlySpan<byte>);

        public override long TimestampOf(int index) =>
            _records[index].Message.Timestamp is { Type: not TimestampType.NotAvailable } time ? time.UnixTimestampMs : -1;

        public override string? TimestampTypeOf(int index) =>
            _records[index].Message.Timestamp.Type is var type and not TimestampType.NotAvailable ? type.ToString() : null;

        public override IReadOnlyList<RecordHeader> HeadersOf(int index) =>
            [.. (_records[index].Message.Headers ?? []).Select(h => new RecordHeader(h.Key, h.GetValueBytes()))];
    }
}

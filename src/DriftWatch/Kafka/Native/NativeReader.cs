using DriftWatch.Kafka.Consuming;
using DriftWatch.Pipeline;

namespace DriftWatch.Kafka.Native;

/// <summary>Reads each partition's queue through librdkafka's batch call: about 130 ns and 0 B per record.</summary>
internal sealed class NativeReader : IBatchReader
{
    private readonly NativeConsumer _native;
    private readonly NativeConsumer.Lease _lease;
    private readonly ClientEvent _listener;
    private readonly NativeBatch _batch;
    private readonly nint _clientQueue;
    private readonly List<nint> _queues = [];
    private readonly Action<int, long, string?> _onPartition;
    private readonly Action<int, long, string?> _onClient;
    private readonly Dictionary<int, List<nint>> _returned = []; // by index of the partition, in order
    private SourcePartition? _reading;

    public NativeReader(NativeConsumer native, int mostRecords, ClientEvent listener)
    {
        (_native, _listener) = (native, listener);
        _lease = native.Hold();
        _batch = new NativeBatch(mostRecords);
        _clientQueue = NativeMethods.rd_kafka_queue_get_consumer(native.Pointer);
        _onPartition = (code, offset, text) => _listener(_reading, code, offset, text);
        _onClient = (code, offset, text) => _listener(null, code, offset, text);
    }

    public void Add(IReadOnlyList<SourcePartition> partitions)
    {
        foreach (var partition in partitions)
        {
            // Before fetching starts, so that no record takes the way through the client's common queue.
            nint queue = NativeMethods.rd_kafka_queue_get_partition(_native.Pointer, partition.Topic, partition.Partition);
            NativeMethods.rd_kafka_queue_forward(queue, 0);
            _queues.Add(queue);
        }
    }

    public RecordBatch? Read(SourcePartition partition, int most)
    {
        _reading = partition;
        if (_returned.TryGetValue(partition.Index, out var returned) && returned.Count > 0) _batch.Refill(returned, most, partition);
        else _batch.Fill(_queues[partition.Index], 0, most, partition, _onPartition);
        return _batch.Count == 0 ? null : _batch;
    }

    public long Unread(SourcePartition partition, int from)
    {
        long offset = _batch.OffsetOf(from);
        if (!_returned.TryGetValue(partition.Index, out var returned)) _returned.Add(partition.Index, returned = []);
        _batch.Return(from, returned);
        return offset;
    }

    public void Wait(TimeSpan most)
    {
        // Records come through their own queues: what lies here are the client's events, and a record would be a broken promise of librdkafka.
        _batch.Fill(_clientQueue, (int)most.TotalMilliseconds, 100, null, _onClient);
        if (_batch.Count > 0) throw new InvalidOperationException($"{_batch.Count} records came past their partition's queue.");
    }

    public void Dispose()
    {
        _batch.Dispose();
        foreach (nint message in _returned.Values.SelectMany(messages => messages)) NativeBatch.Destroy(message);
        foreach (nint queue in _queues) NativeMethods.rd_kafka_queue_destroy(queue);
        NativeMethods.rd_kafka_queue_destroy(_clientQueue);
        _lease.Dispose();
    }
}

using DriftWatch.Messages;

namespace DriftWatch.Pipeline;

/// <summary>Topics in memory: what Kafka is to the loop, without Kafka. Deterministic, for tests of the whole path and for measuring it.</summary>
internal sealed class InMemoryLog(TimeProvider time)
{
    private readonly List<Partition> _partitions = [];
    private readonly Dictionary<(string, int), CommittedPosition> _committed = [];

    /// <summary>Whether the brokers answer.</summary>
    public bool Connected { get; set; } = true;

    public IReadOnlyDictionary<(string Topic, int Partition), CommittedPosition> Committed => _committed;

    public void CreateTopic(StreamPart part, string topic, int partitions)
    {
        for (int p = _partitions.Count(known => known.Topic == topic); p < partitions; p++) _partitions.Add(new Partition(part, topic, p));
    }

    public void Append(string topic, int partition, LogRecord record) => _partitions.Single(p => p.Topic == topic && p.Number == partition).Records.Add(record);

    /// <summary>Deletes the records below an offset, as retention does; offsets stay.</summary>
    public void Cut(string topic, int partition, long low) => _partitions.Single(p => p.Topic == topic && p.Number == partition).Low = low;

    /// <summary>A new run of a service: it begins at what is committed.</summary>
    public InMemorySource Open() => new(this);

    internal sealed record Partition(StreamPart Part, string Topic, int Number)
    {
        public List<LogRecord> Records { get; } = [];

        /// <summary>Lowest offset that is still there.</summary>
        public long Low { get; set; }
    }

    /// <summary>One run's view of the log.</summary>
    internal sealed class InMemorySource(InMemoryLog log) : IRecordSource
    {
        private readonly List<SourcePartition> _open = [];
        private readonly Batch _batch = new();

        public IReadOnlyList<SourcePartition> Partitions => _open;

        public SourceHealth Health => log.Connected ? new(true, null) : new(false, "No broker answers.");

        /// <summary>Times that each partition was read, by index: shows who had to wait.</summary>
        public List<long> Reads { get; } = [];

        public void Refresh()
        {
            foreach (var partition in log._partitions.Skip(_open.Count))
            {
                log._committed.TryGetValue((partition.Topic, partition.Number), out var previous);
                _open.Add(new SourcePartition(_open.Count, partition.Part, partition.Topic, partition.Number, Math.Max(partition.Low, previous?.SafeOffset ?? 0))
                {
                    Previous = previous,
                    LostRecords = Math.Max(0, partition.Low - (previous?.SafeOffset ?? partition.Low)),
                });
                Reads.Add(0);
            }

            foreach (var partition in _open) Look(partition);
        }

        public RecordBatch? Read(SourcePartition partition, int most)
        {
            if (!log.Connected) return null;
            _batch.Fill(log._partitions[partition.Index].Records, partition.Position, most);
            if (_batch.Count == 0) return null;
            Reads[partition.Index]++;
            partition.Position += _batch.Count;
            partition.LastTimestamp = _batch.TimestampOf(_batch.Count - 1);
            Look(partition);
            return _batch;
        }

        public void Wait(TimeSpan most)
        {
        }

        public Task Commit(IReadOnlyList<CommittedPosition> positions)
        {
            if (!log.Connected) return Task.FromException(new InvalidOperationException("no broker answers"));
            foreach (var position in positions) log._committed[(position.Topic, position.Partition)] = position with { Note = PositionNote.Parse(position.Note.ToString()) };
            return Task.CompletedTask;
        }

        public void Dispose()
        {
        }

        private void Look(SourcePartition partition)
        {
            if (log.Connected) partition.LogEnd = log._partitions[partition.Index].Records.Count;
            partition.EmptyAt = log.Connected && partition.Position == partition.LogEnd ? log.Now : null;
        }
    }

    private DateTimeOffset Now => time.GetUtcNow();

    private sealed class Batch : RecordBatch
    {
        private List<LogRecord> _records = [];
        private int _first;

        public void Fill(List<LogRecord> records, long from, int most)
        {
            (_records, _first) = (records, (int)from);
            Count = Math.Min(most, records.Count - _first);
        }

        public override RecordView this[int index]
        {
            get
            {
                var record = _records[_first + index];
                return new RecordView { Value = record.Value, IsTombstone = record.Value is null, Key = record.Key, KafkaTimestamp = record.Timestamp };
            }
        }

        public override long OffsetOf(int index) => _first + index;

        public override long TimestampOf(int index) => _records[_first + index].Timestamp;

        public override IReadOnlyList<RecordHeader> HeadersOf(int index) => _records[_first + index].Headers;
    }
}

/// <summary>A record as it lies in <see cref="InMemoryLog"/>.</summary>
internal sealed record LogRecord(byte[]? Key, byte[]? Value, long Timestamp = -1)
{
    public IReadOnlyList<RecordHeader> Headers { get; init; } = [];
}

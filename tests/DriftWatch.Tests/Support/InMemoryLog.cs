using DriftWatch.Core.Input;
using DriftWatch.Options;

namespace DriftWatch.Pipeline;

/// <summary>Topics in memory: what Kafka is to the loop, without Kafka. Deterministic, for tests of the whole path and for measuring it.</summary>
internal sealed class InMemoryLog(TimeProvider time)
{
    private readonly List<Partition> _partitions = [];

    /// <summary>Whether the brokers answer.</summary>
    public bool Connected { get; set; } = true;

    /// <summary>Why the topics are not those any more that were read; null: they are.</summary>
    public string? Broken { get; set; }

    /// <summary>Is told whenever a run has nothing to do; null: nobody.</summary>
    public Action? Waiting { get; set; }

    public void CreateTopic(StreamPart part, string topic, int partitions)
    {
        for (int p = _partitions.Count(known => known.Topic == topic); p < partitions; p++) _partitions.Add(new Partition(part, topic, p));
    }

    public void Append(string topic, int partition, LogRecord record) => _partitions.Single(p => p.Topic == topic && p.Number == partition).Records.Add(record);

    /// <summary>Deletes the records below an offset, as retention does; offsets stay.</summary>
    public void Cut(string topic, int partition, long low) => _partitions.Single(p => p.Topic == topic && p.Number == partition).Low = low;

    /// <summary>A new run of a service: it reads what was planned from where it was planned, all else from the start.</summary>
    public InMemorySource Open(IReadOnlyList<PlannedPartition> plan) => new(this, plan);

    /// <summary>All records that a partition has ever had.</summary>
    public IReadOnlyList<LogRecord> Records(SourcePartition partition) => _partitions.Single(p => p.Topic == partition.Topic && p.Number == partition.Partition).Records;

    /// <summary>How many records a partition has ever had.</summary>
    public long EndOf(string topic, int partition) => _partitions.Single(p => p.Topic == topic && p.Number == partition).Records.Count;

    internal sealed record Partition(StreamPart Part, string Topic, int Number)
    {
        public List<LogRecord> Records { get; } = [];

        /// <summary>Lowest offset that is still there.</summary>
        public long Low { get; set; }
    }

    /// <summary>One run's view of the log.</summary>
    internal sealed class InMemorySource(InMemoryLog log, IReadOnlyList<PlannedPartition> plan) : IRecordSource
    {
        private readonly List<SourcePartition> _open = [];
        private readonly List<Partition> _logs = [];
        private readonly Batch _batch = new();

        public IReadOnlyList<SourcePartition> Partitions => _open;

        public string? Broken => log.Broken;

        public SourceHealth Health => log.Connected ? new(true, null) : new(false, "No broker answers.");

        /// <summary>Times that each partition was read, by index: shows who had to wait.</summary>
        public List<long> Reads { get; } = [];

        public void Refresh()
        {
            if (log.Connected && _open.Count < log._partitions.Count)
            {
                foreach (var planned in plan.Skip(_open.Count)) Add(log._partitions.Single(p => p.Topic == planned.Topic && p.Number == planned.Partition), planned);
                foreach (var added in log._partitions.Except(_logs).ToList()) Add(added, null);
            }

            foreach (var partition in _open) Look(partition);
        }

        public RecordBatch? Read(SourcePartition partition, int most)
        {
            if (!log.Connected) return null;
            _batch.Fill(_logs[partition.Index].Records, partition.Position, most, partition.NeedsHeaders);
            if (_batch.Count == 0) return null;
            Reads[partition.Index]++;
            partition.Position += _batch.Count;
            partition.LastTimestamp = _batch.TimestampOf(_batch.Count - 1);
            Look(partition);
            return _batch;
        }

        public void Unread(SourcePartition partition, int from)
        {
            partition.Position = _batch.OffsetOf(from);
            Look(partition);
        }

        public Task<bool> Verify() => Task.FromResult(log.Broken is null);

        public void Wait(TimeSpan most) => log.Waiting?.Invoke();

        public void Dispose()
        {
        }

        private void Add(Partition added, PlannedPartition? planned)
        {
            long start = Math.Max(added.Low, planned?.Offset ?? 0);
            _logs.Add(added);
            _open.Add(new SourcePartition(_open.Count, added.Part, added.Topic, added.Number, start) { LostRecords = planned is null ? 0 : Math.Max(0, added.Low - planned.Counted) });
            Reads.Add(0);
        }

        private void Look(SourcePartition partition)
        {
            if (log.Connected) partition.LogEnd = _logs[partition.Index].Records.Count;
            partition.EmptyAt = log.Connected && partition.Position == partition.LogEnd ? log.Now : null;
        }
    }

    private DateTimeOffset Now => time.GetUtcNow();

    private sealed class Batch : RecordBatch
    {
        private List<LogRecord> _records = [];
        private int _first;
        private IReadOnlyList<string> _names = [];

        public void Fill(List<LogRecord> records, long from, int most, IReadOnlyList<string> headers)
        {
            (_records, _first, _names) = (records, (int)from, headers);
            Count = Math.Min(most, records.Count - _first);
        }

        public override RecordView this[int index]
        {
            get
            {
                var record = _records[_first + index];
                return new RecordView { Value = record.Value, IsTombstone = record.Value is null, HasKey = record.Key is not null, Key = record.Key, KafkaTimestamp = record.Timestamp, Headers = this, Index = index };
            }
        }

        public override long OffsetOf(int index) => _first + index;

        public override ReadOnlySpan<byte> HeaderOf(int record, int header) => _records[_first + record].Headers.LastOrDefault(h => h.Name == _names[header]).Value;

        public override long TimestampOf(int index) => _records[_first + index].Timestamp;

        public override string? TimestampTypeOf(int index) => _records[_first + index].Timestamp < 0 ? null : "CreateTime";

        public override IReadOnlyList<RecordHeader> HeadersOf(int index) => _records[_first + index].Headers;
    }
}

/// <summary>A record as it lies in <see cref="InMemoryLog"/>.</summary>
internal sealed record LogRecord(byte[]? Key, byte[]? Value, long Timestamp = -1)
{
    public IReadOnlyList<RecordHeader> Headers { get; init; } = [];
}

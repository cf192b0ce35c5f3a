using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;
using DriftWatch.Options;
using DriftWatch.Pipeline.Recovery;
using Microsoft.Extensions.Logging.Abstractions;

namespace DriftWatch.Pipeline;

/// <summary>One random history: a service that reads, commits, crashes at any point and restores; beside it the run that never crashes, which is told only what was committed.</summary>
internal sealed class CrashWorld : IDisposable
{
    private readonly Random _random;
    private readonly FakeTimeProvider _time = new(PipelineDriver.Start);
    private readonly InMemoryLog _log;
    private readonly InMemoryEpochStore _store = new();
    private readonly RandomLog _records;
    private readonly PipelineOptions _options;
    private readonly MonitorOptions _monitor;
    private readonly string? _directory;
    private readonly JoinSnapshotFiles? _snapshots;
    private readonly List<SeenStep> _since = [];
    private List<SeenStep> _sealed = [];
    private EventTime? _watermark;
    private ReferenceRun? _reference;
    private PipelineLoop? _loop;
    private SpySource _source = null!;

    public CrashWorld(int seed)
    {
        _random = new Random(seed);
        _log = new InMemoryLog(_time);
        _monitor = RandomLog.Settings(_random);
        bool inRows = seed % 3 == 2;
        _records = new RandomLog(_random, _log, _time, _random.Next(1, 4), _monitor.Default.Join.Horizon, inRows);
        if (_random.Next(6) == 0) _directory = Directory.CreateTempSubdirectory("driftwatch-test").FullName;
        _options = new PipelineOptions
        {
            BatchRecords = _random.Next(3) switch { 0 => 3, 1 => 10, _ => 1000 },
            CommitInterval = TimeSpan.FromSeconds(1),
            CheckpointInterval = TimeSpan.FromSeconds(_random.Next(4) switch { 0 => 0, 1 => 4, 2 => 15, _ => 1000 }),
            InlineEntries = _directory is null ? _random.Next(4) switch { 0 => 50_000, 1 => 6, _ => 0 } : 0,
            JournalSegmentBytes = _random.Next(3) switch { 0 => 40, 1 => 300, _ => 16 * 1024 },
            IdleAdvance = _random.Next(2) == 0,
            SnapshotInterval = TimeSpan.FromSeconds(2),
            Limits = new() { MaxFuture = TimeSpan.FromMinutes(10) },
            PredictionFields = inRows ? RandomLog.InRows(FieldRecords.Predictions) : new(),
            LabelFields = inRows ? RandomLog.InRows(FieldRecords.Labels) : new(),
        };
        if (_directory is not null) _snapshots = new JoinSnapshotFiles(_directory, "test", NullLogger.Instance);
        _store.Watcher = Watch;
    }

    /// <summary>Is shown every checkpoint that a restore begins with, and what it must come to.</summary>
    public Action<CommittedCheckpoint, SortedDictionary<string, string>>? OnRestore { get; set; }

    public int Crashes { get; private set; }

    private PipelineLoop Loop => _loop!;

    public long Matched { get; private set; }

    /// <summary>Requests that were committed.</summary>
    public int Requests { get; private set; }

    public void Dispose()
    {
        _loop?.Dispose();
        _store.Dispose();
        _snapshots?.Finish(TimeSpan.FromSeconds(10)); // nobody writes where it is deleted
        if (_directory is not null) Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Runs the history; fails where the service differs from the run that never crashed.</summary>
    public void Run(int rounds = 20)
    {
        Restart();
        for (int round = 0; round < rounds; round++)
        {
            _records.Append(_random.Next(12));
            for (int cycles = _random.Next(4); cycles > 0; cycles--) Cycle();
            if (_random.Next(4) == 0) Crash();
        }

        for (int i = 0; i < 40; i++) Cycle();
        Assert.True(Loop.Stop());
        Restart();
        Outputs();
    }

    /// <summary>Restores from a checkpoint and says what comes out.</summary>
    public SortedDictionary<string, string> Restored(CommittedCheckpoint committed)
    {
        var restorer = new Restorer(_options, _monitor, committed, NullLogger.Instance, _time, _snapshots);
        using var source = _log.Open(restorer.Plan);
        var checkpoint = restorer.Run(source, Impatient(source), CancellationToken.None);
        restorer.State.Monitor.WriteChunks(checkpoint.Chunks);
        var chunks = committed.Chunks.Where(chunk => IsMonitors(chunk.Key)).ToDictionary();
        foreach (var chunk in checkpoint.Chunks.Take())
        {
            if (chunk.Bytes is null) chunks.Remove(chunk.Key);
            else chunks[chunk.Key] = chunk.Bytes;
        }

        var text = StateText.Of(restorer.State.Monitor, chunks);
        text["mismatches"] = restorer.Mismatches.ToString();
        for (int i = 0; i < source.Partitions.Count; i++) text[$"position {i}"] = source.Partitions[i].Position.ToString();
        return text;
    }

    /// <summary>What the run that never crashed has come to.</summary>
    private SortedDictionary<string, string> Expected()
    {
        var text = _reference!.Describe();
        text["mismatches"] = "0";
        for (int i = 0; i < _source.Partitions.Count; i++) text[$"position {i}"] = _store.Offsets[(_source.Partitions[i].Topic, _source.Partitions[i].Partition)].ToString();
        return text;
    }

    private void Cycle()
    {
        _time.Advance(TimeSpan.FromMilliseconds(_random.Next(1200)));
        Loop.Cycle();
        Look();
    }

    private void Crash()
    {
        Crashes++;
        if (_random.Next(3) == 0)
        {
            // The commit was under way, and nothing came of it.
            _store.Holds = true;
            for (int cycles = _random.Next(1, 5); cycles > 0; cycles--) Cycle();
        }

        Restart();
    }

    private void Restart()
    {
        _store.Forget();
        _store.Holds = false;
        _since.Clear();
        if (_reference is not null)
        {
            var (checkpoint, expected) = (_store.Checkpoint, Expected());
            if (StateText.Difference(expected, Restored(checkpoint)) is { } difference) Assert.Fail(difference);
            OnRestore?.Invoke(checkpoint, expected);
        }

        while (true)
        {
            int patience = _random.Next(3) == 0 ? _random.Next(20) : int.MaxValue;
            try
            {
                _loop?.Dispose();
                _loop = new PipelineLoop(_options, _monitor, _store.Checkpoint, _store, plan => _source = new SpySource(_log.Open(plan), () => patience-- <= 0), new SnapshotBoard(), _time, NullLogger.Instance, _snapshots);
                Loop.Restore();
                break;
            }
            catch (CrashException)
            {
                Crashes++; // while it restored: the next try begins at the beginning
            }
        }

        _source.Live = Saw;
        _watermark = Loop.State.Monitor.Watermark;
    }

    private void Saw(int partition, long from, long until) => _since.Add(new SeenStep(partition, from, until, EventTime.From(_time.GetUtcNow()), null));

    private void Look()
    {
        if (Loop.State.Monitor.Watermark is not { } watermark || watermark == _watermark) return;
        _watermark = watermark;
        _since.Add(new SeenStep(-1, 0, 0, default, watermark));
    }

    private void Watch(SealedEpoch epoch, bool committed)
    {
        if (!committed)
        {
            Look();
            _sealed = [.. _since];
            _since.Clear();
            return;
        }

        _reference ??= new ReferenceRun(_options, _monitor, Loop.State.HashKey, partition => (_source.Partitions[partition].Part, _log.Records(_source.Partitions[partition])));
        foreach (var step in _sealed) _reference.Do(step);
        _sealed = [];
    }

    private void Outputs()
    {
        var requests = _store.Records.Where(record => record.Topic != OutputTopic.DeadLetters).Select(record => Header(record, "ce_id")).ToList();
        Assert.Equal(_reference!.Requests, requests);
        var deadLetters = _store.Records.Where(record => record.Topic == OutputTopic.DeadLetters)
            .Select(record => (Header(record, DeadLetter.SourceTopic), int.Parse(Header(record, DeadLetter.SourcePartitionNumber)), long.Parse(Header(record, DeadLetter.SourceOffset)))).ToList();
        Assert.Equal(_reference.DeadLetters.Select(one => (_source.Partitions[one.Partition].Topic, _source.Partitions[one.Partition].Partition, one.Offset)).Order(), deadLetters.Order());
        Assert.Equal(_source.Partitions.Sum(p => _log.EndOf(p.Topic, p.Partition)), _store.Offsets.Values.Sum());
        (Requests, Matched) = (requests.Count, Loop.State.Monitor.JoinCounts.Matched);
    }

    private static bool IsMonitors(string key) => key is "routes" or "monitor" or "comparisons" || key.StartsWith("series/", StringComparison.Ordinal) || key.StartsWith("across/", StringComparison.Ordinal);

    private static string Header(OutgoingRecord record, string name) => System.Text.Encoding.UTF8.GetString(record.Headers.Single(header => header.Name == name).Value!);

    // A log that is shorter than the plan would be waited for.
    private static Action Impatient(InMemoryLog.InMemorySource source)
    {
        int steps = 0;
        return () =>
        {
            if (++steps > 100_000) throw new StartRefusedException($"{source.Partitions.Count} partitions never came to where they had been.");
        };
    }

    /// <summary>Tells of everything that is read; crashes when it is told to.</summary>
    private sealed class SpySource(IRecordSource inner, Func<bool> crashes) : IRecordSource
    {
        public Action<int, long, long>? Live { get; set; }

        public IReadOnlyList<SourcePartition> Partitions => inner.Partitions;

        public SourceHealth Health => inner.Health;

        public void Refresh() => inner.Refresh();

        public RecordBatch? Read(SourcePartition partition, int most)
        {
            if (Live is null && crashes()) throw new CrashException();
            long from = partition.Position;
            var batch = inner.Read(partition, most);
            if (batch is not null) Live?.Invoke(partition.Index, from, partition.Position);
            return batch;
        }

        public void Unread(SourcePartition partition, int from) => inner.Unread(partition, from);

        public void Wait(TimeSpan most) => inner.Wait(most);

        public void Dispose() => inner.Dispose();
    }

    // No mistake of the restore that it ends.
    private sealed class CrashException : OperationCanceledException;
}

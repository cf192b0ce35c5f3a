using System.Diagnostics;
using System.Text;
using DriftWatch.Core.Input;
using DriftWatch.Core.Monitoring;
using DriftWatch.Options;
using DriftWatch.Pipeline;
using DriftWatch.Pipeline.Recovery;
using Microsoft.Extensions.Logging.Abstractions;

namespace DriftWatch.Benchmarks;

/// <summary>
/// <c>restore [PENDING]</c>: how long a restart takes while so many predictions wait for their label: when their records are read again, and when a
/// snapshot lies on this machine. The records come from memory: what Kafka takes to deliver them is not in it.
/// </summary>
internal static class RestoreBenchmark
{
    public static int Run(string[] args)
    {
        int pending = args.Length > 0 ? int.Parse(args[0]) : 5_000_000;
        var directory = Directory.CreateTempSubdirectory("driftwatch-restore");
        try
        {
            Measure(pending, directory.FullName);
            return 0;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static void Measure(int pending, string directory)
    {
        var monitor = new MonitorOptions { MaxPending = pending + 1 };
        var options = new PipelineOptions { InlineEntries = 0, IdleAdvance = false, StopTimeout = TimeSpan.FromMinutes(5) };
        var log = new PendingLog(pending);
        var snapshots = new JoinSnapshotFiles(directory, "restore", NullLogger.Instance);
        using var store = new InMemoryEpochStore();
        using (var loop = new PipelineLoop(options, monitor, store.Checkpoint, store, log.Open, new SnapshotBoard(), TimeProvider.System, NullLogger.Instance, snapshots))
        {
            loop.Restore();
            while (loop.Cycle())
            {
            }

            var copying = Stopwatch.StartNew();
            long copied = loop.State.Monitor.CopyJoin().Sum(block => (long)block.Length);
            Console.WriteLine($"{loop.State.Monitor.JoinEntries:N0} predictions wait; copying them for a snapshot stops the loop for {copying.Elapsed.TotalSeconds:0.00} s ({copied / 1e6:N0} MB)");
            loop.Stop();
        }

        var checkpoint = store.Checkpoint;
        Console.WriteLine($"checkpoint: {checkpoint.Chunks.Count:N0} pieces, {checkpoint.Chunks.Values.Sum(bytes => (long)bytes.Length) / 1e6:0.0} MB; snapshot: {new DirectoryInfo(directory).EnumerateFiles().Sum(file => file.Length) / 1e6:N0} MB");
        for (int round = 0; round < 3; round++)
        {
            Time("records read again", null);
            Time("from the snapshot", snapshots);
        }

        void Time(string what, JoinSnapshotFiles? from)
        {
            GC.Collect();
            var clock = Stopwatch.StartNew();
            var restorer = new Restorer(options, monitor, checkpoint, NullLogger.Instance, TimeProvider.System, from);
            using var source = log.Open(restorer.Plan);
            restorer.Run(source, () => { }, CancellationToken.None);
            double seconds = clock.Elapsed.TotalSeconds;
            if (restorer.Mismatches > 0 || restorer.State.Monitor.JoinEntries != pending) throw new InvalidOperationException("What was restored is something else.");
            Console.WriteLine($"  {what,-20} {seconds,7:0.00} s   {pending / seconds,12:N0} predictions/s");
        }
    }

    /// <summary>One partition of predictions, 10 ms of event time apart, in one piece of memory, and one of labels that never come.</summary>
    private sealed class PendingLog
    {
        private const int PerBlock = 100_000;
        private readonly List<(byte[] Bytes, int[] Starts)> _blocks = [];
        private readonly int _count;

        public PendingLog(int count)
        {
            _count = count;
            var start = new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
            for (int first = 0; first < count; first += PerBlock)
            {
                var bytes = new MemoryStream(PerBlock * 128);
                int records = Math.Min(PerBlock, count - first);
                int[] starts = new int[records + 1];
                for (int i = 0; i < records; i++)
                {
                    int number = first + i;
                    bytes.Write(Encoding.UTF8.GetBytes(FormattableString.Invariant(
                        $"{{\"id\":\"{(ulong)number * 0x9E3779B97F4A7C15UL:x16}-{number:x8}\",\"model\":\"fraud\",\"version\":\"7\",\"timestamp\":{start + (number * 10L)},\"probability\":{(number % 997) / 997.0:0.0000}}}")));
                    starts[i + 1] = (int)bytes.Length;
                }

                _blocks.Add((bytes.ToArray(), starts));
            }
        }

        public IRecordSource Open(IReadOnlyList<PlannedPartition> plan) => new Source(this, plan);

        private sealed class Source : IRecordSource
        {
            private readonly PendingLog _log;
            private readonly Batch _batch;
            private readonly List<SourcePartition> _partitions;

            public Source(PendingLog log, IReadOnlyList<PlannedPartition> plan)
            {
                (_log, _batch) = (log, new Batch(log));
                _partitions = [new(0, StreamPart.Predictions, "predictions", 0, plan.Count > 0 ? plan[0].Offset : 0), new(1, StreamPart.Labels, "labels", 0, 0)];
                Refresh();
            }

            public IReadOnlyList<SourcePartition> Partitions => _partitions;

            public SourceHealth Health => new(true, null);

            public void Refresh()
            {
                foreach (var partition in _partitions)
                {
                    partition.LogEnd = partition.Index == 0 ? _log._count : 0;
                    partition.EmptyAt = partition.Position >= partition.LogEnd ? DateTimeOffset.UtcNow : null;
                }
            }

            public RecordBatch? Read(SourcePartition partition, int most)
            {
                if (partition.Position >= partition.LogEnd) return null;
                _batch.Fill(partition.Position, most);
                partition.Position += _batch.Count;
                return _batch;
            }

            public void Unread(SourcePartition partition, int from) => partition.Position = _batch.OffsetOf(from);

            public void Wait(TimeSpan most)
            {
            }

            public void Dispose()
            {
            }
        }

        private sealed class Batch(PendingLog log) : RecordBatch
        {
            private long _first;

            public void Fill(long from, int most) => (_first, Count) = (from, (int)Math.Min(most, log._count - from));

            public override RecordView this[int index]
            {
                get
                {
                    var (bytes, starts) = log._blocks[(int)((_first + index) / PerBlock)];
                    int at = (int)((_first + index) % PerBlock);
                    return new RecordView { Value = bytes.AsSpan(starts[at], starts[at + 1] - starts[at]), KafkaTimestamp = -1 };
                }
            }

            public override ReadOnlySpan<byte> HeaderOf(int record, int header) => default;

            public override long OffsetOf(int index) => _first + index;

            public override long TimestampOf(int index) => -1;

            public override string? TimestampTypeOf(int index) => null;

            public override IReadOnlyList<RecordHeader> HeadersOf(int index) => [];
        }
    }
}

using DriftWatch.Joining;
using DriftWatch.Messages;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Pipeline;

/// <summary>Decode → join → add for one batch: the hot path. It allocates nothing but for dead letters and new routes.</summary>
internal sealed partial class RecordPath(CalibrationMonitor monitor, Watermark watermark, IOutput output, TimeSpan lead, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(string, RejectReason), DateTimeOffset> _said = [];

    public void Take(RecordBatch batch, InputPartition partition, EventTime now, Epoch epoch)
    {
        if (partition.Stream.Part == StreamPart.Predictions) TakePredictions(batch, partition, now, epoch);
        else TakeLabels(batch, partition, now, epoch);
        partition.Stream.Records += batch.Count;
    }

    private void TakePredictions(RecordBatch batch, InputPartition partition, EventTime now, Epoch epoch)
    {
        var reader = partition.Stream.Reader;
        long bytes = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            var record = batch[i];
            bytes += record.Key.Length + record.Value.Length;
            var reason = reader.ReadPrediction(record, now, out var prediction);
            if (reason != RejectReason.None)
            {
                Reject(batch, i, partition, reason, reader.LastFault, epoch);
                continue;
            }

            long offset = batch.OffsetOf(i);
            if (partition.IsSpent(offset, prediction.Time, TimeSpan.Zero))
            {
                monitor.Discard(prediction);
                continue;
            }

            partition.Offsets.Add(offset, prediction.Time);
            watermark.Observe(partition.Source.Index, prediction.Time);
            monitor.Add(prediction, out _);
        }

        partition.Stream.Bytes += bytes;
    }

    private void TakeLabels(RecordBatch batch, InputPartition partition, EventTime now, Epoch epoch)
    {
        var reader = partition.Stream.Reader;
        long bytes = 0;
        for (int i = 0; i < batch.Count; i++)
        {
            var record = batch[i];
            bytes += record.Key.Length + record.Value.Length;
            var reason = reader.ReadLabel(record, now, out var label);
            if (reason != RejectReason.None)
            {
                Reject(batch, i, partition, reason, reader.LastFault, epoch);
                continue;
            }

            long offset = batch.OffsetOf(i);
            if (partition.IsSpent(offset, label.Time, lead)) continue;
            partition.Offsets.Add(offset, label.Time);
            watermark.Observe(partition.Source.Index, label.Time);
            if (monitor.Add(label, out _) == Arrival.Unreadable)
                Reject(batch, i, partition, RejectReason.LabelValue, "the prediction is known, but its view cannot read this label", epoch);
        }

        partition.Stream.Bytes += bytes;
    }

    private void Reject(RecordBatch batch, int index, InputPartition partition, RejectReason reason, string? detail, Epoch epoch)
    {
        var source = partition.Source;
        long offset = batch.OffsetOf(index);
        partition.Stream.Reject(reason);
        // What an earlier run had read, it has set aside too: its position was committed after its dead letters were.
        if (source.Previous is { } previous && offset < previous.Note.Next) return;
        epoch.Enlist();
        output.Send(DeadLetter.Of(batch, index, source, reason, detail, epoch, partition.Stream.DeadLetters));
        var now = time.GetUtcNow();
        if (_said.TryGetValue((source.Topic, reason), out var last) && now - last < SayEvery) return;
        _said[(source.Topic, reason)] = now;
        Log.Rejected(logger, source.Topic, source.Partition, offset, reason, detail);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}[{Partition}]@{Offset}: rejected as {Reason}: {Detail} (said at most every 10 s per reason; metrics count all)")]
        public static partial void Rejected(ILogger logger, string topic, int partition, long offset, RejectReason reason, string? detail);
    }
}

using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;
using DriftWatch.Options;
using DriftWatch.Pipeline.Diagnosis;
using DriftWatch.Pipeline.Recovery;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Pipeline;

/// <summary>Decode → join → add for one batch, block by block: the hot path. Effects come in the order of the records. It allocates nothing but for dead letters and new routes.</summary>
internal sealed partial class RecordPath(CalibrationMonitor monitor, Watermark watermark, InputWatch watch, ILogger logger, TimeProvider time)
{
    /// <summary>Of every so many records of a batch, and rows of a record, the id is looked at.</summary>
    private const int ShapeEvery = 64;

    /// <summary>Records that are read before the first of them is joined; rows whose entries are asked for at once, few enough that they are still near when they are joined.</summary>
    private const int BlockRecords = 64, PrefetchRows = 32;

    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(string, RejectReason), DateTimeOffset> _said = [];
    private readonly Refusals _refusals = new();
    private readonly ReadBlock _block = new();
    // A vector takes its place among the classes, and its room, as it is read, and gives them back in the join: read ahead, what it finds would hang on where batches end.
    private readonly int _blockRecords = monitor.KeepsVectors ? 1 : BlockRecords;
    private int _reopened; // the record of the block that was opened again last

    /// <summary>Whether what is rejected goes to the log, and what comes is looked at for problems of the input; not when it is read again.</summary>
    public bool Speaks { get; set; } = true;

    /// <summary>Records by partition and offset that were refused when they were first read, for want of something that may be there by now; null: nothing is read again.</summary>
    public IReadOnlySet<(int Partition, long Offset)>? RefusedBefore { get; set; }

    /// <summary>Takes the first <paramref name="count"/> records of a batch.</summary>
    public void Take(RecordBatch batch, int count, InputPartition partition, EventTime now, Epoch epoch)
    {
        epoch.SetClock(now);
        if (Speaks) watch.Begin(partition.Stream.Signs, now);
        for (int start = 0; start < count; start += _blockRecords)
        {
            ReadBlock(batch, start, count, partition, now, notes: null);
            _reopened = -1;
            for (int at = 0; at < _block.Count; at++)
            {
                Prefetch(at);
                ref readonly var row = ref _block[at];
                if (row.Reason != RejectReason.None) Refuse(batch, row, _block.FaultOf(at), partition, epoch);
                else if (partition.Stream.Part == StreamPart.Predictions) Take(_block.Prediction(at), row, batch, partition, epoch);
                else Take(_block.Label(at), row, batch, partition, epoch);
                if (_refusals.Any && _block.EndsRecord(at)) SetAside(batch, row.Record, partition, epoch);
            }
        }

        partition.Stream.Records += count;
        epoch.Read(partition.Source.Index, partition.Source.Position);
    }

    /// <summary>Puts the first <paramref name="count"/> records of a batch back into the join: what they counted has been counted.</summary>
    public void Rejoin(RecordBatch batch, int count, InputPartition partition, EventTime now, IReadOnlyDictionary<(int Partition, long Offset, int Row), int> notes)
    {
        for (int start = 0; start < count; start += _blockRecords)
        {
            ReadBlock(batch, start, count, partition, now, notes);
            for (int at = 0; at < _block.Count; at++)
            {
                Prefetch(at);
                var row = _block[at];
                if (row.Reason != RejectReason.None) continue;
                int noted = NoteOf(notes, batch, row, partition);
                if (partition.Stream.Part == StreamPart.Labels) monitor.Rejoin(_block.Label(at), noted);
                else if (noted > 0) monitor.Discard(_block.Prediction(at));
                else monitor.Rejoin(_block.Prediction(at));
            }
        }
    }

    private static int NoteOf(IReadOnlyDictionary<(int Partition, long Offset, int Row), int> notes, RecordBatch batch, in ReadRow row, InputPartition partition) =>
        notes.Count > 0 ? notes.GetValueOrDefault((partition.Source.Index, batch.OffsetOf(row.Record), row.Row)) : 0;

    /// <summary>Reads some records of a batch, and asks for the bytes of those that come after them.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="start">The first of them.</param>
    /// <param name="count">How many of the batch are taken in all.</param>
    /// <param name="partition">Whence they come.</param>
    /// <param name="now">The clock.</param>
    /// <param name="notes">What the journal says of records that have been counted; null: these count now.</param>
    private void ReadBlock(RecordBatch batch, int start, int count, InputPartition partition, EventTime now, IReadOnlyDictionary<(int Partition, long Offset, int Row), int>? notes)
    {
        int end = Math.Min(count, start + _blockRecords);
        batch.Prefetch(end, Math.Min(count, end + _blockRecords));
        _block.Clear();
        long bytes = 0;
        for (int i = start; i < end; i++)
        {
            var record = batch[i];
            bytes += record.Key.Length + record.Value.Length;
            if (notes is null ? StaysRefused(batch, i, partition) : NoteOf(notes, batch, new(i, 0), partition) == ReplayTrace.Refused) _block.Refuse(new(i, 0, RejectReason.SchemaId), null, null);
            else ReadRows(record, i, partition, now);
        }

        if (notes is null) partition.Stream.Bytes += bytes;
    }

    private void ReadRows(in RecordView record, int index, InputPartition partition, EventTime now)
    {
        var reader = partition.Stream.Reader;
        bool predictions = partition.Stream.Part == StreamPart.Predictions;
        reader.Open(record, predictions ? FieldRecords.Predictions : FieldRecords.Labels);
        Prediction prediction = default;
        Label label = default;
        while (predictions ? reader.NextPrediction(record, now, out prediction, out var reason) : reader.NextLabel(record, now, out label, out reason))
        {
            // A record that has no rows is one.
            var row = new ReadRow(index, Math.Max(0, reader.Row), reason);
            if (reason != RejectReason.None)
            {
                bool isTold = reason != RejectReason.Filtered;
                _block.Refuse(row, isTold ? reader.LastFault : null, isTold ? reader.LastFaultForLogs : null);
                continue;
            }

            if (predictions) _block.Add(row, prediction);
            else _block.Add(row, label);
            if (Speaks && (index + row.Row) % ShapeEvery == 0) partition.Stream.Signs.See(reader.ShapeOfId(record));
        }
    }

    private void Prefetch(int row)
    {
        if (row % PrefetchRows == 0) monitor.Prefetch(_block.Ids(row, row + PrefetchRows));
    }

    private void Take(in Prediction prediction, in ReadRow row, RecordBatch batch, InputPartition partition, Epoch epoch)
    {
        long offset = batch.OffsetOf(row.Record);
        partition.Offsets.Add(offset, prediction.Time);
        watermark.Observe(partition.Source.Index, prediction.Time);
        var result = monitor.Add(prediction);
        epoch.Note(partition.Source.Index, offset, row.Row, result.Trace);
        if (!Speaks) return;
        watch.TakePrediction(partition.Stream.Signs, prediction, result, monitor);
        if (prediction.Latency == ServingLatency.Unreadable) SayLatency(partition, offset);
    }

    private void Take(in Label label, in ReadRow row, RecordBatch batch, InputPartition partition, Epoch epoch)
    {
        watermark.Observe(partition.Source.Index, label.Time);
        var result = monitor.Add(label);
        if (result.Kind == Arrival.Unreadable) RejectUnreadable(batch, row, partition);
        epoch.Note(partition.Source.Index, batch.OffsetOf(row.Record), row.Row, result.Trace);
        if (Speaks) watch.TakeLabel(partition.Stream.Signs, label, result, monitor);
    }

    /// <summary>Whether a record was refused when it was first read: it stays so, whatever could be read of it now, and its dead letter is written.</summary>
    private bool StaysRefused(RecordBatch batch, int index, InputPartition partition) => RefusedBefore is { } refused && refused.Contains((partition.Source.Index, batch.OffsetOf(index)));

    private void Refuse(RecordBatch batch, in ReadRow row, (string? Detail, string? ForLogs) fault, InputPartition partition, Epoch epoch)
    {
        // The registry may have the schema when the record is read again.
        if (row.Reason == RejectReason.SchemaId) epoch.Note(partition.Source.Index, batch.OffsetOf(row.Record), 0, new(ReplayTrace.NotNeeded, ReplayTrace.Refused));
        if (Speaks) partition.Stream.Signs.Reject(row.Reason);
        if (row.Reason == RejectReason.Filtered) partition.Stream.Reject(row.Reason);
        else Reject(batch, row.Record, partition, row.Reason, fault.Detail, fault.ForLogs);
    }

    private void RejectUnreadable(RecordBatch batch, in ReadRow row, InputPartition partition)
    {
        // The reader has gone on since: for what the label says, its record is opened again.
        var reader = partition.Stream.Reader;
        var record = batch[row.Record];
        if (_reopened != row.Record) reader.Open(record, FieldRecords.Labels);
        _reopened = row.Record;
        reader.Seek(record, row.Row);
        Reject(batch, row.Record, partition, RejectReason.LabelValue, reader.InRow(Unreadable(partition, reader.LabelIn(record))), reader.InRow(Unreadable(partition, null)));
    }

    /// <summary>A record has one dead letter, however many of its rows were refused.</summary>
    private void SetAside(RecordBatch batch, int index, InputPartition partition, Epoch epoch)
    {
        partition.Stream.ShareLetter(_refusals.Count - 1);
        var (reason, detail) = _refusals.Take();
        epoch.Send(DeadLetter.Of(batch, index, partition.Source, reason, detail));
    }

    /// <summary>Why the label that came last was not read; with what it says for its dead letter, without for the log.</summary>
    private string Unreadable(InputPartition partition, string? label) =>
        UnreadableLabel.Describe(monitor.Options, monitor.Routes[UnreadableRoute()].Model, partition.Stream.Mapping[FieldName.Label], label);

    private int UnreadableRoute()
    {
        foreach (ref readonly var meeting in monitor.Meetings)
        {
            if (meeting.Label == Arrival.Unreadable) return meeting.Route;
        }

        throw new System.Diagnostics.UnreachableException("A label that no view can read has met a prediction.");
    }

    private void Reject(RecordBatch batch, int index, InputPartition partition, RejectReason reason, string? detail, string? forLogs)
    {
        var source = partition.Source;
        partition.Stream.Reject(reason);
        _refusals.Add(reason, detail);
        if (!Speaks || !IsTimeToSay(source.Topic, reason)) return;
        // Nothing of the record is in the log: its dead letter has it.
        Log.Rejected(logger, source.Topic, source.Partition, batch.OffsetOf(index), reason.Name(), forLogs);
    }

    private void SayLatency(InputPartition partition, long offset)
    {
        if (!IsTimeToSay(partition.Source.Topic, RejectReason.None)) return;
        Log.LatencyLost(logger, partition.Source.Topic, partition.Source.Partition, offset, partition.Stream.Mapping[FieldName.Latency], ServingLatency.Expected);
    }

    private bool IsTimeToSay(string topic, RejectReason reason)
    {
        var now = time.GetUtcNow();
        if (_said.TryGetValue((topic, reason), out var last) && now - last < SayEvery) return false;
        _said[(topic, reason)] = now;
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}[{Partition}]@{Offset}: latency left out, the prediction counts. {Place}: expected {Expected}. Send that, or point input.predictions.latency elsewhere (empty: it is not read). (said at most every 10 s; driftwatch_latency_unreadable_total counts all)")]
        public static partial void LatencyLost(ILogger logger, string topic, int partition, long offset, string place, string expected);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Topic}[{Partition}]@{Offset}: rejected as {Reason}: {Detail} (said at most every 10 s per reason; metrics count all, the dead letter has what was found)")]
        public static partial void Rejected(ILogger logger, string topic, int partition, long offset, string reason, string? detail);
    }
}

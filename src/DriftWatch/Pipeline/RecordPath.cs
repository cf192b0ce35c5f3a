using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Time;
using DriftWatch.Options;
using DriftWatch.Pipeline.Diagnosis;
using DriftWatch.Pipeline.Recovery;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Pipeline;

/// <summary>Decode → join → add for one batch: the hot path. It allocates nothing but for dead letters and new routes.</summary>
internal sealed partial class RecordPath(CalibrationMonitor monitor, Watermark watermark, InputWatch watch, ILogger logger, TimeProvider time)
{
    /// <summary>Of every so many records of a batch, and rows of a record, the id is looked at.</summary>
    private const int ShapeEvery = 64;

    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(string, RejectReason), DateTimeOffset> _said = [];
    private readonly Refusals _refusals = new();

    /// <summary>Whether what is rejected goes to the log, and what comes is looked at for problems of the input; not when it is read again.</summary>
    public bool Speaks { get; set; } = true;

    /// <summary>Records by partition and offset that were refused when they were first read, for want of something that may be there by now; null: nothing is read again.</summary>
    public IReadOnlySet<(int Partition, long Offset)>? RefusedBefore { get; set; }

    /// <summary>Takes the first <paramref name="count"/> records of a batch.</summary>
    public void Take(RecordBatch batch, int count, InputPartition partition, EventTime now, Epoch epoch)
    {
        epoch.SetClock(now);
        if (Speaks) watch.Begin(partition.Stream.Signs, now);
        if (partition.Stream.Part == StreamPart.Predictions) TakePredictions(batch, count, partition, now, epoch);
        else TakeLabels(batch, count, partition, now, epoch);
        partition.Stream.Records += count;
        epoch.Read(partition.Source.Index, partition.Source.Position);
    }

    /// <summary>Puts the first <paramref name="count"/> records of a batch back into the join: what they counted has been counted.</summary>
    public void Rejoin(RecordBatch batch, int count, InputPartition partition, EventTime now, IReadOnlyDictionary<(int Partition, long Offset, int Row), int> notes)
    {
        var reader = partition.Stream.Reader;
        bool predictions = partition.Stream.Part == StreamPart.Predictions;
        for (int i = 0; i < count; i++)
        {
            var record = batch[i];
            if (notes.Count > 0 && notes.GetValueOrDefault((partition.Source.Index, batch.OffsetOf(i), 0)) == ReplayTrace.Refused) continue;
            reader.Open(record, predictions ? FieldRecords.Predictions : FieldRecords.Labels);
            for (int row = 0; reader.HasMore; row++)
            {
                int noted = notes.Count > 0 ? notes.GetValueOrDefault((partition.Source.Index, batch.OffsetOf(i), row)) : 0;
                if (!predictions)
                {
                    if (reader.NextLabel(record, now, out var label, out var reason) && reason == RejectReason.None) monitor.Rejoin(label, noted);
                }
                else if (reader.NextPrediction(record, now, out var prediction, out var reason) && reason == RejectReason.None)
                {
                    if (noted > 0) monitor.Discard(prediction);
                    else monitor.Rejoin(prediction);
                }
            }
        }
    }

    // A record that has no rows is one.
    private static int RowOf(MessageReader reader) => Math.Max(0, reader.Row);

    private void TakePredictions(RecordBatch batch, int count, InputPartition partition, EventTime now, Epoch epoch)
    {
        var reader = partition.Stream.Reader;
        long bytes = 0;
        for (int i = 0; i < count; i++)
        {
            var record = batch[i];
            bytes += record.Key.Length + record.Value.Length;
            long offset = batch.OffsetOf(i);
            if (StaysRefused(batch, i, partition, epoch)) continue;
            reader.Open(record, FieldRecords.Predictions);
            while (reader.NextPrediction(record, now, out var prediction, out var reason))
            {
                if (reason != RejectReason.None)
                {
                    Refuse(batch, i, partition, reason, epoch);
                    continue;
                }

                partition.Offsets.Add(offset, prediction.Time);
                watermark.Observe(partition.Source.Index, prediction.Time);
                var result = monitor.Add(prediction);
                epoch.Note(partition.Source.Index, offset, RowOf(reader), result.Trace);
                if (!Speaks) continue;
                watch.TakePrediction(partition.Stream.Signs, prediction, result, monitor);
                if (prediction.Latency == ServingLatency.Unreadable) SayLatency(partition, offset);
                if ((i + RowOf(reader)) % ShapeEvery == 0) partition.Stream.Signs.See(reader.ShapeOfId(record));
            }

            if (_refusals.Any) SetAside(batch, i, partition, epoch);
        }

        partition.Stream.Bytes += bytes;
    }

    private void TakeLabels(RecordBatch batch, int count, InputPartition partition, EventTime now, Epoch epoch)
    {
        var reader = partition.Stream.Reader;
        long bytes = 0;
        for (int i = 0; i < count; i++)
        {
            var record = batch[i];
            bytes += record.Key.Length + record.Value.Length;
            if (StaysRefused(batch, i, partition, epoch)) continue;
            reader.Open(record, FieldRecords.Labels);
            while (reader.NextLabel(record, now, out var label, out var reason))
            {
                if (reason != RejectReason.None)
                {
                    Refuse(batch, i, partition, reason, epoch);
                    continue;
                }

                watermark.Observe(partition.Source.Index, label.Time);
                var result = monitor.Add(label);
                if (result.Kind == Arrival.Unreadable) Reject(batch, i, partition, RejectReason.LabelValue, reader.InRow(Unreadable(partition, reader.LabelIn(record))), reader.InRow(Unreadable(partition, null)));
                epoch.Note(partition.Source.Index, batch.OffsetOf(i), RowOf(reader), result.Trace);
                if (!Speaks) continue;
                watch.TakeLabel(partition.Stream.Signs, label, result, monitor);
                if ((i + RowOf(reader)) % ShapeEvery == 0) partition.Stream.Signs.See(reader.ShapeOfId(record));
            }

            if (_refusals.Any) SetAside(batch, i, partition, epoch);
        }

        partition.Stream.Bytes += bytes;
    }

    /// <summary>Refuses a record again that was refused when it was first read, whatever could be read of it now: its dead letter is written.</summary>
    private bool StaysRefused(RecordBatch batch, int index, InputPartition partition, Epoch epoch)
    {
        if (RefusedBefore is null || !RefusedBefore.Contains((partition.Source.Index, batch.OffsetOf(index)))) return false;
        Reject(batch, index, partition, RejectReason.SchemaId, null);
        NoteRefused(batch, index, partition, epoch);
        SetAside(batch, index, partition, epoch);
        return true;
    }

    private static void NoteRefused(RecordBatch batch, int index, InputPartition partition, Epoch epoch) =>
        epoch.Note(partition.Source.Index, batch.OffsetOf(index), 0, new(ReplayTrace.NotNeeded, ReplayTrace.Refused));

    private void Refuse(RecordBatch batch, int index, InputPartition partition, RejectReason reason, Epoch epoch)
    {
        // The registry may have the schema when the record is read again.
        if (reason == RejectReason.SchemaId) NoteRefused(batch, index, partition, epoch);
        if (Speaks) partition.Stream.Signs.Reject(reason);
        if (reason == RejectReason.Filtered) partition.Stream.Reject(reason);
        else Reject(batch, index, partition, reason, partition.Stream.Reader.LastFault);
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

    private void Reject(RecordBatch batch, int index, InputPartition partition, RejectReason reason, string? detail, string? forLogs = null)
    {
        var source = partition.Source;
        partition.Stream.Reject(reason);
        _refusals.Add(reason, detail);
        if (!Speaks || !IsTimeToSay(source.Topic, reason)) return;
        // Nothing of the record is in the log: its dead letter has it.
        Log.Rejected(logger, source.Topic, source.Partition, batch.OffsetOf(index), reason.Name(), forLogs ?? partition.Stream.Reader.LastFaultForLogs);
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

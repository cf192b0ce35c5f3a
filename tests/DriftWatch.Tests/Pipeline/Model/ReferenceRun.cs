using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;
using DriftWatch.Options;

namespace DriftWatch.Pipeline;

/// <summary>What was done between two commits, as an onlooker saw it: which records were read, with which clock, and how far event time was moved.</summary>
internal readonly record struct SeenStep(int Partition, long From, long Until, EventTime Now, EventTime? Watermark);

/// <summary>The run that never crashes: it is given exactly what was committed, in order, and knows nothing of checkpoints.</summary>
internal sealed class ReferenceRun
{
    private readonly CalibrationMonitor _monitor;
    private readonly MessageReader _predictions;
    private readonly MessageReader _labels;
    private readonly Func<int, (StreamPart Part, IReadOnlyList<LogRecord> Records)> _partition;
    private readonly ChunkWriter _writer = new();
    private readonly Dictionary<string, byte[]> _chunks = [];

    public ReferenceRun(PipelineOptions options, MonitorOptions monitor, byte[] hashKey, Func<int, (StreamPart Part, IReadOnlyList<LogRecord> Records)> partition)
    {
        var routes = new RouteTable(monitor.Routing);
        _monitor = new CalibrationMonitor(monitor, routes, keepsState: true);
        _predictions = new MessageReader(options.PredictionFields, options.Limits, routes, hashKey);
        _labels = new MessageReader(options.LabelFields, options.Limits, routes, hashKey);
        _partition = partition;
    }

    public List<string> Requests { get; } = [];

    /// <summary>Partition and offset of every record that was set aside.</summary>
    public List<(int Partition, long Offset)> DeadLetters { get; } = [];

    public void Do(SeenStep step)
    {
        if (step.Watermark is { } watermark)
        {
            _monitor.AdvanceTo(watermark);
            Requests.AddRange(_monitor.TakeRequests().Select(request => request.Id));
            return;
        }

        var (part, records) = _partition(step.Partition);
        for (long offset = step.From; offset < step.Until; offset++)
        {
            var record = new RecordView { Value = records[(int)offset].Value, KafkaTimestamp = -1 };
            if (!Take(part, record, step.Now)) DeadLetters.Add((step.Partition, offset));
        }
    }

    /// <summary>All that is known, piece by piece.</summary>
    public SortedDictionary<string, string> Describe()
    {
        _monitor.WriteChunks(_writer);
        foreach (var chunk in _writer.Take())
        {
            if (chunk.Bytes is null) _chunks.Remove(chunk.Key);
            else _chunks[chunk.Key] = chunk.Bytes;
        }

        return StateText.Of(_monitor, _chunks);
    }

    /// <returns>Whether nothing of the record is to be set aside.</returns>
    private bool Take(StreamPart part, in RecordView record, EventTime now)
    {
        bool good = true;
        if (part == StreamPart.Predictions)
        {
            _predictions.Open(record, FieldRecords.Predictions);
            while (_predictions.NextPrediction(record, now, out var prediction, out var reason))
            {
                if (reason == RejectReason.None) _monitor.Add(prediction);
                else good = false;
            }

            return good;
        }

        _labels.Open(record, FieldRecords.Labels);
        while (_labels.NextLabel(record, now, out var label, out var reason)) good &= reason == RejectReason.None && _monitor.Add(label).Kind != Arrival.Unreadable;
        return good;
    }
}

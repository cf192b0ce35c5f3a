using DriftWatch.Core.Input;
using DriftWatch.Core.Series;
using DriftWatch.Core.Time;
using DriftWatch.Files;
using DriftWatch.Formats;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Options;

namespace DriftWatch.Replay;

/// <summary>A stretch of the cluster's topics: "what would have fired last month?"</summary>
internal sealed class TopicSource : IReplaySource
{
    /// <summary>How long a schema may be waited for: a replay that goes on without would be of other records.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ReplayRequest _request;
    private readonly TopicStretch _stretch;
    private readonly TopicRange _predictions;
    private readonly TopicRange _labels;

    public TopicSource(ReplayRequest request, TopicStretch stretch, ReplayMeter meter)
    {
        (_request, _stretch) = (request, stretch);
        _predictions = Open(() => stretch.Predictions is { } ranges ? new(stretch.Kafka, ranges) : new(stretch.Kafka, stretch.Kafka.PredictionTopics, stretch.From, stretch.To));
        _labels = Open(() => new(stretch.Kafka, stretch.Kafka.LabelTopics, stretch.From, stretch.To));
        (meter.Predictions, meter.Labels) = (() => (_predictions.SpanRead, _predictions.Span), () => (_labels.SpanRead, _labels.Span));
    }

    private delegate bool ReadRow<T>(MessageReader reader, in RecordView record, out T row, out RejectReason reason);

    public LoadedFile<Prediction> Predictions(RouteTable routes, ReplayMeter meter) =>
        Read<Prediction>(_predictions, StreamPart.Predictions, routes, meter.CountPrediction, row => _stretch.Keeps!(row.Id) || Dropped(row, routes), (MessageReader reader, in RecordView record, out Prediction row, out RejectReason reason) => reader.NextPrediction(record, EventTime.Latest, out row, out reason));

    public LoadedFile<Label> Labels(RouteTable routes, ReplayMeter meter) =>
        Read<Label>(_labels, StreamPart.Labels, routes, meter.CountLabel, row => _stretch.Keeps!(row.Id), (MessageReader reader, in RecordView record, out Label row, out RejectReason reason) => reader.NextLabel(record, EventTime.Latest, out row, out reason)) with { Spellings = routes.Spellings };

    /// <summary>Of the predictions that were named by offsets, those that retention has taken.</summary>
    public long Gone => _predictions.Gone;

    private static bool Dropped(in Prediction row, RouteTable routes)
    {
        if (row.Vector != 0) routes.Vectors.Release(row.Vector);
        return false;
    }

    private static TopicRange Open(Func<TopicRange> open)
    {
        try
        {
            return open();
        }
        catch (KafkaRangeException failure)
        {
            throw new ReplayException(failure.Message, ExitCode.Failure, failure);
        }
    }

    private LoadedFile<T> Read<T>(TopicRange range, StreamPart part, RouteTable routes, Action count, Func<T, bool> keeps, ReadRow<T> next)
        where T : struct
    {
        var (rows, faults) = (new Rows<T>(), new RowFaults());
        Dictionary<string, (MessageReader Reader, IReadOnlyList<string> Headers)> readers = [];
        using var formats = new ValueFormats(_stretch.Fields with { Limits = _request.Limits }, TimeProvider.System);
        try
        {
            using (range)
            {
                while (range.Read())
                {
                    if (!readers.TryGetValue(range.Topic, out var topic)) readers.Add(range.Topic, topic = Reader(part, range.Topic, routes, formats));
                    var record = range.View(topic.Headers);
                    if (ValueFormats.Await(topic.Reader, record, Patience) is { } trouble) throw new ReplayException($"Reading broke off at {range.Place}: {trouble}", ExitCode.Failure);
                    topic.Reader.Open(record, part == StreamPart.Predictions ? FieldRecords.Predictions : FieldRecords.Labels);
                    while (next(topic.Reader, record, out var row, out var reason))
                    {
                        if (reason != RejectReason.None) faults.Add(reason, range.Place, topic.Reader.LastFaultForFiles, topic.Reader.LastTimeGuess);
                        else if (_stretch.Keeps is null || keeps(row)) rows.Add(row);
                        count();
                    }
                }
            }
        }
        catch (FormatSetupException unusable)
        {
            throw new ReplayException(unusable.Message, ExitCode.BadConfiguration, unusable);
        }
        catch (KafkaRangeException failure)
        {
            throw new ReplayException($"Reading broke off: {failure.Message}", ExitCode.Failure, failure);
        }

        return new(rows, faults, []);
    }

    private (MessageReader, IReadOnlyList<string>) Reader(StreamPart part, string topic, RouteTable routes, ValueFormats formats)
    {
        var mapping = Loading.Overridden(_request, _stretch.Fields.MappingOf(part, topic));
        if (_request.Model is not null) mapping = RowReaders.WithoutModel(mapping);
        return (new MessageReader(mapping, _request.Limits, routes, Loading.HashKey, topic, formats.Of(mapping, part)), mapping.Headers);
    }
}

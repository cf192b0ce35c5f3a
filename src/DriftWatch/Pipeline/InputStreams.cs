using System.Security.Cryptography;
using DriftWatch.Joining;
using DriftWatch.Messages;
using DriftWatch.Series;

namespace DriftWatch.Pipeline;

/// <summary>All input topics and their partitions, as the loop keeps them.</summary>
internal sealed class InputStreams(PipelineOptions options, RouteTable routes)
{
    // One key for all topics, since ids of predictions and labels must hash alike; a new one a process, since nothing hashed outlives it.
    private readonly byte[] _hashKey = RandomNumberGenerator.GetBytes(16);
    private readonly List<InputStream> _streams = [];
    private readonly List<InputPartition> _partitions = [];

    /// <summary>In the order of the source.</summary>
    public List<InputPartition> Partitions => _partitions;

    /// <summary>How many times partitions came.</summary>
    public long Adoptions { get; private set; }

    public bool Restoring => _partitions.Exists(p => p.Restoring);

    /// <summary>Takes in partitions that the source has added.</summary>
    public void Adopt(IReadOnlyList<SourcePartition> sources, Watermark watermark, SentRequests requests)
    {
        if (sources.Count == _partitions.Count) return;
        Adoptions++;
        foreach (var source in sources.Skip(_partitions.Count))
        {
            var stream = StreamOf(source);
            source.NeedsKafkaTime = stream.Mapping.TimeFrom == TimeSource.Kafka;
            source.NeedsHeader = stream.Mapping.TimeFrom == TimeSource.Header ? stream.Mapping.TimeHeader : null;
            if (source.Previous is { } previous) requests.Remember(previous.Note);
            var partition = new InputPartition(stream, source);
            stream.Partitions.Add(partition);
            _partitions.Add(partition);
            if (watermark.AddSource() != source.Index) throw new InvalidOperationException($"{source} is not the next source of the watermark.");
        }
    }

    /// <summary>The prediction records that hold a stretch of event time.</summary>
    public IReadOnlyList<DataRange> RangesOf(EventTime from, EventTime to) =>
    [
        .. from partition in _partitions
           where partition.Stream.Part == StreamPart.Predictions
           let range = partition.Offsets.Range(@from, to)
           where range is not null
           select new DataRange(partition.Source.Topic, partition.Source.Partition, range.Value.First, range.Value.Last + 1),
    ];

    public IReadOnlyList<StreamSnapshot> Capture(Watermark watermark) => [.. _streams.Select(s => s.Capture(watermark))];

    private InputStream StreamOf(SourcePartition source)
    {
        if (_streams.Find(s => s.Topic == source.Topic) is { } known) return known;
        var mapping = options.TopicFields.GetValueOrDefault(source.Topic, source.Part == StreamPart.Predictions ? options.PredictionFields : options.LabelFields);
        var stream = new InputStream(source.Part, source.Topic, mapping, new MessageReader(mapping, options.Limits, routes, _hashKey));
        _streams.Add(stream);
        return stream;
    }
}

using DriftWatch.Core.Events;
using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;
using DriftWatch.Formats;
using DriftWatch.Options;

namespace DriftWatch.Pipeline;

/// <summary>All input topics and their partitions, as the loop keeps them.</summary>
/// <param name="options">Where the fields of records are.</param>
/// <param name="routes">What readers register what they meet with.</param>
/// <param name="hashKey">One key for all topics, since ids of predictions and labels must hash alike. It lives as long as the state does.</param>
/// <param name="formats">Reads values that are no plain JSON; null: all are.</param>
internal sealed class InputStreams(PipelineOptions options, RouteTable routes, byte[] hashKey, ValueFormats? formats = null)
{
    /// <summary>How long before its labels are in the evidence of a decision may begin: a small drift takes weeks to be told from chance. What is older is cut, and the event says so.</summary>
    public static readonly TimeSpan EvidenceKept = TimeSpan.FromDays(28);

    /// <summary>Where offsets lie is known to the minute for so long, and to the hour before: detectors that wait for a day of labels judge by the hour.</summary>
    private static readonly TimeSpan KeptByMinute = TimeSpan.FromDays(2);

    private readonly List<InputStream> _streams = [];
    private readonly List<InputPartition> _partitions = [];

    /// <summary>In the order of the source.</summary>
    public List<InputPartition> Partitions => _partitions;

    /// <summary>The topics, in the order in which they came.</summary>
    public IReadOnlyList<InputStream> Streams => _streams;

    /// <summary>How many times partitions came.</summary>
    public long Adoptions { get; private set; }

    /// <summary>Takes in partitions that the source has added.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Adopt(IReadOnlyList<SourcePartition> sources, Watermark watermark)
    {
        if (sources.Count == _partitions.Count) return false;
        Adoptions++;
        foreach (var source in sources.Skip(_partitions.Count))
        {
            var stream = StreamOf(source);
            source.Need(stream.Mapping);
            var partition = new InputPartition(stream, source);
            stream.Partitions.Add(partition);
            _partitions.Add(partition);
            if (watermark.AddSource() != source.Index) throw new InvalidOperationException($"{source} is not the next source of the watermark.");
        }

        return true;
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

    /// <summary>How the records of all topics are read, for whoever reads them again; by topic, since that does not depend on which came first.</summary>
    public IReadOnlyList<ReadTopic> Reading() =>
    [
        .. from stream in _streams
           orderby stream.Part, stream.Topic
           let role = stream.Part == StreamPart.Predictions ? FieldRecords.Predictions : FieldRecords.Labels
           let fields = from field in FieldCatalogue.All
                        let place = stream.Mapping[field.Field]
                        where field.Records.HasFlag(role) && place.Length > 0
                        select KeyValuePair.Create(field.Name, place)
           select new ReadTopic(stream.Topic, stream.Part == StreamPart.Predictions ? "predictions" : "labels", stream.Mapping.Format.Symbol(), [.. fields]),
    ];

    /// <summary>Forgets which offsets held what is older than anybody asks for, and keeps the older of the rest by the hour.</summary>
    public void Forget(EventTime watermark, TimeSpan kept)
    {
        foreach (var partition in _partitions)
        {
            partition.Offsets.Forget(watermark - kept);
            partition.Offsets.Coarsen(watermark - KeptByMinute, 60);
        }
    }

    public IReadOnlyList<StreamSnapshot> Capture(Watermark watermark) => [.. _streams.Select(s => s.Capture(watermark))];

    /// <summary>The counts of topics and partitions; both must have been adopted.</summary>
    public void Exchange(StateExchange state)
    {
        state.Mark("streams");
        int count = state.ExchangeCount(_partitions.Count);
        if (count != _partitions.Count) throw new StateFormatException($"{count} partitions were kept, {_partitions.Count} are there.");
        foreach (var partition in _partitions)
        {
            long lost = partition.LostBefore + partition.Source.LostRecords;
            state.Exchange(ref lost);
            if (state.IsReading) partition.LostBefore = lost;
            partition.Offsets.Exchange(state);
        }

        foreach (var stream in _streams) stream.Exchange(state);
        long adoptions = Adoptions;
        state.Exchange(ref adoptions);
        Adoptions = adoptions;
    }

    private InputStream StreamOf(SourcePartition source)
    {
        if (_streams.Find(s => s.Topic == source.Topic) is { } known) return known;
        var mapping = options.MappingOf(source.Part, source.Topic);
        var stream = new InputStream(source.Part, source.Topic, mapping, new MessageReader(mapping, options.Limits, routes, hashKey, source.Topic, formats?.Of(mapping, source.Part)));
        _streams.Add(stream);
        return stream;
    }
}

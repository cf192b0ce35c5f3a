using System.Text;
using DriftWatch.Core.Events;
using DriftWatch.Core.Recalibration;
using DriftWatch.Core.Series;
using DriftWatch.Kafka.Answering;
using DriftWatch.Pipeline;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Recalibrating;

/// <summary>The newest map of each series, as the compacted topic has it.</summary>
internal sealed partial class PublishedMaps(string topic, ILogger logger)
{
    private readonly Dictionary<string, DecidedMap> _maps = new(StringComparer.Ordinal);

    public IEnumerable<DecidedMap> All => _maps.Values;

    /// <summary>The map that the next one of a series comes after; null: there is none.</summary>
    public MapParent? ParentOf(SeriesKey series) => _maps.TryGetValue(CloudEventWriter.Subject(series), out var map) ? new(map.Revision, map.Checksum) : null;

    public void Add(DecidedMap map, SeriesKey series) => _maps[CloudEventWriter.Subject(series)] = map;

    /// <summary>Takes over what a record says: a map, or that there is none any more.</summary>
    public void Read(KeptRecord record)
    {
        if (record.Key is null) return;
        string key = Encoding.UTF8.GetString(record.Key);
        _maps.Remove(key);
        if (record.Value is null) return;
        try
        {
            _maps.Add(key, new(MapJsonReader.Read(record.Value), record.Value));
        }
        catch (MapFormatException strange)
        {
            Log.Unreadable(logger, record.Place, key, strange.Message);
        }
    }

    /// <summary>A map as a record: whoever needs it reads its key's newest record.</summary>
    public AnswerRecord RecordOf(DecidedMap map, SeriesKey series) => new(topic, Encoding.UTF8.GetBytes(CloudEventWriter.Subject(series)), map.Json, [DeadLetter.Text("checksum", map.Checksum), DeadLetter.Text("content-type", "application/json")]);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "No calibration map at {Place}, so {Key} counts as having none: {Why}. Write the map again, or a tombstone")]
        public static partial void Unreadable(ILogger logger, string place, string key, string why);
    }
}

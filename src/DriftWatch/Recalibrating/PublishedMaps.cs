using System.Text;
using DriftWatch.Core.Comparison;
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
    private readonly Dictionary<string, (int Partition, long At)> _written = new(StringComparer.Ordinal); // where and when what counts of a key was
    private readonly Dictionary<string, int> _newest = new(StringComparer.Ordinal); // the greatest revision that there ever was

    public IEnumerable<DecidedMap> All => _maps.Values;

    /// <summary>The series whose claims are mapped: of a version that a map answers under, the one behind it. Servers read one map of it, and put what it claims into that.</summary>
    public static SeriesKey Claiming(SeriesKey series) => ComparedVersions.BaseOf(series.Version) is { } claims ? series with { Version = claims } : series;

    /// <summary>The map that the next one of a series comes after; null: there is none.</summary>
    public MapParent? ParentOf(SeriesKey series) => _maps.TryGetValue(Key(series), out var map) ? new(map.Revision, map.Checksum) : null;

    /// <summary>The revision of the next map of a series: one that none ever had, though maps may have been rolled back or taken away.</summary>
    public int NextOf(SeriesKey series) => _newest.GetValueOrDefault(Key(series)) + 1;

    /// <summary>Whether servers read a map of a series.</summary>
    public bool Has(SeriesKey series) => _maps.ContainsKey(Key(series));

    /// <summary>Takes note of a revision that there was.</summary>
    public void Note(SeriesKey series, int revision) => _newest[Key(series)] = Math.Max(revision, _newest.GetValueOrDefault(Key(series)));

    public void Add(DecidedMap map, SeriesKey series)
    {
        _maps[Key(series)] = map;
        Note(series, map.Revision);
    }

    /// <summary>Reads the topic again.</summary>
    /// <returns>The maps that it has now and had not before.</returns>
    public List<DecidedMap> Reread(IEnumerable<KeptRecord> records)
    {
        var before = _maps.ToDictionary(StringComparer.Ordinal);
        _maps.Clear();
        _written.Clear();
        foreach (var record in records) Read(record);
        return [.. _maps.Where(one => before.GetValueOrDefault(one.Key)?.Checksum != one.Value.Checksum).Select(one => one.Value)];
    }

    /// <summary>Takes over what a record says: a map, or that there is none any more.</summary>
    private void Read(KeptRecord record)
    {
        if (record.Key is null) return;
        string key = Encoding.UTF8.GetString(record.Key);
        // Within a partition the later record counts. By hand one may have been put into another partition: there the younger one does.
        if (_written.TryGetValue(key, out var known) && known.Partition != record.Partition && record.Timestamp < known.At) return;
        _written[key] = (record.Partition, record.Timestamp);
        _maps.Remove(key);
        if (record.Value is null) return;
        try
        {
            var map = new DecidedMap(MapJsonReader.Read(record.Value), record.Value);
            _maps.Add(key, map);
            _newest[key] = Math.Max(map.Revision, _newest.GetValueOrDefault(key));
        }
        catch (MapFormatException strange)
        {
            Log.Unreadable(logger, record.Place, key, strange.Message);
        }
    }

    /// <summary>A map as a record, or null as its tombstone: whoever needs it reads its key's newest record.</summary>
    public AnswerRecord RecordOf(DecidedMap? map, SeriesKey series) =>
        new(topic, Encoding.UTF8.GetBytes(Key(series)), map?.Json, map is null ? [] : [DeadLetter.Text("checksum", map.Checksum), DeadLetter.Text("content-type", "application/json")]);

    private static string Key(SeriesKey series) => CloudEventWriter.Subject(Claiming(series));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "No calibration map at {Place}, so {Key} counts as having none: {Why}. Write the map again, or a tombstone")]
        public static partial void Unreadable(ILogger logger, string place, string key, string why);
    }
}

using System.Text;
using DriftWatch.Core.Time;
using DriftWatch.Kafka.Consuming;
using DriftWatch.Options;
using DriftWatch.Sets;
using Microsoft.Extensions.Logging;

namespace DriftWatch.Recalibrating;

/// <summary>Takes away sets and maps that nothing names any more and that are old, or too much: what <see cref="RetentionPolicy"/> says, in every place where they lie.</summary>
/// <remarks>Before a set goes, a line under its name says when and why (<c>SHA-256.removed</c>), so that whoever looks for it later is told. Safe to break off anywhere, and to do again.</remarks>
internal sealed partial class Upkeep(RecalibrationOptions options, IReadOnlyList<IArtefactStore> sets, IReadOnlyList<IArtefactStore> maps, TimeProvider time, ILogger logger)
{
    /// <summary>How often it is due while there is room.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>The part of the limit that has to be written at least before it is due for want of room: where what is named fills all of it, every set would want a look.</summary>
    private const int LeastPart = 16;

    /// <summary>A note of a set that is not there may be of one that is just made.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromDays(1);

    private readonly RetentionTerms _terms = new(options.Keep, options.MaxSetBytes);
    private long? _done;
    private long _added;

    /// <summary>How many sets and maps were taken away since the start.</summary>
    public (int Sets, int Maps) Removed { get; private set; }

    /// <summary>Bytes of all sets of the fullest place, when it was last looked at.</summary>
    public long Bytes { get; private set; }

    /// <summary>How often it was done since the start.</summary>
    public int Looks { get; private set; }

    /// <summary>At first, an hour after the last time, and when the sets written since have used up the room: each look reads topics whole and lists all places.</summary>
    public bool IsDue => _done is not { } done || time.GetElapsedTime(done) > Interval || _added > Math.Max(_terms.MaxBytes - Bytes, _terms.MaxBytes / LeastPart);

    /// <summary>Whether something was written since the last time.</summary>
    public bool HasNews { get; private set; }

    /// <summary>Takes note of what was written.</summary>
    /// <param name="bytes">Of the set; 0: none.</param>
    public void Note(long bytes) => (HasNews, _added) = (true, _added + bytes);

    /// <summary>Does it now. It can wait: trouble is told, and it is tried again the next time.</summary>
    /// <param name="events">Reads the events of requests and of what became of them.</param>
    /// <param name="current">The newest map of each series.</param>
    /// <param name="decided">The set of each episode that was decided on.</param>
    public void Run(Func<IEnumerable<byte[]?>> events, IEnumerable<DecidedMap> current, IReadOnlyDictionary<string, string?> decided)
    {
        (_done, Bytes, _added, HasNews) = (time.GetTimestamp(), 0, 0, false);
        Looks++;
        try
        {
            HashSet<string> named = [.. current.Select(map => map.Document.Lineage.SetChecksum).OfType<string>()];
            foreach (var (episode, request) in OpenEpisodes.Among(events()))
            {
                if (decided.GetValueOrDefault(episode) is { } of) named.Add(of);
                // One that is being decided on has a note alone.
                named.UnionWith(sets.Select(place => place.Read(SetNote.KeyOf(request))).OfType<byte[]>().Select(SetNote.Read));
            }

            foreach (var place in sets) OfSets(place, named);
            foreach (var place in maps) OfMaps(place);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or KafkaRangeException)
        {
            Log.Hindered(logger, trouble.Message, Interval);
        }
    }

    /// <param name="store">Where sets lie.</param>
    /// <param name="named">Checksums of those that current maps and open episodes name.</param>
    public void OfSets(IArtefactStore store, IReadOnlySet<string> named)
    {
        var (now, files) = (time.GetUtcNow(), store.List("").Where(file => !file.Key.Contains('/')).ToList());
        var sets = files.Select(SetOf).OfType<StoredSet>().ToList();
        var removals = RetentionPolicy.OfSets(sets, named, _terms, now);
        foreach (var (set, why) in removals)
        {
            store.Replace(RemovedSet.KeyOf(set.Checksum), RemovedSet.Write(EventTime.From(now), set.File.Bytes, why));
            store.Remove(set.File.Key);
            string place = store.AddressOf(set.File.Key);
            Log.RemovedSet(logger, place, set.File.Bytes, why);
        }

        Removed = Removed with { Sets = Removed.Sets + removals.Count };
        RemoveNotes(store, files, sets.Select(set => set.Checksum).Except(removals.Select(removal => removal.What.Checksum)).ToHashSet(), now);
        var left = sets.Except(removals.Select(removal => removal.What)).ToList();
        long bytes = left.Sum(set => set.File.Bytes);
        Bytes = Math.Max(Bytes, bytes);
        if (removals.Count > 0) Log.SetsStay(logger, removals.Count, Removed.Sets, left.Count, bytes);
        if (bytes <= _terms.MaxBytes) return;
        string all = store.AddressOf("");
        Log.TooMuch(logger, all, bytes, _terms.MaxBytes >> 20);
    }

    /// <param name="store">Where maps lie.</param>
    public void OfMaps(IArtefactStore store)
    {
        foreach (var series in StoredMap.Among(store.List("")).GroupBy(map => map.Series))
        {
            string? current = store.Read($"{series.Key}/{MapFolder.Current}") is { } name ? Encoding.UTF8.GetString(name).Trim() : null;
            foreach (var (map, why) in RetentionPolicy.OfMaps([.. series], current, _terms, time.GetUtcNow()))
            {
                foreach (var file in map.Files.OrderByDescending(file => file.Name == StoredMap.Seal)) store.Remove(file.Key);
                Removed = Removed with { Maps = Removed.Maps + 1 };
                string place = store.AddressOf($"{map.Series}/{map.Name}");
                Log.RemovedMap(logger, place, why, Removed.Maps);
            }
        }
    }

    private static void RemoveNotes(IArtefactStore store, List<StoredFile> files, HashSet<string> there, DateTimeOffset now)
    {
        foreach (var note in files.Where(file => SetNote.IsNote(file.Key) && now - file.Written > Young))
        {
            if (store.Read(note.Key) is { } text && !there.Contains(SetNote.Read(text))) store.Remove(note.Key);
        }
    }

    private static StoredSet? SetOf(StoredFile file) => SetFile.ChecksumOf(file.Key) is { } checksum ? new(file, checksum) : null;

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Whether calibration sets and maps are too old or too many was not found out, and no more was removed: {Trouble} It is tried again in {Pause}")]
        public static partial void Hindered(ILogger logger, string trouble, TimeSpan pause);

        [LoggerMessage(Level = LogLevel.Information, Message = "Removed the calibration set {Place}, {Bytes} bytes: {Why}")]
        public static partial void RemovedSet(ILogger logger, string place, long bytes, string why);

        [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Count} calibration sets, {Total} since the start; {Left} of {Bytes} bytes stay")]
        public static partial void SetsStay(ILogger logger, int count, int total, int left, long bytes);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The calibration sets that current maps and open episodes name are {Bytes} bytes in {Place}, recalibration.maxSetMegabytes is {Limit}: none of them is removed. Raise it, or make room")]
        public static partial void TooMuch(ILogger logger, string place, long bytes, long limit);

        [LoggerMessage(Level = LogLevel.Information, Message = "Removed the map {Place}: {Why}; {Total} since the start")]
        public static partial void RemovedMap(ILogger logger, string place, string why, int total);
    }
}

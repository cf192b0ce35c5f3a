using System.Buffers;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Checkpoints;

/// <summary>The entries of all epochs that a restart may need, in segments that are small enough to be written again with every epoch.</summary>
/// <remarks>
/// An entry is needed until the checkpoint's state is newer and no record of it is in the join table any more (<see cref="EpochEntry.NeededUntil"/>), or the
/// table is kept elsewhere. Only the newest segment changes; the oldest are dropped whole.
/// </remarks>
public sealed class EpochJournal
{
    /// <summary>Begins the key of each segment; the number of its first epoch follows.</summary>
    public const string KeyPrefix = "journal/";

    private readonly int _segmentBytes;
    private readonly List<Segment> _segments = [];
    private readonly List<string> _dropped = [];
    private readonly ArrayBufferWriter<byte> _open = new();
    private readonly ArrayBufferWriter<byte> _entry = new();
    private readonly JournalContext _context = new();
    private bool _newSegment = true;

    /// <param name="segmentBytes">How long a segment gets before the next begins.</param>
    /// <param name="before">How many epochs there were before the first that is appended.</param>
    public EpochJournal(int segmentBytes = 16 * 1024, long before = 0) => (_segmentBytes, Newest) = (segmentBytes, before);

    /// <summary>Number of the newest epoch; 0 before the first.</summary>
    public long Newest { get; private set; }

    /// <summary>The chain up to the newest epoch.</summary>
    public ulong Chain => _context.Chain;

    /// <summary>Where the newest epoch stopped reading, by index of the partition.</summary>
    public IReadOnlyList<long> Positions => _context.Positions;

    /// <summary>Segments that are kept.</summary>
    public int Segments => _segments.Count;

    /// <summary>Key of the oldest segment that is kept; null if there is none.</summary>
    public string? Oldest => _segments.Count > 0 ? _segments[0].Key : null;

    /// <summary>Says where reading of a new partition begins.</summary>
    public void Begin(int partition, long position)
    {
        while (_context.Positions.Count <= partition) _context.Positions.Add(0);
        _context.Positions[partition] = position;
        _newSegment = true;
    }

    /// <summary>Takes the next epoch's entry, gives it its number, and links it to the one before.</summary>
    /// <returns>Pieces of the checkpoint that change by it: the newest segment, and keys of dropped ones (null).</returns>
    public List<KeyValuePair<string, byte[]?>> Append(EpochEntry entry)
    {
        entry.Number = ++Newest;
        if (_newSegment || _open.WrittenCount >= _segmentBytes) StartSegment();
        _entry.ResetWrittenCount();
        entry.Exchange(StateExchange.Writing(_entry), _context);
        entry.Link(_context.Chain, _entry.WrittenSpan);
        _context.Chain = entry.Chain;
        _open.Write(_entry.WrittenSpan);
        var segment = _segments[^1];
        segment.Last = entry.Number;
        segment.NeededUntil = Math.Max(segment.NeededUntil, entry.NeededUntil);

        List<KeyValuePair<string, byte[]?>> changed = [new(segment.Key, _open.WrittenSpan.ToArray()), .. _dropped.Select(key => new KeyValuePair<string, byte[]?>(key, null))];
        _dropped.Clear();
        return changed;
    }

    /// <summary>Drops the oldest segments that no restart will need; takes effect with the next <see cref="Append"/>.</summary>
    /// <param name="stateOf">The epoch of the stored state: what came after it is done again.</param>
    /// <param name="tableOf">The epoch of the stored join table; 0 if none is stored.</param>
    /// <param name="watermark">How far event time had come at the stored state.</param>
    public void Trim(long stateOf, long tableOf, EventTime watermark)
    {
        // Behind a stored table every epoch is needed, since its labels may have met what is in it.
        while (_segments.Count > 1 && _segments[0] is var oldest && oldest.Last <= stateOf
            && (tableOf > 0 ? oldest.Last <= tableOf : oldest.NeededUntil < watermark.Milliseconds))
        {
            _dropped.Add(oldest.Key);
            _segments.RemoveAt(0);
        }
    }

    /// <summary>Reads what was kept, and goes on after it.</summary>
    /// <param name="chunks">All segments by key, in any order; other keys are passed over.</param>
    /// <returns>The entries, oldest first, each with where it began to read.</returns>
    /// <exception cref="StateFormatException">A segment is damaged or missing.</exception>
    public List<JournalRecord> Load(IEnumerable<KeyValuePair<string, byte[]>> chunks)
    {
        List<JournalRecord> records = [];
        var segments = chunks.Where(chunk => chunk.Key.StartsWith(KeyPrefix, StringComparison.Ordinal)).OrderBy(chunk => chunk.Key, StringComparer.Ordinal);
        foreach (var (key, bytes) in segments)
        {
            var segment = new Segment(key);
            var state = StateExchange.Reading(bytes);
            state.Begin(ChunkFormat.Journal);
            state.Mark("segment");
            _context.Exchange(state);
            while (state.Remaining > 0) records.Add(Read(state, bytes, segment));
            _segments.Add(segment);
        }

        _newSegment = true;
        return records;
    }

    private JournalRecord Read(StateExchange state, byte[] bytes, Segment segment)
    {
        long[] from = [.. _context.Positions];
        int start = bytes.Length - state.Remaining;
        var entry = new EpochEntry();
        entry.Exchange(state, _context);
        entry.Link(_context.Chain, bytes.AsSpan(start, bytes.Length - state.Remaining - start));
        _context.Chain = entry.Chain;
        if (Newest > 0 && entry.Number != Newest + 1) throw new StateFormatException($"The journal lacks the epochs between {Newest} and {entry.Number}.");
        Newest = segment.Last = entry.Number;
        segment.NeededUntil = Math.Max(segment.NeededUntil, entry.NeededUntil);
        return new JournalRecord(entry, from);
    }

    private void StartSegment()
    {
        _newSegment = false;
        _open.ResetWrittenCount();
        var state = StateExchange.Writing(_open);
        state.Begin(ChunkFormat.Journal);
        state.Mark("segment");
        _context.Exchange(state);
        // Of one length, so that keys sort as numbers do.
        _segments.Add(new Segment(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{KeyPrefix}{Newest:D19}")));
    }

    private sealed class Segment(string key)
    {
        public string Key => key;

        public long Last { get; set; }

        public long NeededUntil { get; set; }
    }
}

/// <summary>An entry as it was read back.</summary>
/// <param name="Entry">What was done.</param>
/// <param name="From">The next offset of each partition when the epoch began.</param>
public sealed record JournalRecord(EpochEntry Entry, IReadOnlyList<long> From);

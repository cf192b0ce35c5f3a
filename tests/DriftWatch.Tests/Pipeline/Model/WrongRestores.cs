using DriftWatch.Core.Checkpoints;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Options;
using DriftWatch.Pipeline.Recovery;

namespace DriftWatch.Pipeline;

/// <summary>Restores that look right and are not: each changes what a restore is given the way a mistake in it would.</summary>
internal static class WrongRestores
{
    /// <summary>Name of the mistake → the checkpoint as that mistake would see it; null where it makes no difference.</summary>
    public static readonly IReadOnlyList<(string Mistake, Func<CommittedCheckpoint, CommittedCheckpoint?> Make)> All =
    [
        ("dropped copies may own their id again", c => Journal(c, (entry, parts) => entry.Exceptions.RemoveAll(one => parts[one.Partition] == StreamPart.Predictions))),
        ("labels that waited are forgotten", c => Journal(c, (entry, parts) => entry.Exceptions.RemoveAll(one => parts[one.Partition] == StreamPart.Labels))),
        ("what labels saw of others is forgotten", c => Journal(c, (entry, _) =>
        {
            var once = entry.Exceptions.Distinct().ToList();
            entry.Exceptions.Clear();
            entry.Exceptions.AddRange(once);
        })),
        ("what is noted of a row is taken for the record", c => Journal(c, (entry, _) =>
        {
            for (int i = 0; i < entry.Exceptions.Count; i++) entry.Exceptions[i] = entry.Exceptions[i] with { Row = 0 };
        })),
        ("predictions are told apart by their ids alone", c => State(c, (header, _, newest) => header.ByIdUntil = newest)),
        ("the order of reading is not kept", c => Journal(c, (entry, _) =>
        {
            JournalStep[] reads = [.. entry.Steps.Where(step => step.Kind == StepKind.Read).OrderByDescending(step => step.Partition)];
            for (int i = 0, next = 0; i < entry.Steps.Count; i++) entry.Steps[i] = entry.Steps[i].Kind == StepKind.Read ? reads[next++] : entry.Steps[i];
        })),
        ("the clock of now decides what lies ahead", c => Journal(c, (entry, _) => Change(entry, StepKind.Clock, value => value + 3_600_000))),
        ("event time is moved by the records alone", c => Journal(c, (entry, _) => entry.Steps.RemoveAll(step => step.Kind == StepKind.Advance))),
        ("what is read again counts again", c => State(c, (header, first, _) => header.StateOf = first - 1)),
        ("epochs after the state are only joined", c => State(c, (header, _, newest) => header.StateOf = newest)),
        ("the last epoch is left out", c => Cut(c)),
        ("records are needed only until their own window is over", c => Journal(c, (entry, _) => entry.NeededUntil -= 6_000)),
        ("a table that is stored is taken for that of the newest state", c => State(c, (header, _, _) => header.TableOf = header.TableOf == 0 ? 0 : header.StateOf)),
        ("the table is taken as empty", c => State(c, (header, _, _) => (header.TableOf, header.TableBlocks) = header.TableOf == 0 ? (header.StateOf, 0) : (header.TableOf, 0))),
        ("a pane is from the state before", c => Without(c, "/pane/")),
        ("classes are known before they came", c => Journal(c, (entry, _) => entry.Growths.Clear())),
        ("the counts of the join begin at zero", c => State(c, (header, _, _) => header.Tally = StateExchange.Write(new CalibrationMonitor(new MonitorOptions(), new RouteTable(new SeriesOptions())).JoinTally))),
    ];

    private static void Change(EpochEntry entry, StepKind kind, Func<long, long> change)
    {
        for (int i = 0; i < entry.Steps.Count; i++)
        {
            if (entry.Steps[i].Kind == kind) entry.Steps[i] = entry.Steps[i] with { Value = change(entry.Steps[i].Value) };
        }
    }

    private static CommittedCheckpoint? Journal(CommittedCheckpoint committed, Action<EpochEntry, IReadOnlyList<StreamPart>> change)
    {
        var header = HeaderOf(committed);
        var parts = header.Partitions.Select(p => p.Part).ToList();
        return Rewrite(committed, header, entries =>
        {
            foreach (var entry in entries) change(entry, parts);
        });
    }

    private static CommittedCheckpoint? Cut(CommittedCheckpoint committed)
    {
        var header = HeaderOf(committed);
        return Rewrite(committed, header, entries =>
        {
            if (entries[^1].Number <= header.StateOf) return;
            // Its positions stay: that is what makes it a loss.
            entries[^1].Steps.RemoveAll(step => step.Kind != StepKind.Read);
            entries.RemoveAt(entries.Count - 1);
        });
    }

    private static CommittedCheckpoint? State(CommittedCheckpoint committed, Action<CheckpointHeader, long, long> change)
    {
        var header = HeaderOf(committed);
        var journal = new EpochJournal();
        var records = journal.Load(committed.Chunks);
        change(header, records[0].Entry.Number, journal.Newest);
        byte[] bytes = StateExchange.Write(header);
        return bytes.AsSpan().SequenceEqual(committed.Chunks[CheckpointHeader.Key]) ? null : With(committed, new() { [CheckpointHeader.Key] = bytes });
    }

    private static CommittedCheckpoint? Without(CommittedCheckpoint committed, string part)
    {
        string? key = committed.Chunks.Keys.Where(name => name.Contains(part, StringComparison.Ordinal)).Order(StringComparer.Ordinal).FirstOrDefault();
        return key is null ? null : committed with { Chunks = committed.Chunks.Where(chunk => chunk.Key != key).ToDictionary() };
    }

    private static CommittedCheckpoint? Rewrite(CommittedCheckpoint committed, CheckpointHeader header, Action<List<EpochEntry>> change)
    {
        var records = new EpochJournal().Load(committed.Chunks);
        List<EpochEntry> entries = [.. records.Select(record => record.Entry)];
        byte[] before = Print(entries);
        change(entries);
        if (Print(entries).AsSpan().SequenceEqual(before)) return null;
        // Written anew as a journal of its own, from where the first entry began.
        var journal = new EpochJournal(before: records[0].Entry.Number - 1);
        for (int i = 0; i < records[0].From.Count; i++) journal.Begin(i, records[0].From[i]);
        Dictionary<string, byte[]> segments = [];
        foreach (var entry in entries)
        {
            foreach (var (key, bytes) in journal.Append(entry)) segments[key] = bytes!;
        }

        return With(committed with { Chunks = committed.Chunks.Where(chunk => !chunk.Key.StartsWith(EpochJournal.KeyPrefix, StringComparison.Ordinal)).ToDictionary() }, segments);
    }

    private static byte[] Print(List<EpochEntry> entries) => System.Text.Encoding.UTF8.GetBytes(string.Join('\n', entries.Select(entry =>
        $"{entry.Number} {entry.NeededUntil} {string.Join(' ', entry.Steps)} {string.Join(' ', entry.Exceptions)} {string.Join(' ', entry.Growths)}")));

    private static CheckpointHeader HeaderOf(CommittedCheckpoint committed)
    {
        var header = new CheckpointHeader();
        StateExchange.Read(header, committed.Chunks[CheckpointHeader.Key]);
        return header;
    }

    private static CommittedCheckpoint With(CommittedCheckpoint committed, Dictionary<string, byte[]> changed)
    {
        var chunks = committed.Chunks.ToDictionary();
        foreach (var (key, bytes) in changed) chunks[key] = bytes;
        return committed with { Chunks = chunks };
    }
}

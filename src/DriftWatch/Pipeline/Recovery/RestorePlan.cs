using DriftWatch.Core.Checkpoints;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.State;
using DriftWatch.Options;

namespace DriftWatch.Pipeline.Recovery;

/// <summary>What a restore has to do, as the checkpoint says: with which join table to begin, which epochs fill it, which are done again, and from where each partition is read.</summary>
internal sealed class RestorePlan
{
    private readonly PipelineOptions _options;
    private readonly CommittedCheckpoint _committed;

    /// <param name="options">How the topics are read.</param>
    /// <param name="monitor">What is watched.</param>
    /// <param name="committed">Where the task stands.</param>
    /// <param name="snapshots">Where newer join tables may be found; null: nowhere.</param>
    /// <exception cref="StartRefusedException">The checkpoint was made under other settings, or does not fit the group's offsets.</exception>
    /// <exception cref="StateFormatException">It is damaged.</exception>
    public RestorePlan(PipelineOptions options, MonitorOptions monitor, CommittedCheckpoint committed, JoinSnapshotFiles? snapshots)
    {
        (_options, _committed) = (options, committed);
        Journal = new EpochJournal(options.JournalSegmentBytes);
        Header = ReadHeader(committed);
        if (Header is not { } header)
        {
            Partitions = AtGroupsOffsets();
            return;
        }

        var records = Journal.Load(committed.Chunks);
        AssertJournal(header);
        if (header.IsById) header.ByIdUntil = Journal.Newest;
        Check(header, monitor);
        (long from, Table) = Base(header, records, snapshots);
        Rejoined = [.. records.Where(record => record.Entry.Number > from && record.Entry.Number <= header.StateOf).SkipWhile(record => from == 0 && IsOver(record, header))];
        Repeated = [.. records.Where(record => record.Entry.Number > header.StateOf)];
        Partitions = Places(header);
    }

    /// <summary>What the checkpoint says of itself; null: there is none, this is the first start.</summary>
    public CheckpointHeader? Header { get; }

    /// <summary>The journal as it was committed.</summary>
    public EpochJournal Journal { get; }

    /// <summary>The join table to begin with, block by block.</summary>
    public IReadOnlyList<byte[]> Table { get; } = [];

    /// <summary>Epochs whose records only fill the join table.</summary>
    public IReadOnlyList<JournalRecord> Rejoined { get; } = [];

    /// <summary>Epochs that are done again.</summary>
    public IReadOnlyList<JournalRecord> Repeated { get; } = [];

    /// <summary>Where each partition is to be read from; what is not in it begins as on the first start.</summary>
    public IReadOnlyList<PlannedPartition> Partitions { get; }

    /// <summary>Offsets to be read again.</summary>
    public long Length => Rejoined.Concat(Repeated).Sum(LengthOf);

    private static CheckpointHeader? ReadHeader(CommittedCheckpoint committed)
    {
        if (!committed.Chunks.TryGetValue(CheckpointHeader.Key, out byte[]? bytes))
        {
            if (committed.Chunks.Count > 0) throw new StateFormatException($"{CheckpointHeader.Key} is missing.");
            return null;
        }

        var header = new CheckpointHeader();
        StateExchange.Read(header, bytes);
        return header;
    }

    private void AssertJournal(CheckpointHeader header)
    {
        if (header.JournalFrom.Length > 0 && !_committed.Chunks.ContainsKey(header.JournalFrom)) throw new StateFormatException($"{header.JournalFrom} is missing.");
        if (Journal.Newest < header.StateOf) throw new StateFormatException($"The journal lacks the epochs from {Journal.Newest + 1} to {header.StateOf}.");
    }

    private void Check(CheckpointHeader header, MonitorOptions monitor)
    {
        if (new StateFit(_options, monitor).Objection(header, _committed.Parts) is { } objection)
        {
            throw new StartRefusedException(
                $"{objection} Under the new ones it would lose or double what is on its way. " +
                "Put the settings back, or start once with --reset-state to drop the state and go on at the group's offsets.");
        }

        for (int i = 0; i < header.Partitions.Count; i++)
        {
            var partition = header.Partitions[i];
            // Kafka forgets the offsets of a group that was away for long; the checkpoint knows them as well.
            if (!_committed.Offsets.TryGetValue((partition.Topic, partition.Partition), out long offset) || offset == Journal.Positions[i]) continue;
            throw new StartRefusedException(
                $"The group's offset of {partition.Topic}[{partition.Partition}] is {offset}, but the state has read up to {Journal.Positions[i]}: it was moved by something else. " +
                $"Put it back to {Journal.Positions[i]}, or start once with --reset-state to drop the state and go on at the group's offsets.");
        }
    }

    /// <summary>From which epoch's join table to begin, and what is in it.</summary>
    private (long Epoch, IReadOnlyList<byte[]> Blocks) Base(CheckpointHeader header, List<JournalRecord> records, JoinSnapshotFiles? snapshots)
    {
        if (header.TableOf != header.StateOf && snapshots?.Find(header, records) is { } found) return (found.Epoch, found.Blocks);
        byte[][] blocks = [.. Enumerable.Range(0, header.TableBlocks).Select(block =>
            _committed.Chunks.GetValueOrDefault(CheckpointHeader.BlockKey(block)) ?? throw new StateFormatException($"{CheckpointHeader.BlockKey(block)} is missing."))];
        return (header.TableOf, blocks);
    }

    private static bool IsOver(JournalRecord record, CheckpointHeader header) => record.Entry.NeededUntil < header.Watermark;

    private List<PlannedPartition> AtGroupsOffsets()
    {
        if (_committed.Offsets.Count > 0 && !_options.ResetsState)
        {
            throw new StartRefusedException(
                $"The group has offsets ({string.Join(", ", _committed.Offsets.Take(3).Select(known => $"{known.Key.Topic}[{known.Key.Partition}] at {known.Value}"))}), but there is no stored state that goes with them: " +
                "the checkpoint topic was emptied, or another application uses the group. Start once with --reset-state to go on at these offsets with nothing known, or delete the group's offsets to begin as on the first start.");
        }

        return [.. _committed.Offsets.Select(known => PlannedPartition.AtGroupsOffset(_committed.Parts[known.Key.Topic], known.Key.Topic, known.Key.Partition, known.Value))];
    }

    private List<PlannedPartition> Places(CheckpointHeader header)
    {
        var first = Rejoined.Concat(Repeated).FirstOrDefault();
        var repeated = Repeated is [var oldest, ..] ? oldest : null;
        List<PlannedPartition> places = [];
        for (int i = 0; i < header.Partitions.Count; i++)
        {
            var partition = header.Partitions[i];
            long next = Journal.Positions[i];
            // A partition that came later than the first epoch that is read again begins at its own beginning.
            long from = first is null ? next : i < first.From.Count ? first.From[i] : partition.Offset;
            places.Add(partition with { Offset = from, Counted = repeated?.From[i] ?? next, Next = next, TopicId = header.TopicIds.GetValueOrDefault(partition.Topic) });
        }

        return places;
    }

    private long LengthOf(JournalRecord record)
    {
        var at = record.From.ToList();
        long length = 0;
        foreach (var step in record.Entry.Steps.Where(step => step.Kind == StepKind.Read))
        {
            while (at.Count <= step.Partition) at.Add(Partitions[at.Count].Offset);
            length += step.Value - at[step.Partition];
            at[step.Partition] = step.Value;
        }

        return length;
    }
}

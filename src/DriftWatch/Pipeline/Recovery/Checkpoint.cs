using DriftWatch.Core.Checkpoints;
using DriftWatch.Core.Monitoring;
using DriftWatch.Core.State;
using DriftWatch.Options;

namespace DriftWatch.Pipeline.Recovery;

/// <summary>Turns epochs into pieces of the checkpoint: the journal with each, the state now and then.</summary>
/// <remarks>
/// <para>The state is written whole only every <see cref="PipelineOptions.CheckpointInterval"/>, as differences, and what came since is done again after a
/// restart (decision 15).</para>
/// <para>A small join table goes with it; of a large one the records are read again.</para>
/// </remarks>
internal sealed class Checkpoint
{
    public const string PipelineKey = "pipeline";

    private readonly TaskState _state;
    private readonly PipelineOptions _options;
    private readonly MonitorOptions _monitor;
    private readonly EpochJournal _journal;
    private readonly ChunkWriter _chunks;
    private readonly CheckpointHeader _header;

    public Checkpoint(TaskState state, PipelineOptions options, MonitorOptions monitor, EpochJournal? journal = null, ChunkWriter? chunks = null, CheckpointHeader? header = null)
    {
        (_state, _options, _monitor) = (state, options, monitor);
        (_journal, _chunks, _header) = (journal ?? new(options.JournalSegmentBytes), chunks ?? new(), header ?? new() { HashKey = state.HashKey });
    }

    /// <summary>Knows which pieces are stored.</summary>
    public ChunkWriter Chunks => _chunks;

    /// <summary>Number of the newest epoch.</summary>
    public long Newest => _journal.Newest;

    /// <summary>The epoch of the stored state; 0 before the first.</summary>
    public long StateOf => _header.StateOf;

    /// <summary>Bytes that the newest writing of the state took, a small join table among them.</summary>
    public long StateBytes { get; private set; }

    /// <summary>Notes where new partitions begin.</summary>
    public void Begin(IEnumerable<SourcePartition> partitions)
    {
        foreach (var partition in partitions.Skip(_header.Partitions.Count))
        {
            _journal.Begin(partition.Index, partition.Position);
            _header.Partitions.Add(new(partition.Part, partition.Topic, partition.Partition, partition.Position));
        }
    }

    /// <summary>Ends an epoch: everything that is to be committed with it.</summary>
    /// <param name="epoch">What was done.</param>
    /// <param name="partitions">Where reading stands.</param>
    /// <param name="whole">Whether the state is written too.</param>
    public SealedEpoch Seal(Epoch epoch, IReadOnlyList<InputPartition> partitions, bool whole)
    {
        var entry = epoch.Entry;
        // Markers of transactions move a position too, and no record tells of them.
        foreach (var partition in partitions)
        {
            if (_journal.Positions[partition.Source.Index] is var known && LastRead(entry, partition.Source.Index, known) != partition.Source.Position)
                epoch.Read(partition.Source.Index, partition.Source.Position);
        }

        entry.Fingerprint = _state.Fingerprint();
        entry.Growths.AddRange(_state.Routes.TakeGrowths());
        List<KeyValuePair<string, byte[]?>> changes = _journal.Append(entry);
        // A header of an older version does not say where its epochs end: the first after them does.
        if (whole || _header.IsById) changes.AddRange(WriteState());
        return new SealedEpoch(entry.Number, epoch.Records, changes, [.. partitions.Select(NextOf)]) { Answers = _state.Answers.Offsets };
    }

    private static NextOffset NextOf(InputPartition partition) => new(partition.Source.Topic, partition.Source.Partition, partition.Source.Position, partition.Source.Part);

    /// <summary>An epoch in which nothing happened.</summary>
    public SealedEpoch Nothing(IReadOnlyList<InputPartition> partitions) => new(Newest, [], [], [.. partitions.Select(NextOf)]) { Answers = _state.Answers.Offsets };

    /// <summary>Whether there is anything to commit.</summary>
    public bool HasNews(Epoch epoch, IReadOnlyList<InputPartition> partitions) =>
        !epoch.Entry.IsEmpty || epoch.Records.Count > 0 || partitions.Any(p => _journal.Positions[p.Source.Index] != p.Source.Position);

    /// <summary>Hands a copy of the join table, as it is with the state that was just written, to where snapshots are kept.</summary>
    public void WriteSnapshot(JoinSnapshotFiles snapshots) => snapshots.Write(_header.StateOf, _header.Chain, _header.Settings, _state.Monitor.CopyJoin());

    private IEnumerable<KeyValuePair<string, byte[]?>> WriteState()
    {
        _header.StateOf = _journal.Newest;
        _header.Chain = _journal.Chain;
        _header.Watermark = _state.Monitor.Watermark?.Milliseconds ?? long.MinValue;
        var counts = _state.Monitor.JoinCounts;
        (_header.Pending, _header.WaitingLabels) = (counts.Pending, counts.WaitingLabels);
        _header.Tally = StateExchange.Write(_state.Monitor.JoinTally);
        _header.Settings.Clear();
        foreach (var (name, value) in StateSettings.Of(_options, _monitor, _header.Partitions.Select(p => (p.Part, p.Topic)).Distinct())) _header.Settings[name] = value;
        foreach (var partition in _state.Inputs.Partitions)
        {
            if (partition.Source.TopicId is { } id) _header.TopicIds[partition.Source.Topic] = id;
        }

        WriteTable();
        _state.Monitor.WriteChunks(_chunks);
        _chunks.Write(PipelineKey, _state.Exchange);
        if (_state.Monitor.Watermark is { } watermark) _journal.Trim(_header.StateOf, _header.TableOf, watermark);
        _header.JournalFrom = _journal.Oldest!;
        _chunks.Write(CheckpointHeader.Key, _header.Exchange);
        var changes = _chunks.Take();
        StateBytes = changes.Sum(chunk => (long)(chunk.Bytes?.Length ?? 0));
        return changes.Select(chunk => new KeyValuePair<string, byte[]?>(chunk.Key, chunk.Bytes));
    }

    private void WriteTable()
    {
        if (_state.Monitor.JoinEntries <= _options.InlineEntries)
        {
            int block = 0;
            foreach (byte[] bytes in _state.Monitor.CopyJoin()) _chunks.Replace(CheckpointHeader.BlockKey(block++), state => state.ExchangeRaw(bytes));
            for (int old = block; old < _header.TableBlocks; old++) _chunks.Delete(CheckpointHeader.BlockKey(old));
            (_header.TableOf, _header.TableBlocks, _header.TableNeededUntil) = (_header.StateOf, block, _state.Monitor.JoinNeededUntil);
        }
        else if (_header.TableOf > 0 && _state.Monitor.Watermark is { } watermark && _header.TableNeededUntil < watermark.Milliseconds)
        {
            // Everything in it has passed: from here on the journal alone tells what is in the table.
            for (int old = 0; old < _header.TableBlocks; old++) _chunks.Delete(CheckpointHeader.BlockKey(old));
            (_header.TableOf, _header.TableBlocks) = (0, 0);
        }
    }

    private static long LastRead(EpochEntry entry, int partition, long known)
    {
        for (int i = entry.Steps.Count - 1; i >= 0; i--)
        {
            if (entry.Steps[i] is { Kind: StepKind.Read } step && step.Partition == partition) return step.Value;
        }

        return known;
    }
}

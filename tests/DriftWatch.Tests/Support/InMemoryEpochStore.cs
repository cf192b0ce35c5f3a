using DriftWatch.Options;
using DriftWatch.Pipeline.Recovery;

namespace DriftWatch.Pipeline;

/// <summary>What Kafka's transactions are to the loop, in memory: deterministic, for tests of the whole path and for measuring it.</summary>
internal sealed class InMemoryEpochStore : IEpochStore
{
    private readonly Dictionary<string, byte[]> _chunks = [];
    private readonly Dictionary<(string Topic, int Partition), long> _offsets = [];
    private readonly Dictionary<string, StreamPart> _parts = [];
    private TaskCompletionSource? _held;
    private SealedEpoch? _waiting;

    public StoreStatus Status { get; private set; } = new(StoreRole.Owner);

    /// <summary>Everything that was committed for readers, in order.</summary>
    public List<OutgoingRecord> Records { get; } = [];

    public IReadOnlyDictionary<string, byte[]> Chunks => _chunks;

    public IReadOnlyDictionary<(string Topic, int Partition), long> Offsets => _offsets;

    /// <summary>Is told of each epoch that is to be committed, and of each that was.</summary>
    public Action<SealedEpoch, bool>? Watcher { get; set; }

    /// <summary>Epochs committed.</summary>
    public long Commits { get; private set; }

    /// <summary>Where reading of the topic of answers goes on, as the group has it.</summary>
    public IReadOnlyList<AnswerOffset> Answers { get; private set; } = [];

    /// <summary>Whether commits wait, as while no broker answers.</summary>
    public bool Holds
    {
        get;
        set
        {
            field = value;
            if (value || _waiting is not { } epoch) return;
            _waiting = null;
            Apply(epoch);
            _held!.SetResult();
        }
    }

    /// <summary>Whether the next commit finds that another instance owns the task.</summary>
    public bool Fences { get; set; }

    /// <summary>What was committed, as a new owner would read it.</summary>
    public CommittedCheckpoint Checkpoint => new() { Chunks = new Dictionary<string, byte[]>(_chunks), Offsets = new Dictionary<(string, int), long>(_offsets), Parts = new Dictionary<string, StreamPart>(_parts) };

    public Task<CommittedCheckpoint> Acquire(CancellationToken cancel)
    {
        Left = false;
        return Task.FromResult(Checkpoint);
    }

    public Task Commit(SealedEpoch epoch)
    {
        bool empty = epoch.Records.Count == 0 && epoch.Chunks.Count == 0;
        if (!empty) Watcher?.Invoke(epoch, false);
        if (Fences)
        {
            Status = Status with { Fenced = Status.Fenced + 1 };
            return Task.FromException(new FencedException("Another instance owns the task."));
        }

        if (empty) return Task.CompletedTask;
        if (Holds)
        {
            _waiting = epoch;
            _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _held.Task;
        }

        Apply(epoch);
        return Task.CompletedTask;
    }

    /// <summary>The run that was waiting for a commit is gone, and the commit with it.</summary>
    public void Forget() => _waiting = null;

    /// <summary>Moves an offset, as an operator may.</summary>
    public void Move(string topic, int partition, long offset) => _offsets[(topic, partition)] = offset;

    /// <summary>Whether the group has given the task away.</summary>
    public bool Lost { get; set; }

    /// <summary>Times that the task was given up.</summary>
    public int HandOvers { get; private set; }

    /// <summary>Whether the one who had the task last has left.</summary>
    public bool Left { get; private set; }

    public bool HandOver()
    {
        HandOvers++;
        return true;
    }

    public void Leave() => Left = true;

    public void Dispose()
    {
    }

    private void Apply(SealedEpoch epoch)
    {
        Commits++;
        Watcher?.Invoke(epoch, true);
        Records.AddRange(epoch.Records);
        Answers = epoch.Answers;
        foreach (var (key, value) in epoch.Chunks)
        {
            if (value is null) _chunks.Remove(key);
            else _chunks[key] = value;
        }

        foreach (var position in epoch.Positions)
        {
            _offsets[(position.Topic, position.Partition)] = position.Offset;
            _parts.TryAdd(position.Topic, position.Part);
        }
    }
}

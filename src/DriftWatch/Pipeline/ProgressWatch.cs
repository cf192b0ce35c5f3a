namespace DriftWatch.Pipeline;

/// <summary>Notices that nothing comes of a partition although a broker says that there are records to read.</summary>
/// <remarks>
/// Not progress that is missing: a leader that does not answer, an open transaction (what lies past it cannot be read yet), a partition that waits for others,
/// a reader that waits for commits. And no more than a second counts between two looks: a process that was frozen has not tried for that long.
/// </remarks>
/// <param name="most">How long nothing may come before <see cref="Look"/> throws; at half of it, it says so.</param>
internal sealed class ProgressWatch(TimeSpan most)
{
    private static readonly TimeSpan LeastStep = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MostStep = TimeSpan.FromSeconds(1);

    private readonly List<(long Position, TimeSpan Silent)> _partitions = [];
    private readonly HashSet<int> _held = [];
    private DateTimeOffset? _last;

    /// <summary>A partition was not asked in this turn, for a reason of ours.</summary>
    public void Hold(SourcePartition partition) => _held.Add(partition.Index);

    /// <summary>Looks at every partition, once a turn.</summary>
    /// <returns>What stands still, in one sentence; null if nothing does.</returns>
    /// <exception cref="StalledException">It has stood still for too long.</exception>
    public string? Look(IReadOnlyList<SourcePartition> partitions, DateTimeOffset now)
    {
        if (_last is { } last && now - last < LeastStep) return Sentence(partitions);
        var step = _last is { } before && now - before < MostStep ? now - before : MostStep;
        if (_last is null) step = TimeSpan.Zero;
        _last = now;
        while (_partitions.Count < partitions.Count) _partitions.Add((partitions[_partitions.Count].Position, TimeSpan.Zero));
        for (int i = 0; i < partitions.Count; i++)
        {
            var partition = partitions[i];
            bool waits = partition.Readable > partition.Position && partition.Position == _partitions[i].Position && !_held.Contains(i);
            _partitions[i] = (partition.Position, waits ? _partitions[i].Silent + step : TimeSpan.Zero);
        }

        _held.Clear();
        string? sentence = Sentence(partitions);
        return sentence is not null && _partitions.Max(p => p.Silent) >= most ? throw new StalledException(sentence) : sentence;
    }

    private string? Sentence(IReadOnlyList<SourcePartition> partitions)
    {
        int worst = -1;
        for (int i = 0; i < _partitions.Count; i++)
        {
            if (_partitions[i].Silent >= most / 2 && (worst < 0 || _partitions[i].Silent > _partitions[worst].Silent)) worst = i;
        }

        if (worst < 0) return null;
        var (position, silent) = _partitions[worst];
        return $"{partitions[worst]} holds records from {position} up to {partitions[worst].Readable}, and its leader answers, but nothing has been read of it for {silent.TotalSeconds:0} s.";
    }
}

/// <summary>The loop turns, there is something to read, and nothing is read.</summary>
internal sealed class StalledException(string message) : Exception(message);

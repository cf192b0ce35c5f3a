using DriftWatch.Core.Input;
using DriftWatch.Core.Time;
using DriftWatch.Options;

namespace DriftWatch.Pipeline.Diagnosis;

/// <summary>What became of the recent records of one topic. Belongs to the thread that reads.</summary>
internal sealed class TopicSigns
{
    private const int ShapesKept = 64;
    private const int Read = 0, Accepted = 1, LateOnes = 2, Met = 3, Unmet = 4, UnmetInReach = 5, Elsewhere = 6, Reasons = 7;

    private readonly RecentCounts _counts = new(Reasons + RejectReasons.Count);
    private readonly IdShape[] _shapes = new IdShape[ShapesKept];
    private long _shapeCount;
    private TimeSpan _behind;

    public void Turn(EventTime clock) => _counts.Turn(clock);

    public void Reject(RejectReason reason)
    {
        // What is passed over is not for this service: it says nothing of what is.
        if (reason != RejectReason.Filtered) _counts.Add(Read);
        _counts.Add(Reasons + (int)reason);
    }

    /// <summary>Takes a record that was accepted.</summary>
    /// <param name="met">Whether its counterpart was known.</param>
    /// <param name="inReach">Whether it should have been, if it came within the horizon.</param>
    /// <param name="behind">How far it is behind the watermark, if that is too far; null if it is not.</param>
    public void Accept(bool met, bool inReach, TimeSpan? behind)
    {
        _counts.Add(Read);
        _counts.Add(Accepted);
        if (behind is { } by)
        {
            _counts.Add(LateOnes);
            _behind = by;
        }
        else if (met)
        {
            _counts.Add(Met);
        }
        else
        {
            _counts.Add(Unmet);
            if (inReach) _counts.Add(UnmetInReach);
        }
    }

    /// <summary>Notes that a label names a model or version that has not scored its id, though others have.</summary>
    public void Misaddressed() => _counts.Add(Elsewhere);

    /// <summary>Takes a label that was accepted and then could not be read by the view of its prediction.</summary>
    public void RejectMet(RejectReason reason)
    {
        Reject(reason);
        _counts.Add(Met);
    }

    public void See(IdShape shape) => _shapes[_shapeCount++ % ShapesKept] = shape;

    public TopicSnapshot Capture() => new()
    {
        Read = _counts[Read],
        Rejected = RejectReasons.All.Where(reason => _counts[Reasons + (int)reason] > 0).ToDictionary(reason => reason, reason => _counts[Reasons + (int)reason]),
        Filtered = _counts[Reasons + (int)RejectReason.Filtered],
        Accepted = _counts[Accepted],
        Late = _counts[LateOnes],
        Behind = _behind,
        Met = _counts[Met],
        Unmet = _counts[Unmet],
        UnmetInReach = _counts[UnmetInReach],
        Misaddressed = _counts[Elsewhere],
        Shapes = [.. _shapes.Take((int)Math.Min(_shapeCount, ShapesKept))],
    };
}

/// <summary>What <see cref="TopicSigns"/> had counted when somebody looked.</summary>
internal sealed record TopicSnapshot
{
    public StreamPart Part { get; init; }

    public string Topic { get; init; } = "";

    /// <summary>Where the fields of its records are.</summary>
    public FieldMapping Mapping { get; init; } = new();

    /// <summary>Where the configuration says so: <c>input.labels</c>, <c>input.topics.clicks</c>.</summary>
    public string MappingSetting { get; init; } = "";

    public long Read { get; init; }

    public IReadOnlyDictionary<RejectReason, long> Rejected { get; init; } = new Dictionary<RejectReason, long>();

    /// <summary>Records that do not meet the filter; not among <see cref="Read"/>.</summary>
    public long Filtered { get; init; }

    public long Accepted { get; init; }

    public long Late { get; init; }

    /// <summary>How far the newest late record was behind the watermark.</summary>
    public TimeSpan Behind { get; init; }

    /// <summary>Records whose counterpart was known when they came.</summary>
    public long Met { get; init; }

    public long Unmet { get; init; }

    /// <summary>Labels among <see cref="Unmet"/> whose prediction would be known if it were no older than the horizon.</summary>
    public long UnmetInReach { get; init; }

    /// <summary>Labels among <see cref="Unmet"/> that name a model or version which has not scored their id, though others have.</summary>
    public long Misaddressed { get; init; }

    /// <summary>Partitions whose next record waits for its schema.</summary>
    public int WaitingPartitions { get; init; }

    /// <summary>How long the first of them has waited.</summary>
    public TimeSpan Waited { get; init; }

    /// <summary>What is wrong with the registry, in one sentence with the fix; null: nothing that is known.</summary>
    public string? RegistryTrouble { get; init; }

    /// <summary>What ids look like: samples of the newest.</summary>
    public IReadOnlyList<IdShape> Shapes { get; init; } = [];
}

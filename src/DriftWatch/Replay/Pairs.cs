using DriftWatch.Core.Joining;
using DriftWatch.Core.Time;

namespace DriftWatch.Replay;

/// <summary>A labeled prediction, for what needs them one by one.</summary>
internal readonly record struct Pair(EventTime Time, double Confidence, int Route, bool Outcome);

/// <summary>The labeled predictions of a replay up to a bound; past it none, so that memory stays within it.</summary>
internal sealed class Pairs(int capacity)
{
    /// <summary>24 bytes each, and 12 more while they are sorted: about 1.2 GB.</summary>
    public const int DefaultCapacity = 1 << 25;

    private Rows<Pair>? _rows = new();

    /// <summary>All of them, or null if there were more than the bound.</summary>
    public Rows<Pair>? All => _rows;

    /// <summary>Takes a pair that matched.</summary>
    public void Add(in Meeting match)
    {
        if (_rows is null) return;
        if (_rows.Count == capacity) _rows = null;
        else _rows.Add(new Pair(match.PredictionTime, match.Confidence, match.Route, match.Outcome));
    }
}

using DriftWatch.Core.Input;
using DriftWatch.Core.Joining;
using DriftWatch.Core.Recalibration;
using DriftWatch.Core.Time;

namespace DriftWatch.Replay;

/// <summary>A labeled prediction, for what needs them one by one.</summary>
/// <param name="Time">When it was made.</param>
/// <param name="Confidence">What it claimed.</param>
/// <param name="Route">Which series it counts for.</param>
/// <param name="Outcome">Whether it came true.</param>
/// <param name="Fold">Which half of the ids it is of, for maps that are judged on what they were not fitted to.</param>
internal readonly record struct Pair(EventTime Time, double Confidence, int Route, bool Outcome, byte Fold = 0);

/// <summary>The labeled predictions of a replay up to a bound; past it none, so that memory stays within it.</summary>
internal sealed class Pairs(int capacity)
{
    /// <summary>24 bytes each, and 12 more while they are sorted: about 1.2 GB.</summary>
    public const int DefaultCapacity = 1 << 25;

    private Rows<Pair>? _rows = new();

    /// <summary>All of them, or null if there were more than the bound.</summary>
    public Rows<Pair>? All => _rows;

    /// <summary>Takes a pair that matched under an id.</summary>
    public void Add(in Meeting match, PredictionId id)
    {
        if (_rows is null) return;
        if (_rows.Count == capacity) _rows = null;
        else _rows.Add(new Pair(match.PredictionTime, match.Confidence, match.Route, match.Outcome, (byte)CalibrationSet.FoldOf(id.Low)));
    }
}

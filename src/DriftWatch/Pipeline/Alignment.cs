using DriftWatch.Core.Joining;
using DriftWatch.Core.Time;

namespace DriftWatch.Pipeline;

/// <summary>Decides which partitions wait, so that none runs ahead of the slowest in event time by more than a bound.</summary>
/// <remarks>
/// The watermark follows the slowest source, and everything between it and the fastest is kept in memory: labels that run ahead of
/// their predictions, and predictions that run ahead of their labels. A partition with nothing left to read holds up nobody, and the slowest never waits:
/// so something is always read. One that has records but has shown no event time yet holds the others near where they began.
/// </remarks>
internal sealed class Alignment(TimeSpan most)
{
    private readonly List<EventTime?> _first = [];
    private EventTime? _floor;
    private bool _someUnknown;

    /// <summary>Looks where the partitions are; once a cycle.</summary>
    public void Update(IReadOnlyList<SourcePartition> partitions, Watermark watermark)
    {
        _floor = null;
        _someUnknown = false;
        foreach (var partition in partitions)
        {
            if (partition.Index == _first.Count) _first.Add(null);
            var time = watermark.Of(partition.Index);
            _first[partition.Index] ??= time;
            if (partition.Idle) continue;
            if (time is null) _someUnknown = true;
            else if (_floor is null || time < _floor) _floor = time;
        }
    }

    /// <summary>Whether the partition must wait.</summary>
    public bool Holds(SourcePartition partition, Watermark watermark)
    {
        if (partition.Idle || watermark.Of(partition.Index) is not { } time || _floor is not { } floor) return false;
        if (_someUnknown && _first[partition.Index] is { } first && first < floor) floor = first;
        return time > floor + most;
    }
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Drift.Sequential;

/// <summary>The sketches of past panes, merged the more the older they are, so that the data since an onset can be shown when an alarm needs it.</summary>
/// <remarks>
/// Exponential histogram: at most two single panes and 32 sketches of each larger size, sizes doubling, so that a year of hours takes fewer than 300. What is shown since an
/// onset goes back by a fifteenth further at most, or by a pane. What is older than any onset in progress is dropped.
/// </remarks>
internal sealed class EvidenceLog(Grid grid) : IKeepsState
{
    private const int MostPanes = 2;
    private const int MostOfASize = 32;

    private readonly List<Bucket> _buckets = [];
    private readonly Stack<CalibrationSketch> _spare = [];

    public void Add(EventTime start, CalibrationSketch pane)
    {
        var sketch = _spare.TryPop(out var spare) ? spare : new CalibrationSketch(grid);
        sketch.Merge(pane);
        _buckets.Add(new(start, 1, sketch));
        // From the youngest size on: one too many of a size makes one more of the next.
        for (int end = _buckets.Count, most = MostPanes; ; most = MostOfASize)
        {
            int first = end - most - 1;
            if (first < 0 || _buckets[first].Panes != _buckets[end - 1].Panes) break;
            var (older, younger) = (_buckets[first], _buckets[first + 1]);
            older.Sketch.Merge(younger.Sketch);
            _buckets[first] = older with { Panes = older.Panes * 2 };
            _buckets.RemoveAt(first + 1);
            Spare(younger.Sketch);
            end = first + 1;
        }
    }

    /// <summary>How many sketches it holds.</summary>
    internal int Count => _buckets.Count;

    /// <summary>Everything since <paramref name="onset"/>, and what was merged with it; with the start of that.</summary>
    public (EventTime Start, CalibrationSketch Sketch)? Since(EventTime onset)
    {
        int first = FirstOf(onset);
        if (first >= _buckets.Count) return null;
        var sum = _buckets[first].Sketch.Clone();
        for (int i = first + 1; i < _buckets.Count; i++) sum.Merge(_buckets[i].Sketch);
        return (_buckets[first].Start, sum);
    }

    /// <summary>Labeled predictions since <paramref name="onset"/>.</summary>
    public long Labeled(EventTime onset)
    {
        long labeled = 0;
        for (int i = FirstOf(onset); i < _buckets.Count; i++) labeled += _buckets[i].Sketch.Labeled;
        return labeled;
    }

    /// <summary>Drops what lies before <paramref name="onset"/>; everything where there is none.</summary>
    public void Forget(EventTime? onset)
    {
        int drop = onset is { } time ? FirstOf(time) : _buckets.Count;
        for (int i = 0; i < drop; i++) Spare(_buckets[i].Sketch);
        _buckets.RemoveRange(0, drop);
    }

    public void Exchange(StateExchange state)
    {
        int count = state.ExchangeCount(_buckets.Count);
        if (state.IsReading) _buckets.Clear();
        for (int i = 0; i < count; i++)
        {
            var bucket = state.IsReading ? new(default, default, new(grid)) : _buckets[i];
            bucket = new(state.Kept(bucket.Start), state.Kept(bucket.Panes), bucket.Sketch);
            bucket.Sketch.Exchange(state);
            if (state.IsReading) _buckets.Add(bucket);
        }
    }

    private int FirstOf(EventTime onset)
    {
        int first = _buckets.FindLastIndex(bucket => bucket.Start <= onset);
        return Math.Max(0, first);
    }

    private void Spare(CalibrationSketch sketch)
    {
        if (_spare.Count >= 4) return;
        sketch.Clear();
        _spare.Push(sketch);
    }

    private readonly record struct Bucket(EventTime Start, long Panes, CalibrationSketch Sketch);
}

using DriftWatch.Calibration;
using DriftWatch.Checkpoints;

namespace DriftWatch.Drift;

/// <summary>The sketches of past panes, merged the more the older they are, so that the data since an onset can be shown when an alarm needs it.</summary>
/// <remarks>Exponential histogram: at most two sketches of each size, sizes doubling. What is older than any onset in progress is dropped.</remarks>
internal sealed class EvidenceLog(Grid grid) : IKeepsState
{
    private readonly List<Bucket> _buckets = [];
    private readonly Stack<CalibrationSketch> _spare = [];

    public void Add(EventTime start, CalibrationSketch pane)
    {
        var sketch = _spare.TryPop(out var spare) ? spare : new CalibrationSketch(grid);
        sketch.Merge(pane);
        _buckets.Add(new(start, 1, sketch));
        for (int i = _buckets.Count - 3; i >= 0 && _buckets[i].Panes == _buckets[i + 2].Panes; i--)
        {
            var (older, younger) = (_buckets[i], _buckets[i + 1]);
            older.Sketch.Merge(younger.Sketch);
            _buckets[i] = older with { Panes = older.Panes * 2 };
            _buckets.RemoveAt(i + 1);
            Spare(younger.Sketch);
        }
    }

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

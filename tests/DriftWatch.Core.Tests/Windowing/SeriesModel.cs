using DriftWatch.Core.Calibration;
using DriftWatch.Core.Support;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Windowing;

/// <summary>The plain answer to what a series should show: keeps every prediction and counts them one by one.</summary>
internal sealed class SeriesModel
{
    public List<(EventTime Time, double P, bool? Y)> Predictions { get; } = [];

    public CalibrationSketch Between(EventTime from, EventTime to)
    {
        var sketch = new CalibrationSketch(Grid.Default);
        foreach (var (time, p, y) in Predictions)
        {
            if (time < from || time >= to) continue;
            sketch.AddPrediction(p);
            if (y is { } outcome) sketch.AddOutcome(p, outcome);
        }

        return sketch;
    }

    public IEnumerable<(EventTime Start, EventTime End)> Windows(TimeSpan width, EventTime origin) =>
        Predictions.Select(q => q.Time.FloorTo(width, origin)).Distinct().Order().Select(start => (start, start + width));

    public IReadOnlyList<Pair> Labeled(EventTime from, EventTime to) =>
        [.. Predictions.Where(q => q.Time >= from && q.Time < to && q.Y is not null).Select(q => new Pair(q.P, q.Y!.Value))];
}

using DriftWatch.Core.Calibration;
using DriftWatch.Core.Drift;
using DriftWatch.Core.Drift.Sequential;
using DriftWatch.Core.Series;
using DriftWatch.Core.State;
using DriftWatch.Core.Time;

namespace DriftWatch.Core.Monitoring;

/// <summary>Which slices explain the running episodes of whole traffic: for people who ask where to look, not for decisions.</summary>
/// <remarks>Worked out anew at most once an hour of event time for each episode, from the data that the slices' detectors hold since its onset.</remarks>
internal sealed class Explanations : IKeepsState
{
    private static readonly TimeSpan Lasts = TimeSpan.FromHours(1);

    private readonly Dictionary<SeriesKey, (EventTime Onset, EventTime At, IReadOnlyList<Slice>? Slices)> _known = [];

    /// <summary>The slices that explain the episode of a series; null where there is none to explain, or no set does.</summary>
    public IReadOnlyList<Slice>? Of(SeriesMonitor series, IReadOnlyList<SeriesMonitor> all, EventTime? watermark)
    {
        if (watermark is not { } now || !series.Key.IsWhole || series.Detector.Explainable is not var (onset, band)) return null;
        if (_known.TryGetValue(series.Key, out var known) && known.Onset == onset && now - known.At < Lasts) return known.Slices;
        var slices = Explain(series.Key, all, onset, band);
        _known[series.Key] = (onset, now, slices);
        return slices;
    }

    /// <summary>Keeps them, as they may be up to an hour older than what they could be made from again.</summary>
    public void Exchange(StateExchange state)
    {
        state.Mark("explanations");
        List<(SeriesKey Series, EventTime Onset, EventTime At, Slice[]? Slices)> all =
            [.. _known.Select(one => (one.Key, one.Value.Onset, one.Value.At, one.Value.Slices?.ToArray()))];
        state.Exchange(all, static (StateExchange each, ref (SeriesKey Series, EventTime Onset, EventTime At, Slice[]? Slices) one) =>
            one = (SeriesKey.Exchange(each, one.Series), each.Kept(one.Onset), each.Kept(one.At), each.Kept(one.Slices, Exchange)));
        if (!state.IsReading) return;
        _known.Clear();
        foreach (var (series, onset, at, slices) in all) _known[series] = (onset, at, slices);
    }

    private static Slice[] Exchange(StateExchange state, Slice[]? slices)
    {
        List<Slice> all = [.. slices ?? []];
        state.Exchange(all, static (StateExchange each, ref Slice slice) => slice = Slice.Exchange(each, slice));
        return [.. all];
    }

    private static IReadOnlyList<Slice>? Explain(SeriesKey whole, IReadOnlyList<SeriesMonitor> all, EventTime onset, NullBand band)
    {
        IReadOnlyList<Slice>? fewest = null;
        var members = all
            .Where(other => other.Key.Slice is not null && other.Key with { Slice = null } == whole)
            .OrderBy(other => other.Key.Slice!.ToString(), StringComparer.Ordinal);
        foreach (var dimension in members.GroupBy(member => member.Key.Slice!.Dimension))
        {
            List<(Slice Slice, CalibrationSketch Data)> data = [];
            foreach (var member in dimension)
            {
                if (member.Detector.DataSince(onset) is { } sketch) data.Add((member.Key.Slice!, sketch));
            }

            if (data.Count < 2) continue; // one value is all there is: it explains nothing
            // What the slices hold together, so that taking one away leaves exactly the others.
            var sum = new CalibrationSketch(data[0].Data.Grid);
            foreach (var (_, sketch) in data) sum.Merge(sketch);
            var slices = SliceExplanation.Of(sum, data, band);
            // Half of them or more are no explanation, unless there are but two.
            if (slices is { Count: > 0 } && (slices.Count == 1 || 2 * slices.Count < data.Count) && !(fewest?.Count <= slices.Count)) fewest = slices;
        }

        return fewest;
    }
}
